//! What a plan says around its phases: procedures, who is told and who is called.

use super::dates::{Day, day};
use crate::{
    pages::rollout::{
        here::use_here,
        line::{Times, times},
    },
    ui::{CommandLine, Face, When},
};
use leptos::prelude::*;
use rollout::{
    Timestamp,
    plan::{Communication, Contact, Minutes, Procedure},
    text::duration,
};

const MINUTE: i64 = 60_000;

fn table(title: &'static str, rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <section>
            <div class="head"><h4>{title}</h4></div>
            <table class="table kpis"><tbody>{rows}</tbody></table>
        </section>
    }
    .into_any()
}

/// A range of minutes: "at most 10 min", "2 h to 4 h".
pub fn range(minutes: Minutes) -> String {
    let words = |minutes: u32| duration(i64::from(minutes) * MINUTE);
    match (minutes.min_minutes, minutes.max_minutes) {
        (0, max) => format!("at most {}", words(max)),
        (min, max) if min == max => words(min),
        (min, max) => format!("{} to {}", words(min), words(max)),
    }
}

#[component]
pub fn Procedures(title: &'static str, list: Vec<Procedure>) -> impl IntoView {
    let row = |one: Procedure| {
        let steps: Vec<_> = one.steps.into_iter().map(|s| view! { <li>{s.name} ": " {s.text}</li> }).collect();
        let steps = (!steps.is_empty()).then(|| view! { <ol>{steps}</ol> });
        let takes = one.takes.map(|takes| view! { <p class="q">{format!("It takes {}.", range(takes))}</p> });
        let by_hand = one.by_hand.map(|command| view! { <CommandLine command /> });
        view! { <tr><th scope="row">{one.name}</th><td>{one.text} {takes} {steps} {by_hand}</td></tr> }.into_any()
    };
    table(title, list.into_iter().map(row).collect())
}

#[component]
pub fn Communications(list: Vec<Communication>) -> impl IntoView {
    let here = use_here();
    let times = Memo::new(move |_| times(&here.held().rollout));
    let row = move |one: Communication| {
        let when = one.when();
        let (name, to, text) = (one.name.clone(), one.to.clone(), one.text.clone());
        view! {
            <tr><th scope="row">{name}</th><td>{to} ": " {text}</td><td class="q">{when}<Date of=one times /></td></tr>
        }
        .into_any()
    };
    table("Who is told what, and when", list.into_iter().map(row).collect())
}

/// The day that it comes to, once it is known.
#[component]
fn Date(of: Communication, times: Memo<Times>) -> impl IntoView {
    let here = use_here();
    let known = Memo::new(move |_| day(&of, times.get(), here.now()));
    let now = here.clock.now();
    let date = move |at: Timestamp| view! { <When at=at.millis() now face=Face::Date /> };
    move || {
        known.get().map(|day| match day {
            Day::Certain(at) => view! { ": " {date(at)} }.into_any(),
            Day::Expected(at) => view! { ": expected " {date(at)} }.into_any(),
            Day::Next(at) => view! { ": next " {date(at)} }.into_any(),
        })
    }
}

#[component]
pub fn Contacts(title: &'static str, list: Vec<Contact>) -> impl IntoView {
    let row = |one: Contact| {
        let within = one.within_minutes.map(|minutes| match minutes {
            0 => "at once".to_owned(),
            minutes => format!("within {}", duration(i64::from(minutes) * MINUTE)),
        });
        view! { <tr><th scope="row">{one.name}</th><td>{one.text} " " {one.reach}</td><td class="q">{within}</td></tr> }
            .into_any()
    };
    table(title, list.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_minutes_is_told_as_one_says_it() {
        let told = |min_minutes, max_minutes| range(Minutes { min_minutes, max_minutes });
        assert_eq!(
            [told(0, 10), told(2, 5), told(120, 240), told(15, 15)],
            ["at most 10 min", "2 min to 5 min", "2 h to 4 h", "15 min"]
        );
    }
}
