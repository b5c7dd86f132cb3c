//! The rules that one file's text can keep or break.

use super::Finding;

const LONGEST_FILE: usize = 400;
const LONGEST_COMPONENT: usize = 70;

/// Words that never get in, with what to do instead. Written in two halves, so that this file passes too.
const WORDS: [(&str, &str); 5] = [
    (concat!("to", "do!("), "write it, or leave it out"),
    (concat!("unimple", "mented!("), "write it, or leave it out"),
    (concat!("#[al", "low("), "use #[expect(…, reason = \"…\")]"),
    (concat!("FIX", "ME"), "put it right, or file it"),
    (concat!("TO", "DO"), "do it, or file it"),
];

pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let finding = |line: usize, message: String| Finding { path: path.to_owned(), line, message };
    let mut findings = Vec::new();

    let lines = text.lines().count();
    if [".rs", ".ts", ".css"].iter().any(|extension| path.ends_with(extension)) && lines > LONGEST_FILE {
        findings.push(finding(lines, format!("{lines} lines: split the file, {LONGEST_FILE} is the limit")));
    }
    if path == "mod.rs" || path.ends_with("/mod.rs") {
        findings.push(finding(1, "name the module foo.rs, beside the folder foo/".to_owned()));
    }
    if path.ends_with(".rs") {
        findings.extend(long_components(text).map(|(line, name, length)| {
            let message = format!("component {name} has {length} lines: split it, {LONGEST_COMPONENT} is the limit");
            finding(line, message)
        }));
    }
    for (index, line) in text.lines().enumerate() {
        findings.extend(line_messages(path, line).into_iter().map(|message| finding(index + 1, message)));
    }
    findings
}

fn line_messages(path: &str, line: &str) -> Vec<String> {
    let mut messages: Vec<String> = WORDS
        .iter()
        .filter(|(word, _)| stands_alone(line, word))
        .map(|(word, instead)| format!("`{word}`: {instead}"))
        .collect();
    if let Some(home) = home_path(line) {
        messages.push(format!("`{home}` is a path on one machine: make it relative"));
    }
    if path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http") {
        messages
            .push("a registry's host: run npm where its .npmrc omits it (omit-lockfile-registry-resolved)".to_owned());
    }
    messages
}

/// Is the word there, and not as a part of a longer one?
fn stands_alone(line: &str, word: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(start, _)| {
        let after = &line[start + word.len()..];
        !is_word(line[..start].chars().next_back()) && (word.ends_with('(') || !is_word(after.chars().next()))
    })
}

/// A path into somebody's home folder, if the line has one.
fn home_path(line: &str) -> Option<&str> {
    const HOMES: [(&str, bool); 3] =
        [(concat!("/ro", "ot/"), false), (concat!("/ho", "me/"), true), (concat!("/Us", "ers/"), true)];
    HOMES.iter().find_map(|(home, named)| {
        line.match_indices(home).find_map(|(start, _)| {
            let is_absolute = !line[..start].ends_with(|c: char| c.is_alphanumeric() || "_-.~}*".contains(c));
            let rest = &line[start + home.len()..];
            let name = rest.find(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).unwrap_or(rest.len());
            let is_named = name > 0 && rest[name..].starts_with('/');
            let end = if *named { start + home.len() + name + 1 } else { start + home.len() };
            (is_absolute && (!named || is_named)).then(|| &line[start..end])
        })
    })
}

/// Line, name and length of each Leptos component over the limit. Counts on rustfmt's indentation.
fn long_components(text: &str) -> impl Iterator<Item = (usize, String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut long = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let attribute = line.trim_start();
        if !attribute.starts_with("#[component") {
            continue;
        }
        let end_line = format!("{}}}", &line[..line.len() - attribute.len()]);
        let body = &lines[start + 1..];
        let Some(head) = body.iter().position(|line| line.contains("fn ")) else { continue };
        let end = body.iter().position(|line| *line == end_line).unwrap_or(body.len() - 1);
        let length = (end + 1).saturating_sub(head);
        if length > LONGEST_COMPONENT {
            let name = body[head].split("fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next()).unwrap_or("?");
            long.push((start + 2 + head, name.to_owned(), length));
        }
    }
    long.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(path, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn good_text_passes() {
        assert_eq!(messages("src/app.rs", "fn main() {}\n"), [""; 0]);
        assert_eq!(messages("docs/words.md", "A method, a mastodon, https://a.example/home/lines.\n"), [""; 0]);
    }

    #[test]
    fn each_word_is_found_at_its_line() {
        for (word, instead) in WORDS {
            assert_eq!(
                messages("a.rs", &format!("fn a() {{\n    {word}\n}}\n")),
                [format!("a.rs:2: `{word}`: {instead}")]
            );
        }
    }

    #[test]
    fn a_longer_word_is_another_word() {
        let longer = format!("MY_{}S {}_LIST my{}", WORDS[4].0, WORDS[4].0, WORDS[0].0);
        assert_eq!(messages("a.rs", &longer), [""; 0]);
    }

    #[test]
    fn long_files_are_refused_where_people_read_them() {
        let fits = "x\n".repeat(LONGEST_FILE);
        let long = "x\n".repeat(LONGEST_FILE + 1);
        assert_eq!(messages("a.rs", &fits), [""; 0]);
        for path in ["a.rs", "a.ts", "a.css"] {
            assert_eq!(messages(path, &long), [format!("{path}:401: 401 lines: split the file, 400 is the limit")]);
        }
        assert_eq!(messages("Cargo.lock", &long), [""; 0]);
    }

    #[test]
    fn a_module_has_a_name() {
        assert_eq!(messages("src/ui/mod.rs", ""), ["src/ui/mod.rs:1: name the module foo.rs, beside the folder foo/"]);
        assert_eq!(messages("src/ui/my_mod.rs", ""), [""; 0]);
    }

    #[test]
    fn long_components_are_refused_by_name() {
        let component = |lines: usize| {
            let body = "        <p></p>\n".repeat(lines - 4);
            format!(
                "/// Doc.\n#[component]\npub fn Lever<T>() -> impl IntoView {{\n    view! {{\n{body}    }}\n}}\n\nfn other() {{\n}}\n"
            )
        };
        assert_eq!(messages("a.rs", &component(LONGEST_COMPONENT)), [""; 0]);
        assert_eq!(
            messages("a.rs", &component(LONGEST_COMPONENT + 1)),
            ["a.rs:3: component Lever has 71 lines: split it, 70 is the limit"]
        );
    }

    #[test]
    fn home_folders_are_refused() {
        for home in [concat!("/ro", "ot/work"), concat!("\"/ho", "me/ann/x\""), concat!("file:///Us", "ers/ann/x")] {
            assert_eq!(messages("a.md", home).len(), 1, "{home}");
        }
        for other in
            [concat!("src/ro", "ot/lever.rs"), concat!("~/ho", "me/x/"), concat!("$HO", "ME/.cache/"), "/home/"]
        {
            assert_eq!(messages("a.md", other), [""; 0], "{other}");
        }
    }

    #[test]
    fn a_lock_file_names_no_host() {
        let line = r#"      "resolved": "https://registry.example/a.tgz","#;
        assert_eq!(messages("tests/e2e/package-lock.json", line).len(), 1);
        assert_eq!(messages("a.json", line), [""; 0]);
    }
}
