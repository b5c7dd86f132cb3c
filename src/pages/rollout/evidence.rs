//! Evidence in a dialog: rows of title, link and perhaps the hash of what the link shows, as many as it takes.

mod hash;

use crate::ui::{Button, For, Icon, Kind, TextField, fresh_id};
use hash::HashField;
use leptos::prelude::*;
use rollout::{Digest, Evidence, text::NoEvidence};

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Title,
    Url,
    Hash,
}

impl From<NoEvidence> for Problem {
    fn from(problem: NoEvidence) -> Self {
        match problem {
            NoEvidence::Title => Self::Title,
            NoEvidence::Url => Self::Url,
        }
    }
}

/// One row. It outlives the dialog that shows it, so that a caller may read it whenever it likes.
#[derive(Debug, Clone)]
pub struct EvidenceRow {
    key: String,
    title: ArcRwSignal<String>,
    url: ArcRwSignal<String>,
    sha256: ArcRwSignal<String>,
    problem: ArcRwSignal<Option<Problem>>,
}

impl EvidenceRow {
    /// An empty row.
    pub fn new() -> Self {
        Self {
            key: fresh_id("evidence"),
            title: ArcRwSignal::default(),
            url: ArcRwSignal::default(),
            sha256: ArcRwSignal::default(),
            problem: ArcRwSignal::default(),
        }
    }
}

impl Default for EvidenceRow {
    fn default() -> Self {
        Self::new()
    }
}

/// What the rows hold; empty rows do not count. What is wrong also shows at each bad row.
///
/// Errors: what is wrong and where, a sentence a bad row.
pub fn evidence(rows: RwSignal<Vec<EvidenceRow>>) -> Result<Vec<Evidence>, String> {
    let rows = rows.get_untracked();
    let typed = |row: &EvidenceRow| [&row.title, &row.url, &row.sha256].map(|field| field.get_untracked());
    let read: Vec<_> = rows.iter().map(|row| read(&typed(row))).collect();
    for (row, outcome) in rows.iter().zip(&read) {
        row.problem.set(outcome.as_ref().err().copied());
    }
    let problems: Vec<String> = read.iter().enumerate().filter_map(|(n, row)| sentence(n, row)).collect();
    if problems.is_empty() { Ok(read.into_iter().flatten().flatten().collect()) } else { Err(problems.join(" ")) }
}

fn read([title, url, sha256]: &[String; 3]) -> Result<Option<Evidence>, Problem> {
    let sha256 = match sha256.trim() {
        "" => None,
        digits => Some(Digest::try_from(digits.to_owned()).map_err(|_| Problem::Hash)?),
    };
    match (title.trim(), url.trim(), sha256) {
        ("", "", None) => Ok(None),
        (title, url, sha256) => Ok(Some(Evidence::new(title, url, sha256)?)),
    }
}

fn sentence(n: usize, row: &Result<Option<Evidence>, Problem>) -> Option<String> {
    row.as_ref().err().map(|problem| match problem {
        Problem::Title => format!("Evidence {} needs a title.", n + 1),
        Problem::Url => format!("Evidence {} needs a link that begins with https:// or http://.", n + 1),
        Problem::Hash => format!("Evidence {} has a SHA-256 that is none: it has 64 digits from 0 to f.", n + 1),
    })
}

/// The rows of evidence, and a button for one more. Reset `rows` to an empty list when the dialog opens.
#[component]
pub fn EvidenceFields(
    rows: RwSignal<Vec<EvidenceRow>>,
    /// It is asked for, not only possible.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    if required && rows.with_untracked(Vec::is_empty) {
        rows.update(|rows| rows.push(EvidenceRow::new()));
    }
    let add = move || rows.update(|rows| rows.push(EvidenceRow::new()));
    view! {
        <For each=move || rows.get() key=|row| row.key.clone() let(row)>
            <Row row rows />
        </For>
        <div>
            <Button kind=Kind::Quiet on_click=add>
                {move || match (rows.with(Vec::is_empty), required) {
                    (true, false) => "Add evidence (optional)",
                    (true, true) => "Add evidence",
                    (false, _) => "Add more evidence",
                }}
            </Button>
        </div>
    }
}

#[component]
fn Row(row: EvidenceRow, rows: RwSignal<Vec<EvidenceRow>>) -> impl IntoView {
    let key = StoredValue::new(row.key.clone());
    let index = move || rows.with(|rows| rows.iter().position(|row| key.with_value(|key| row.key == *key)));
    let number = Memo::new(move |_| index().map_or(1, |index| index + 1));
    let problem = RwSignal::from(row.problem.clone());
    let error = move |of: Problem, words: &'static str| {
        Signal::derive(move || (problem.get() == Some(of)).then(|| words.to_owned()))
    };
    let title_error = error(Problem::Title, "Give it a title of at most 500 characters.");
    let url_error = error(Problem::Url, "Begin it with https:// or http://, at most 500 characters.");
    let hash_error = error(Problem::Hash, "Give its 64 digits from 0 to f, or leave it out.");
    let remove = move || rows.update(|rows| rows.retain(|row| key.with_value(|key| row.key != *key)));
    view! {
        <fieldset style:display="grid" style:gap="var(--s2)">
            <legend class="sr">{move || format!("Evidence {}", number.get())}</legend>
            <TextField value=RwSignal::from(row.title.clone()) error=title_error
                label=Signal::derive(move || format!("Evidence {}: title", number.get())) />
            <TextField value=RwSignal::from(row.url.clone()) error=url_error placeholder="https://"
                label=Signal::derive(move || format!("Evidence {}: link", number.get())) />
            <HashField value=RwSignal::from(row.sha256.clone()) error=hash_error number />
            <div>
                <Button kind=Kind::Quiet icon=Icon::X on_click=remove
                    label=Signal::derive(move || Some(format!("Remove evidence {}", number.get())))>
                    "Remove"
                </Button>
            </div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_row(title: &str, url: &str, sha256: &str) -> Result<Option<Evidence>, Problem> {
        read(&[title, url, sha256].map(str::to_owned))
    }

    #[test]
    fn empty_rows_do_not_count() {
        assert_eq!(read_row("", " ", " "), Ok(None));
        let good = Evidence::new("Dashboard", "https://example.org/d", None).expect("good");
        assert_eq!(read_row("Dashboard", " https://example.org/d ", ""), Ok(Some(good)));
    }

    #[test]
    fn the_hash_of_what_is_there_goes_with_it() {
        let digest = Digest::of(&[b"abc"]);
        let good = Evidence::new("Report", "https://example.org/r", Some(digest)).expect("good");
        assert_eq!(read_row("Report", "https://example.org/r", &format!(" {digest} ")), Ok(Some(good)));
        for bad in ["abc", "zz", &digest.to_string()[1..]] {
            assert_eq!(read_row("Report", "https://example.org/r", bad), Err(Problem::Hash), "{bad}");
        }
        assert_eq!(read_row("", "", &digest.to_string()), Err(Problem::Title), "a hash alone shows nothing");
    }

    #[test]
    fn a_bad_row_is_named_by_its_number() {
        let read = [
            read_row("Dashboard", "https://example.org", ""),
            read_row("", "https://example.org", ""),
            read_row("x", "ftp://y", ""),
            read_row("x", "https://example.org", "12"),
        ];
        let said: Vec<String> = read.iter().enumerate().filter_map(|(n, row)| sentence(n, row)).collect();
        assert_eq!(
            said,
            [
                "Evidence 2 needs a title.",
                "Evidence 3 needs a link that begins with https:// or http://.",
                "Evidence 4 has a SHA-256 that is none: it has 64 digits from 0 to f."
            ]
        );
    }
}
