//! One's own sessions: where one is signed in, and the way to end that.

use super::shell::use_title;
use crate::{
    api::{Remote, client, use_clock},
    session::use_session,
    ui::{Button, Failed, Lamp, Loading, Tone, When, use_toasts},
};
use gateway_api::OwnSession;
use leptos::{prelude::*, task::spawn_local};

/// The sessions, newest first.
#[component]
pub fn SessionsPage() -> impl IntoView {
    use_title(|| "Your sessions".into());
    let all = RwSignal::new(Remote::Loading);
    let fetch = move || {
        spawn_local(async move {
            let fetched = client::sessions().await.map_or_else(Remote::Failed, Remote::Ready);
            // The page may have been left meanwhile.
            all.try_set(fetched);
        });
    };
    fetch();
    view! {
        <main id="main">
            <div class="titlebar plain"><h1>"Your sessions"</h1></div>
            <div class="page">
                <p class="s">"Wherever you are signed in. A session that you do not know is a reason to end it, and to change your password."</p>
                {move || all.with(|all| match all {
                    Remote::Loading => view! { <Loading what="your sessions" /> }.into_any(),
                    Remote::Failed(failure) => view! {
                        <Failed title="Your sessions did not load" message=failure.message() retry=move |()| fetch() />
                    }
                    .into_any(),
                    Remote::Ready(sessions) => {
                        let row = |one: &OwnSession| view! { <Row one=one.clone() on_end=Callback::new(move |()| fetch()) /> };
                        view! {
                            <table class="table fold" aria-label="Your sessions">
                                <thead>
                                    <tr>
                                        <th scope="col">"Where"</th><th scope="col">"Signed in"</th>
                                        <th scope="col">"Last seen"</th><th scope="col">"Ends"</th><th scope="col"><span class="sr">"End it"</span></th>
                                    </tr>
                                </thead>
                                <tbody>{sessions.iter().map(row).collect_view()}</tbody>
                            </table>
                        }
                        .into_any()
                    }
                })}
            </div>
        </main>
    }
}

#[component]
fn Row(one: OwnSession, on_end: Callback<()>) -> impl IntoView {
    let (session, toasts, now) = (use_session(), use_toasts(), use_clock().now());
    let busy = RwSignal::new(false);
    let OwnSession { id, begun, seen, ends, agent, own } = one;
    let (name, title) = (browser(&agent), agent);
    let label = format!("End the session of {name}");
    let id = StoredValue::new(id);
    let end = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let ended = match own {
                true => session.sign_out().await,
                false => client::end_session(&id.get_value()).await,
            };
            busy.try_set(false);
            match ended {
                Ok(()) if own => {}
                Ok(()) => {
                    toasts.show(Tone::Clear, "That session has ended.");
                    on_end.run(());
                }
                Err(failure) => toasts.show(Tone::Danger, format!("It has not ended. {}", failure.message())),
            }
        });
    };
    view! {
        <tr>
            <th scope="row" title=title>{name} " " {own.then(|| view! { <Lamp tone=Tone::You word="This one" /> })}</th>
            <td data-label="Signed in"><When at=begun.millis() now /></td>
            <td data-label="Last seen"><When at=seen.millis() now /></td>
            <td data-label="Ends"><When at=ends.millis() now /></td>
            <td><Button busy label on_click=end>{if own { "Sign out" } else { "End" }}</Button></td>
        </tr>
    }
}

/// What a browser is called, of all that it says of itself; whoever says little is called by that.
fn browser(agent: &str) -> String {
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    // Each also says the names of those after it.
    let program = first(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        _ if agent.trim().is_empty() => "A program that does not say its name".to_owned(),
        _ => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_by_its_name() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(
            browser("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"),
            "Safari on iPhone"
        );
        assert_eq!(browser("curl/8.9"), "curl/8.9");
        assert_eq!(browser(" "), "A program that does not say its name");
    }
}
