//! A file that is no UTF-8: where it stops being one, and as what it may be read instead.

use crate::ui::{Button, Icon};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::TextDecoder;

/// A file's bytes, with the first that is no UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    bytes: Arc<[u8]>,
    /// Counted from 0.
    offset: usize,
}

/// An encoding: what the browser calls it, and people.
type Encoding = (&'static str, &'static str);

const SIXTEEN_LITTLE: [Encoding; 1] = [("utf-16le", "UTF-16")];
const SIXTEEN_BIG: [Encoding; 1] = [("utf-16be", "UTF-16")];
const EIGHT_BITS: [Encoding; 2] = [("windows-1252", "Windows-1252"), ("macintosh", "Mac Roman")];

/// The text of a file.
///
/// Errors: it is no UTF-8.
pub fn text_of(bytes: Vec<u8>) -> Result<String, Foreign> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            Err(Foreign { bytes: error.into_bytes().into(), offset })
        }
    }
}

impl Foreign {
    /// As what it may have been written.
    fn encodings(&self) -> &'static [Encoding] {
        match self.bytes.get(..2) {
            Some([0xff, 0xfe]) => &SIXTEEN_LITTLE,
            Some([0xfe, 0xff]) => &SIXTEEN_BIG,
            _ => &EIGHT_BITS,
        }
    }

    /// The line with the first wrong byte, from 1.
    fn line(&self) -> usize {
        self.bytes.iter().take(self.offset).filter(|byte| **byte == b'\n').count() + 1
    }

    fn place(&self) -> String {
        let byte = self.bytes.get(self.offset).copied().unwrap_or_default();
        format!("Byte {} of the file, in line {}, is 0x{byte:02X}: that is no UTF-8.", self.offset, self.line())
    }

    /// The whole as this encoding reads it, and the line with the first wrong byte; none if the browser cannot.
    fn read_as(&self, label: &str) -> Option<(String, String)> {
        let text = TextDecoder::new_with_label(label).ok()?.decode_with_u8_array(&self.bytes).ok()?;
        let line = text.lines().nth(self.line() - 1).unwrap_or_default().trim().to_owned();
        Some((text, line))
    }
}

/// What is wrong with the file, how it reads otherwise, and what to do.
#[component]
pub fn ForeignNotice(foreign: Foreign, take: Callback<String>) -> impl IntoView {
    let reading = |(label, name): &Encoding| {
        let (text, line) = foreign.read_as(label)?;
        let use_it = move || take.run(text.clone());
        Some(view! {
            <dt>{format!("As {name}")}</dt>
            <dd><q>{line}</q> " " <Button label=format!("Read it as {name}") on_click=use_it>"Read it so"</Button></dd>
        })
    };
    let readings = foreign.encodings().iter().filter_map(reading).collect_view();
    view! {
        <div role="alert" class="foreign">
            <p class="error"><Icon name=Icon::Danger />{foreign.place()}</p>
            <p>"Compare how its line reads, and take the reading that is right. Or save the file as UTF-8 and open it again."</p>
            <dl class="dl">{readings}</dl>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(bytes: &[u8]) -> Foreign {
        text_of(bytes.to_vec()).expect_err("it is no UTF-8")
    }

    #[test]
    fn a_file_that_is_utf_8_is_its_text() {
        assert_eq!(text_of("name: Prüfung".into()), Ok("name: Prüfung".to_owned()));
        assert_eq!(text_of("\u{feff}name: A".into()), Ok("name: A".to_owned()), "without the mark before it");
    }

    #[test]
    fn the_first_wrong_byte_is_told_with_its_line() {
        let windows = foreign(b"name: A\nsummary: the team\x92s plan\n");
        assert_eq!(windows.place(), "Byte 25 of the file, in line 2, is 0x92: that is no UTF-8.");
        assert_eq!(windows.encodings(), EIGHT_BITS);
        let broken_off = foreign("name: ü".as_bytes().split_last().expect("bytes").1);
        assert_eq!((broken_off.offset, broken_off.line()), (6, 1));
    }

    #[test]
    fn what_notepad_calls_unicode_is_known_by_its_mark() {
        assert_eq!(foreign(b"\xff\xfen\0a\0").encodings(), SIXTEEN_LITTLE);
        assert_eq!(foreign(b"\xfe\xff\0n\0a").encodings(), SIXTEEN_BIG);
    }
}
