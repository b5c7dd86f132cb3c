//! The backends: whether they answer and since when, what they can, how fast they are, and what was delivered to them.

mod deliveries;
mod flags;
mod one;
mod words;

use super::{fresh::keep_fresh, not_found::NotFound, shell::use_title};
use crate::{
    api::{Failure, Remote, client, use_clock},
    ui::{Failed, For, Forbidden, Icon, Lamp, Loading, Tone, When},
};
use deliveries::Deliveries;
use flags::{Asked, AskedFor};
use gateway_api::{BackendView, BackendsView, backends::ByHandView};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use one::One;
use rollout::facts::Capabilities;

/// Calls and their times are no records, so nothing is heard of them: they are fetched this often.
const EVERY_MS: u32 = 5_000;

/// What the gateway says of its backends, fetched again and again.
#[derive(Clone, Copy)]
struct Backends {
    view: RwSignal<Remote<BackendsView>>,
    /// Why what is on screen is older than it should be.
    stale: RwSignal<Option<Failure>>,
}

impl Backends {
    fn follow() -> Self {
        let backends = Self { view: RwSignal::new(Remote::Loading), stale: RwSignal::new(None) };
        keep_fresh(move || backends.fetch());
        // It stops when it is dropped, with the page.
        StoredValue::new_local(Interval::new(EVERY_MS, move || backends.fetch()));
        backends
    }

    fn fetch(self) {
        spawn_local(async move {
            let fetched = client::backends().await;
            let is_here = self.view.try_with_untracked(|view| view.ready().is_some());
            // The page may have been left meanwhile.
            let Some(is_here) = is_here else { return };
            match fetched {
                Ok(view) => {
                    self.view.set(Remote::Ready(view));
                    self.stale.set(None);
                }
                Err(failure @ (Failure::SignedOut | Failure::Forbidden(_))) => self.view.set(Remote::Failed(failure)),
                Err(failure) if is_here => self.stale.set(Some(failure)),
                Err(failure) => self.view.set(Remote::Failed(failure)),
            }
        });
    }

    /// A part of it, which draws anew only when it has changed.
    fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&BackendsView) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.view.with(|view| view.ready().map(&part)))
    }
}

/// The backends. An address that asks for flags and does not say where is Not Found.
#[component]
pub fn BackendPage() -> impl IntoView {
    let parameters = use_query_map();
    let asked = Memo::new(move |_| {
        parameters.with(|parameters| Asked::read(parameters.get("environment"), parameters.get_all("key")))
    });
    let unknown = Memo::new(move |_| asked.with(|asked| *asked == Asked::Nonsense));
    move || match unknown.get() {
        true => view! { <NotFound /> }.into_any(),
        false => view! { <Page asked /> }.into_any(),
    }
}

#[component]
fn Page(asked: Memo<Asked>) -> impl IntoView {
    use_title(|| "Backend".into());
    let backends = Backends::follow();
    let state = Memo::new(move |_| {
        backends.view.with(|view| match view {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    view! {
        <main id="main">
            <div class="titlebar plain"><h1>"Backend"</h1></div>
            <Stale backends />
            <div class="page">
                {move || match asked.get() {
                    Asked::For(flags) => Some(view! { <AskedFor flags /> }),
                    Asked::Nothing | Asked::Nonsense => None,
                }}
                {move || match state.get() {
                    Ok(true) => view! { <Shown backends /> }.into_any(),
                    Ok(false) => view! { <Loading what="the backend" /> }.into_any(),
                    Err(Failure::Forbidden(detail)) => {
                        view! { <Forbidden title="The backend is not open to you"><p>{detail}</p></Forbidden> }.into_any()
                    }
                    Err(failure) => view! {
                        <Failed
                            title="The gateway did not say how the backend does"
                            message=failure.message()
                            retry=move |()| backends.fetch()
                        />
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

/// What is on screen is old, and how old.
#[component]
fn Stale(backends: Backends) -> impl IntoView {
    let now = use_clock().now();
    let as_of = backends.part(|view| view.now);
    let banner = move |failure: Failure| {
        let at = as_of.get_untracked().map(|at| view! { " What you see is from " <When at=at.millis() now /> "." });
        view! {
            <div class="banner caution">
                <Icon name=Icon::Plug />
                <p><b>"The gateway does not say how the backend does now."</b>{at} " " {failure.message()}</p>
            </div>
        }
    };
    view! { <div role="alert">{move || backends.stale.get().map(banner)}</div> }
}

#[component]
fn Shown(backends: Backends) -> impl IntoView {
    let kinds = backends.part(|view| view.backends.iter().map(|one| one.kind.clone()).collect::<Vec<_>>());
    let deliveries = backends.part(|view| view.deliveries.clone());
    let by_hand = backends.part(|view| view.by_hand.clone());
    view! {
        <For each=move || kinds.get().unwrap_or_default() key=String::clone let(kind)>
            {
                let of = kind.clone();
                let find = move |view: &BackendsView| view.backends.iter().find(|one| one.kind == of).cloned();
                let one = backends.part(find);
                let one = Memo::new(move |_| one.get().flatten());
                view! { <One kind one /> }
            }
        </For>
        {move || by_hand.get().flatten().map(|by_hand| view! { <ByHand by_hand /> })}
        <Deliveries deliveries=Memo::new(move |_| deliveries.get().unwrap_or_default()) />
    }
}

/// The flags that people move.
#[component]
fn ByHand(by_hand: ByHandView) -> impl IntoView {
    let ByHandView { flags, waiting, targets } = by_hand;
    let asked = match targets.is_empty() {
        true => "Nothing: what a person says counts".to_owned(),
        false => targets.into_iter().collect::<Vec<_>>().join(", "),
    };
    let tone = if waiting == 0 { Tone::Off } else { Tone::Caution };
    view! {
        <section aria-labelledby="backend-manual">
            <div class="sec"><h2 id="backend-manual">{words::kind("manual")}</h2></div>
            <dl class="dl">
                <dt>"Flags"</dt>
                <dd class="num">{format!("{flags} of open rollouts")}</dd>
                <dt>"Waiting"</dt>
                <dd><Lamp tone word=format!("{waiting} for a person now") /></dd>
                <dt>"Can do"</dt>
                <dd>{words::capabilities(Capabilities::OFF_AND_ON)}</dd>
                <dt>"Targets asked"</dt>
                <dd>{asked}</dd>
            </dl>
        </section>
    }
}

/// A fact of a backend, which draws anew only when it has changed.
fn fact<T: PartialEq + Send + Sync + 'static>(
    one: Memo<Option<BackendView>>,
    fact: impl Fn(&BackendView) -> Option<T> + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| one.with(|one| one.as_ref().and_then(&fact)))
}
