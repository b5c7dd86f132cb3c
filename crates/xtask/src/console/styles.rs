//! One style sheet instead of many: trunk gives a page as many requests as there are files.

use super::files::Files;
use anyhow::{Context, Result, ensure};

const JOINED: &str = "app.css";
const LINK: &str = "<link rel=\"stylesheet\" href=\"/";

/// Joins the style sheets that the page links, in its order, and links the result in place of the first.
pub fn join(files: &mut Files) -> Result<()> {
    let page = files.get("index.html").context("trunk wrote no index.html")?;
    let mut page = String::from_utf8(page.clone()).context("index.html is not UTF-8")?;
    let mut joined = Vec::new();
    let mut first = None;
    while let Some(start) = page.find(LINK) {
        let name = start + LINK.len();
        let name_end = name + page[name..].find('"').context("index.html: a style sheet's link does not end")?;
        let end = name_end + page[name_end..].find('>').context("index.html: a style sheet's link does not end")? + 1;
        let file = page[name..name_end].to_owned();
        let bytes = files.remove(&file).with_context(|| format!("index.html links /{file}, which is not there"))?;
        joined.extend(bytes);
        joined.push(b'\n');
        page.replace_range(start..end, "");
        first.get_or_insert(start);
    }
    let Some(first) = first else { return Ok(()) };
    ensure!(!files.contains_key(JOINED), "{JOINED} is the joined style sheet's name: give the file in public/ another");
    page.insert_str(first, &format!("{LINK}{JOINED}\">"));
    files.insert(JOINED.to_owned(), joined);
    files.insert("index.html".to_owned(), page.into_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_are_joined_in_the_order_of_the_page() {
        let page = "<a>\n<link rel=\"stylesheet\" href=\"/z.css\"/>\n<link rel=\"stylesheet\" href=\"/a.css\" media=\"x\"/><b>";
        let mut files: Files = [("index.html", page), ("a.css", "a{}"), ("z.css", "z{}")]
            .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
            .into();
        join(&mut files).expect("both are there");
        assert_eq!(files["app.css"], b"z{}\na{}\n");
        assert_eq!(files["index.html"], b"<a>\n<link rel=\"stylesheet\" href=\"/app.css\">\n<b>");
        assert_eq!(files.len(), 2);
    }

    #[test]
    fn a_missing_style_sheet_is_named() {
        let mut files: Files =
            [("index.html".to_owned(), b"<link rel=\"stylesheet\" href=\"/gone.css\">".to_vec())].into();
        let error = join(&mut files).expect_err("gone.css is not there");
        assert!(error.to_string().contains("/gone.css"), "{error}");
    }
}
