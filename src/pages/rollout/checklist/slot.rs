//! A sign-off slot's line: the buttons of whoever may sign it, and the signatures.

use super::standing::Standing;
use crate::{
    pages::rollout::{
        act::use_act,
        by::{At, Name},
        fingerprint::Fingerprint,
        here::use_here,
        lock::{Lock, LockedBy},
        said::Said,
        sign::{Object, Sign, Withdraw},
        trouble::Trouble,
    },
    session::use_session,
    ui::{Button, Kind, Show},
};
use leptos::prelude::*;
use rollout::{
    Command, LineSlug, Role,
    plan::{LineKind, Meaning},
    state::{Signature, SlotAct, SlotStatus},
};

/// Buttons, signatures, what was said.
#[component]
pub fn SlotPart(slug: LineSlug, standing: Memo<Standing>) -> impl IntoView {
    let here = use_here();
    let plan = untrack(move || here.plan());
    let Some(LineKind::Slot(slot)) = plan.line(&slug).map(|line| line.kind) else { return ().into_any() };
    let (role, meaning) = (slot.role, slot.meaning);
    let may = Memo::new(move |_| here.is_any(&[role]));
    view! {
        <Show when=move || may.get() fallback=|| view! { <span></span> }><SlotActs slug=slug.clone() standing /></Show>
        {move || {
            let Standing::Slot(status, marks) = standing.get() else { return vec![] };
            let waits = (status != SlotStatus::Signed).then(|| waiting(status, role));
            let marks = marks.into_iter().map(|mark| signature(status, meaning, mark));
            marks.chain(waits).collect()
        }}
    }
    .into_any()
}

/// What the first button does: the one that is always there, so that the focus has a place to come back to.
fn first(own: Option<SlotAct>) -> &'static str {
    if own == Some(SlotAct::Signed) { "Withdraw" } else { "Sign" }
}

/// What the second one does.
fn second(own: Option<SlotAct>) -> &'static str {
    if own == Some(SlotAct::Objected) { "Withdraw" } else { "Object to" }
}

#[component]
fn SlotActs(slug: LineSlug, standing: Memo<Standing>) -> impl IntoView {
    let (here, session, act) = (use_here(), use_session(), use_act());
    let text = untrack(move || here.plan()).line(&slug).map(|line| line.kind.text().to_owned()).unwrap_or_default();
    let (slug, text) = (StoredValue::new(slug), StoredValue::new(text));
    let own = Memo::new(move |_| standing.with(|standing| standing.own_act(session.person())));
    let others = Memo::new(move |_| standing.with(|standing| standing.others_object(session.person())));
    let (sign, object, withdraw) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let lock = Lock::of(move || {
        let sign = Command::Sign { slot: slug.get_value(), reason: None, conditions: None, evidence: vec![] };
        // A person who has signed withdraws with this button, and that is never locked here.
        if own.get() == Some(SlotAct::Signed) { vec![] } else { here.blockers(&sign) }
    });
    let name = move |verb: &str| Some(text.with_value(|text| format!("{verb} {text}")));
    let press = move |verb: &'static str| match verb {
        "Sign" => lock.press(|| sign.set(true)),
        "Withdraw" => withdraw.set(true),
        _ => object.set(true),
    };
    let word = |verb: &'static str| if verb == "Object to" { "Object…".to_owned() } else { format!("{verb}…") };
    view! {
        <div class="btns">
            <Button kind=Kind::Quiet label=Signal::derive(move || name(first(own.get()))) locked=lock.locked()
                busy=act.busy on_click=move || press(first(own.get_untracked()))>
                {move || word(first(own.get()))}
            </Button>
            <Button kind=Kind::Quiet label=Signal::derive(move || name(second(own.get())))
                on_click=move || press(second(own.get_untracked()))>
                {move || word(second(own.get()))}
            </Button>
            <Show when=move || others.get()>
                <Button kind=Kind::Quiet label=Signal::derive(move || name("Withdraw the objection to"))
                    on_click=move || withdraw.set(true)>"Withdraw objection…"</Button>
            </Show>
        </div>
        <LockedBy lock />
        <Trouble act />
        <Sign slug open=sign object />
        <Object slug text open=object act />
        <Withdraw slug text others open=withdraw act />
    }
}

/// The line that waits for a name.
fn waiting(status: SlotStatus, role: Role) -> AnyView {
    let words = match status {
        SlotStatus::NeedsAnother => "waiting for a second person,",
        _ => "waiting for",
    };
    view! { <p class="sig"><span class="x" aria-hidden="true">"×"</span>{words}" "{role.name()}</p> }.into_any()
}

/// A name on its line, with what it means there, and what was said.
fn signature(status: SlotStatus, meaning: Meaning, signature: Signature) -> AnyView {
    let Signature { act, scope_digest, mark } = signature;
    let (actor, at) = (mark.by, mark.time);
    let role = actor.role().map_or("", Role::name);
    let after = match (act, status) {
        (SlotAct::Signed, SlotStatus::Void) => Some("the text has changed since: sign again"),
        (SlotAct::Signed, SlotStatus::Expired) => Some("it has run out: sign again"),
        _ => None,
    };
    let verb = match (act, meaning) {
        (SlotAct::Objected, _) => "objected",
        (SlotAct::Withdrawn, _) => "withdrew",
        (SlotAct::Signed, Meaning::Approved) => "approved",
        (SlotAct::Signed, Meaning::Reviewed) => "reviewed",
        (SlotAct::Signed, Meaning::AdviceRecorded) => "recorded advice",
    };
    view! {
        <p class="sig">
            <span>
                <b class="strong"><Name actor /></b> " " <b>{verb}</b> {format!(" as {role}, ")} <At at />
            </span>
            {after.map(|after| view! { <b>{after}</b> })}
            <span class="end q"><Fingerprint name="Scope digest" digest=scope_digest /></span>
        </p>
        <div class="below"><Said words=mark.words /></div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_one_of_the_two_buttons() {
        assert_eq!((first(None), second(None)), ("Sign", "Object to"));
        assert_eq!((first(Some(SlotAct::Signed)), second(Some(SlotAct::Signed))), ("Withdraw", "Object to"));
        assert_eq!((first(Some(SlotAct::Objected)), second(Some(SlotAct::Objected))), ("Sign", "Withdraw"));
    }
}
