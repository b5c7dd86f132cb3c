//! Evidence in a dialog: rows of title and link, as many as it takes.

use crate::ui::{Button, For, Icon, Kind, TextField, fresh_id};
use leptos::prelude::*;
use rollout::{Evidence, text::NoEvidence};

/// One row. It outlives the dialog that shows it, so that a caller may read it whenever it likes.
#[derive(Debug, Clone)]
pub struct EvidenceRow {
    key: String,
    title: ArcRwSignal<String>,
    url: ArcRwSignal<String>,
    problem: ArcRwSignal<Option<NoEvidence>>,
}

impl EvidenceRow {
    /// An empty row.
    pub fn new() -> Self {
        Self {
            key: fresh_id("evidence"),
            title: ArcRwSignal::default(),
            url: ArcRwSignal::default(),
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
    let typed: Vec<_> = rows.iter().map(|row| (row.title.get_untracked(), row.url.get_untracked())).collect();
    let read = read(&typed);
    for (row, outcome) in rows.iter().zip(&read) {
        row.problem.set(outcome.as_ref().err().cloned());
    }
    let problems: Vec<String> = read.iter().enumerate().filter_map(|(n, row)| sentence(n, row)).collect();
    if problems.is_empty() { Ok(read.into_iter().flatten().flatten().collect()) } else { Err(problems.join(" ")) }
}

fn read(typed: &[(String, String)]) -> Vec<Result<Option<Evidence>, NoEvidence>> {
    let row = |(title, url): &(String, String)| match (title.trim(), url.trim()) {
        ("", "") => Ok(None),
        (title, url) => Evidence::new(title, url, None).map(Some),
    };
    typed.iter().map(row).collect()
}

fn sentence(n: usize, row: &Result<Option<Evidence>, NoEvidence>) -> Option<String> {
    row.as_ref().err().map(|problem| match problem {
        NoEvidence::Title => format!("Evidence {} needs a title.", n + 1),
        NoEvidence::Url => format!("Evidence {} needs a link that begins with https:// or http://.", n + 1),
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
    let number = move || index().map_or(1, |index| index + 1);
    let problem = row.problem.clone();
    let error =
        { move |of: NoEvidence, words: &str| problem.with(|p| (p.as_ref() == Some(&of)).then(|| words.to_owned())) };
    let title_error = {
        let error = error.clone();
        Signal::derive(move || error(NoEvidence::Title, "Give it a title of at most 500 characters."))
    };
    let url_error =
        Signal::derive(move || error(NoEvidence::Url, "Begin it with https:// or http://, at most 500 characters."));
    let remove = move || rows.update(|rows| rows.retain(|row| key.with_value(|key| row.key != *key)));
    view! {
        <fieldset style:display="grid" style:gap="var(--s2)">
            <legend class="sr">{move || format!("Evidence {}", number())}</legend>
            <TextField value=RwSignal::from(row.title.clone()) error=title_error
                label=Signal::derive(move || format!("Evidence {}: title", number())) />
            <TextField value=RwSignal::from(row.url.clone()) error=url_error placeholder="https://"
                label=Signal::derive(move || format!("Evidence {}: link", number())) />
            <div>
                <Button kind=Kind::Quiet icon=Icon::X on_click=remove
                    label=Signal::derive(move || Some(format!("Remove evidence {}", number())))>
                    "Remove"
                </Button>
            </div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        rows.iter().map(|(title, url)| ((*title).to_owned(), (*url).to_owned())).collect()
    }

    #[test]
    fn empty_rows_do_not_count() {
        let read = read(&typed(&[("", " "), ("Dashboard", " https://example.org/d ")]));
        assert_eq!(read[0], Ok(None));
        assert_eq!(read[1], Ok(Some(Evidence::new("Dashboard", "https://example.org/d", None).expect("good"))));
    }

    #[test]
    fn a_bad_row_is_named_by_its_number() {
        let read = read(&typed(&[("Dashboard", "https://example.org"), ("", "https://example.org"), ("x", "ftp://y")]));
        let said: Vec<String> = read.iter().enumerate().filter_map(|(n, row)| sentence(n, row)).collect();
        assert_eq!(
            said,
            ["Evidence 2 needs a title.", "Evidence 3 needs a link that begins with https:// or http://."]
        );
    }
}
