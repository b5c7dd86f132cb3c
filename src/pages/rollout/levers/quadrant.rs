//! The quadrant: a notch a step of exposure, the handle where exposure is.

use super::model::{At, Notch};
use crate::ui::Icon;
use leptos::prelude::*;
use rollout::Exposure;

/// The quadrant of one lever.
#[component]
pub fn Quadrant(
    /// Whose it is, for those who do not see it.
    name: String,
    #[prop(into)] notches: Signal<Vec<Notch>>,
    /// The next notch is locked.
    #[prop(into)]
    locked: Signal<bool>,
) -> impl IntoView {
    let count = move || notches.with(Vec::len).to_string();
    let here = move || position(&notches.get()).map_or(-1, |n| n as i32).to_string();
    let label = move || in_words(&name, &notches.get(), locked.get());
    view! {
        <div class="quad" style:--n=count style:--here=here role="img" aria-label=label>
            <div class="rail"><i></i></div>
            {move || {
                let locked = locked.get();
                notches.get().into_iter().map(|notch| {
                    let padlock = (notch.at == At::Next && locked).then(|| view! { <Icon name=Icon::Lock /> });
                    view! { <span class=class(notch.at, locked)>{padlock}{written(&notch.exposure)}</span> }
                }).collect_view()
            }}
        </div>
    }
}

/// A share, and below it of which segments.
fn written(exposure: &Exposure) -> AnyView {
    let text = exposure.to_string();
    match text.split_once(" of ") {
        Some((share, names)) => view! { {share.to_owned()} <small>{format!("of {names}")}</small> }.into_any(),
        None => text.into_any(),
    }
}

fn class(at: At, locked: bool) -> &'static str {
    match at {
        At::Past => "past",
        At::Here => "here",
        At::Next if locked => "lock",
        At::Next => "next",
        At::Later => "",
    }
}

fn position(notches: &[Notch]) -> Option<usize> {
    notches.iter().position(|notch| notch.at == At::Here)
}

fn in_words(name: &str, notches: &[Notch], locked: bool) -> String {
    let at = |at: At| notches.iter().find(|notch| notch.at == at).map(|notch| notch.exposure.to_string());
    let here = at(At::Here).unwrap_or("an unknown exposure".into());
    let how = if locked { "locked" } else { "free" };
    match at(At::Next) {
        Some(next) => format!("{name} is at {here}; the next notch, {next}, is {how}"),
        None => format!("{name} is at {here}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_see_it_hears_where_the_handle_stands() {
        let notches = [Notch { exposure: Exposure::OFF, at: At::Here }, Notch { exposure: Exposure::ON, at: At::Next }];
        let words = in_words("CSF Grid", &notches, true);
        assert_eq!(words, "CSF Grid is at off; the next notch, on, is locked");
        assert_eq!(in_words("CSF Grid", &notches[..1], true), "CSF Grid is at off");
    }
}
