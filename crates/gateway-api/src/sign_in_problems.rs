//! Why nobody came in by the company's provider: a word that stands in an address, and what people are told.

/// Every one. The gateway sends a browser to the sign-in page with the word as `problem`; the page tells the rest.
pub const SIGN_IN_PROBLEMS: [(&str, &str); 14] = [
    (
        "provider-unreachable",
        "The sign-in provider does not answer. Try again in a minute; if it stays so, tell an administrator.",
    ),
    (
        "provider-nonsense",
        "The sign-in provider answers something that is no sign-in. Try again in a minute; if it stays so, tell an administrator.",
    ),
    ("denied", "The sign-in provider did not let you in, or you turned back there. You can try again."),
    (
        "not-set-up",
        "Signalbox and the sign-in provider are not set up for each other. Tell an administrator: the gateway's log says what does not fit.",
    ),
    ("unknown", "This sign-in was not begun in this browser, or is over already. Begin again."),
    ("too-late", "This sign-in took longer than ten minutes. Begin again."),
    ("code-refused", "The sign-in provider no longer knows about this sign-in. Begin again."),
    // The same words whatever it was: somebody who forges answers learns nothing.
    (
        "untrusted",
        "The sign-in provider's answer cannot be trusted, so nobody was signed in. Begin again; if it stays so, tell an administrator.",
    ),
    (
        "not-proven",
        "The sign-in provider did not ask you to prove who you are again. Try again; if it stays so, tell an administrator.",
    ),
    (
        "somebody-else",
        "Somebody else proved who they are than is signed in here. Try again as yourself, or sign out first.",
    ),
    (
        "no-role",
        "The sign-in provider knows you, but none of your groups has a role here. Ask an administrator for one.",
    ),
    ("disabled", "The sign-in provider knows you, but your account is disabled here. Ask an administrator."),
    ("session-over", "You are not signed in any more, so there was nothing to prove. Sign in again."),
    (
        "no-provider-account",
        "You did not sign in by the provider. Prove who you are by your password, or sign in again.",
    ),
];

/// What people are told; none, if there is no such word.
pub fn sign_in_problem(word: &str) -> Option<&'static str> {
    SIGN_IN_PROBLEMS.iter().find(|(known, _)| *known == word).map(|(_, told)| *told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_word_of_its_own_and_says_what_to_do() {
        let told: BTreeSet<&str> = SIGN_IN_PROBLEMS.iter().filter_map(|(word, _)| sign_in_problem(word)).collect();
        assert_eq!(told.len(), SIGN_IN_PROBLEMS.len());
        for text in told {
            let says = ["again", "administrator"].iter().any(|word| text.contains(word));
            assert!(says && text.ends_with('.'), "{text}");
        }
        assert_eq!(sign_in_problem("<script>"), None);
    }
}
