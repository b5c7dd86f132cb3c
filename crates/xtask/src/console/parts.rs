//! The console's small modules, packed into one file. There are scores of them, some hundred bytes each: fetched one by
//! one they cost a browser a second, together they cost what one costs.

use super::{files::Files, names::LOADER};
use anyhow::{Context, Result, ensure};

/// The file they are packed into.
const PARTS: &str = "parts.wasm";

/// A module that is larger is worth a request of its own: not every page needs it.
const SMALL: usize = 32 << 10;

/// What the loader does to have a packed module: as if it had fetched it. If the file does not come, the next one who
/// needs it asks again.
const PART: &str = r#"
let parts;
function part(from, to) {
    parts ??= fetch(new URL("./parts.wasm", import.meta.url)).then((answer) => {
        if (!answer.ok) throw new Error(`The console's parts: ${answer.status}`);
        return answer.arrayBuffer();
    });
    const these = parts;
    these.catch(() => {
        if (parts === these) parts = undefined;
    });
    return these.then((all) => new Response(all.slice(from, to), { headers: { "content-type": "application/wasm" } }));
}
"#;

/// Packs them and tells the loader where each is.
///
/// Errors: the loader is missing, or does not fetch a module as it used to.
pub fn pack(files: &mut Files) -> Result<()> {
    let loader =
        files.keys().find(|name| name.starts_with(LOADER)).cloned().context("the loader of parts is missing")?;
    let mut script = String::from_utf8(files[&loader].clone()).with_context(|| format!("{loader} is not UTF-8"))?;
    let is_small = |name: &str, bytes: &[u8]| name.starts_with("chunk_") && bytes.len() <= SMALL;
    let mut parts = Vec::new();
    for (name, bytes) in files.extract_if(.., |name, bytes| is_small(name, bytes)) {
        let (from, to) = (parts.len(), parts.len() + bytes.len());
        let fetched = format!("fetch(new URL(\"./{name}\", import.meta.url))");
        ensure!(script.matches(&fetched).count() == 1, "{loader} does not fetch {name} as it used to");
        script = script.replace(&fetched, &format!("part({from}, {to})"));
        parts.extend(bytes);
    }
    ensure!(!parts.is_empty(), "there are no small modules: pack none of them any more");
    script.push_str(PART);
    files.insert(loader, script.into_bytes());
    files.insert(PARTS.to_owned(), parts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(name: &str) -> String {
        format!("const src = fetch(new URL(\"./{name}\", import.meta.url));\n")
    }

    fn files(script: String) -> Files {
        let large = vec![7; SMALL + 1];
        let all = [("chunk_1.wasm", b"one".to_vec()), ("chunk_2.wasm", b"three".to_vec()), ("chunk_3.wasm", large)];
        let own = [("split_a.wasm", b"a".to_vec()), ("__wasm_split.js", script.into_bytes())];
        all.into_iter().chain(own).map(|(name, bytes)| (name.to_owned(), bytes)).collect()
    }

    #[test]
    fn small_modules_become_one_file_and_the_loader_knows_where_each_is() {
        let names = ["chunk_1.wasm", "chunk_2.wasm", "chunk_3.wasm", "split_a.wasm"];
        let mut files = files(names.map(fetched).concat());
        pack(&mut files).expect("packs");
        let left: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(left, ["__wasm_split.js", "chunk_3.wasm", PARTS, "split_a.wasm"]);
        assert_eq!(files[PARTS], b"onethree");
        let script = str::from_utf8(&files["__wasm_split.js"]).expect("text");
        let began = format!("const src = part(0, 3);\nconst src = part(3, 8);\n{}", fetched("chunk_3.wasm"));
        assert!(script.starts_with(&began) && script.contains(&format!("\"./{PARTS}\"")), "{script}");
    }

    #[test]
    fn a_loader_that_fetches_otherwise_is_an_error() {
        let mut files = files(fetched("chunk_1.wasm"));
        assert!(pack(&mut files).expect_err("chunk_2 is fetched by nobody").to_string().contains("chunk_2.wasm"));
    }
}
