//! Words as they stand on a screen.

/// With a capital first letter.
pub fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_alone_changes() {
        assert_eq!(["production", "éA b", "P", ""].map(capitalized), ["Production", "ÉA b", "P", ""]);
    }
}
