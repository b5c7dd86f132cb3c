//! What somebody types, and what it finds: each typed word must begin a word of the entry.

use js_sys::JsString;

/// Without case and without accents: "Prüfung" is found by "prufung".
pub fn folded(text: &str) -> String {
    let taken_apart: String = JsString::from(text).normalize("NFD").into();
    taken_apart.chars().filter(|letter| !is_accent(*letter)).flat_map(char::to_lowercase).collect()
}

/// A mark that stands on the letter before it.
fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Does it find this text? Both are folded.
pub fn finds(typed: &str, text: &str) -> bool {
    words(typed).all(|typed| words(text).any(|word| word.starts_with(typed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_typed_word_begins_a_word_of_what_it_finds() {
        let csf = "csf grid feature_csf_enabled";
        for typed in ["", "csf", "gr cs", "feature", "enab", "FEATURE_CSF".to_lowercase().as_str(), " grid, csf "] {
            assert!(finds(typed, csf), "{typed}");
        }
        for typed in ["rid", "csf grids", "csf workshops"] {
            assert!(!finds(typed, csf), "{typed}");
        }
        assert!(is_accent('\u{308}') && !is_accent('u'));
    }
}
