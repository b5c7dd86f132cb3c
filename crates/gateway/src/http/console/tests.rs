use super::*;
use std::fs;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(dir.path().join("fonts")).expect("makes");
        let files = [
            ("index.html", "<p>console</p>"),
            ("index.html.br", "br page"),
            ("console-0123456789abcdef.js", "js"),
            ("console-0123456789abcdef.js.gz", "gz js"),
            ("console-0123456789abcdef.js.br", "br js"),
            ("icons.svg", "<svg/>"),
            ("fonts/inter-0123456789abcdef.woff2", "font"),
        ];
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("writes");
        }
        fs::write(dir.path().parent().expect("has one").join("outside.txt"), "x").expect("writes");
        Self(dir)
    }

    fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Option<(u16, HeaderMap)> {
        let console = Console::new(Some(self.0.path().to_owned())).expect("a console");
        let request = headers.iter().fold(Request::get(path), |r, (name, value)| r.header(*name, *value));
        let response = console.answer(&request.body(Body::empty()).expect("a request"))?;
        Some((response.status().as_u16(), response.headers().clone()))
    }
}

const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

#[test]
fn what_is_named_by_content_is_kept_for_ever_and_the_page_is_asked_for_again() {
    let folder = Folder::new();
    let (_, script) = folder.ask("/console-0123456789abcdef.js", &[]).expect("is there");
    assert_eq!(script["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(script["content-type"], "text/javascript; charset=utf-8");
    let (_, font) = folder.ask("/fonts/inter-0123456789abcdef.woff2", &[]).expect("is there");
    assert_eq!(
        (&font["cache-control"], &font["content-type"]),
        (&script["cache-control"], &"font/woff2".parse().expect("a header"))
    );
    let icons = "public, max-age=60, stale-while-revalidate=604800";
    for (path, keep) in [("/icons.svg", icons), ("/", "no-cache"), ("/index.html", "no-cache")] {
        let (status, headers) = folder.ask(path, &[HTML]).expect("is there");
        assert_eq!((status, &headers["cache-control"]), (200, &keep.parse().expect("a header")), "{path}");
        let tag = headers["etag"].to_str().expect("ASCII");
        let (status, _) = folder.ask(path, &[HTML, ("if-none-match", tag)]).expect("is there");
        assert_eq!(status, 304, "{path}");
    }
}

#[test]
fn the_best_coding_that_is_taken_and_there_is_sent() {
    let folder = Folder::new();
    let coding = |path: &str, accepted: &str| {
        let (_, headers) = folder.ask(path, &[HTML, ("accept-encoding", accepted)]).expect("is there");
        assert_eq!(headers["vary"], "accept-encoding");
        headers.get("content-encoding").map(|value| value.to_str().expect("ASCII").to_owned())
    };
    let script = "/console-0123456789abcdef.js";
    assert_eq!(coding(script, "gzip, deflate, br").as_deref(), Some("br"));
    assert_eq!(coding(script, "gzip;q=1.0, br;q=0").as_deref(), Some("gzip"));
    assert_eq!(coding(script, "identity"), None);
    assert_eq!(coding("/icons.svg", "br, gzip"), None);
    assert_eq!(coding("/", "br").as_deref(), Some("br"));
}

#[test]
fn pages_of_the_console_are_the_console_and_nothing_else_is() {
    let folder = Folder::new();
    for page in [
        "/",
        "/rollouts",
        "/rollouts/01890000-0000-7000-8000-000000000000/ledger",
        "/new-rollout",
        "/flags",
        "/people",
        "/sessions",
        "/backend",
        "/sign-in",
    ] {
        assert_eq!(folder.ask(page, &[HTML]).map(|(status, _)| status), Some(200), "{page}");
    }
    assert!(folder.ask("/rollouts", &[("accept", "application/json")]).is_none());
    for nothing in [
        "/missing.js",
        "/assets/x.js",
        "/rolloutsx",
        "/elsewhere",
        "/../outside.txt",
        "/fonts/../../outside.txt",
        "/index.html.br",
        "/.hidden",
        "//etc/passwd",
    ] {
        assert!(folder.ask(nothing, &[HTML]).is_none(), "{nothing}");
    }
}

#[test]
fn a_directory_without_a_console_is_refused_and_a_program_without_one_says_so() {
    let empty = tempfile::tempdir().expect("a directory");
    let error = Console::new(Some(empty.path().to_owned())).err().expect("refused").to_string();
    assert!(error.contains("index.html"), "{error}");
    let console = Console::Inside(BTreeMap::new());
    let request = Request::get("/").body(Body::empty()).expect("a request");
    assert_eq!(console.answer(&request).expect("a page").status(), 200);
}
