//! One flag of one rollout.

use super::{rows::Row, shown::Shown};
use crate::{
    api::use_clock,
    pages::rollouts::Environment,
    paths,
    session::use_session,
    ui::{Lamp, Tone, When},
};
use gateway_api::LastChange;
use leptos::prelude::*;
use rollout::{Exposure, Place};
use std::sync::Arc;

/// Where its lever is.
fn lever(row: &Row) -> String {
    let (id, place) = (row.rollout.id, Place::Flag(row.flag().slug.clone()));
    match &row.flag().phase {
        Some(phase) => paths::rollout_place(id, phase, &place),
        None => format!("{}#{}", paths::rollout(id), paths::anchor(&place)),
    }
}

/// The cells of a flag. What its plan says of it never changes.
#[component]
pub fn FlagRow(shown: Shown, row: Memo<Arc<Row>>) -> impl IntoView {
    let first = row.get_untracked();
    let flag = first.flag();
    let closed = Memo::new(move |_| row.with(|row| row.rollout.closed));
    let standing = Memo::new(move |_| row.with(|row| row.standing));
    let exposure = move |of: fn(&Row) -> &Exposure| {
        let exposure = Memo::new(move |_| row.with(|row| of(row).clone()));
        move || exposure.with(drawn_exposure)
    };
    view! {
        <th scope="row" role="rowheader" class="flag">
            <a class="key" href=lever(&first) data-row="">{flag.key.clone()}</a>
            {flag.fails_open().then(|| view! { <Lamp tone=Tone::Caution word="fails open" /> })}
            <span class="q">{(flag.name != flag.key).then(|| flag.name.clone())}</span>
        </th>
        <td role="cell" class="of">
            <a href=paths::rollout(first.rollout.id)>{first.rollout.name.clone()}</a>
            {move || closed.get().then(|| view! { <small class="q">" closed"</small> })}
        </td>
        <td role="cell" class="where"><Environment name=first.rollout.environment.clone() /></td>
        <td role="cell" class="wanted">{exposure(|row| &row.flag().wanted)}</td>
        <td role="cell" class="backend">{exposure(|row| row.flag().standing_at())}</td>
        <td role="cell" class="stands">
            <Lamp tone=Signal::derive(move || standing.get().tone()) icon=Signal::derive(move || standing.get().icon())
                word=Signal::derive(move || standing.get().word().to_owned()) />
        </td>
        <td role="cell" class="last"><Last shown row /></td>
    }
}

/// A bar as long as the share is wide, and the exposure in words.
fn drawn_exposure(exposure: &Exposure) -> impl IntoView + use<> {
    let share = f64::from(exposure.ppm()) / f64::from(Exposure::ON.ppm());
    view! {
        <span class="expo" class:zero=exposure.is_off()>
            <i style=format!("--x:{share}")></i>
            <b>{exposure.to_string()}</b>
        </span>
    }
}

/// Who last asked for its exposure, and when; the name leads to the record.
#[component]
fn Last(shown: Shown, row: Memo<Arc<Row>>) -> impl IntoView {
    let (session, now) = (use_session(), use_clock().now());
    let last = Memo::new(move |_| row.with(|row| row.flag().last_by.clone()));
    let id = row.with_untracked(|row| row.rollout.id);
    let name = move |last: &LastChange| match last.by.person() {
        Some(person) if session.person() == Some(person) => "You".to_owned(),
        _ => shown.flags.with(|flags| flags.name(&last.by)),
    };
    move || {
        last.get().map(|last| {
            let name = name(&last);
            let label = format!("{name}, record {}", last.seq);
            view! {
                <When at=last.time.millis() now />
                <a href=paths::record(id, last.seq) aria-label=label>{name}</a>
            }
        })
    }
}
