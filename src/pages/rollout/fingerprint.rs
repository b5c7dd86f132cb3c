//! A digest, short; whole on hover and on keyboard focus.

use leptos::prelude::*;
use rollout::Digest;

/// The first eight digits; all 64 on hover and on focus.
#[component]
pub fn Fingerprint(
    /// What it is the digest of.
    name: &'static str,
    digest: Digest,
) -> impl IntoView {
    let digits = digest.to_string();
    view! {
        <span class="when digest" tabindex="0">
            {short(&digits)} <span class="tip" role="tooltip">{format!("{name}, SHA-256: {digits}")}</span>
        </span>
    }
}

/// The first eight digits, in fours.
pub fn short(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().take(8).collect();
    digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_shown_by_its_first_eight_digits() {
        assert_eq!(short("9fab8b3696d7eb5e"), "9fab 8b36");
        assert_eq!(short("9fab8"), "9fab 8");
    }
}
