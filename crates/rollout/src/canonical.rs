//! RFC 8785 canonical JSON: the one byte form of a value, so that a hash of it means the value.

use crate::id::Digest;
use serde::Serialize;

/// The value's RFC 8785 bytes.
///
/// # Panics
/// If the value has no JSON form (a map with keys that are no text, a number that is not finite). The types of this
/// crate always have one.
pub fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "the crate's own types always have a JSON form; see # Panics")]
    serde_json_canonicalizer::to_vec(value).expect("has a JSON form")
}

/// SHA-256 over the value's RFC 8785 bytes.
///
/// # Panics
/// As [`bytes`].
pub fn digest<T: Serialize>(value: &T) -> Digest {
    Digest::of(&[&bytes(value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8785, section 3.2.2 to 3.2.4: the input and the expected output are the RFC's own.
    #[test]
    fn the_rfcs_own_example() {
        let input = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let value: serde_json::Value = serde_json::from_str(input).expect("JSON");
        let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(String::from_utf8(bytes(&value)).expect("UTF-8"), expected);
    }

    /// RFC 8785, section 3.2.3: keys sort by UTF-16 code units, so U+1F600 comes before U+FB33.
    #[test]
    fn keys_sort_by_utf_16_code_units() {
        let input = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let value: serde_json::Value = serde_json::from_str(input).expect("JSON");
        let text = String::from_utf8(bytes(&value)).expect("UTF-8");
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let found: Vec<usize> = order.iter().map(|word| text.find(word).expect(word)).collect();
        assert!(found.is_sorted(), "{text}");
    }
}
