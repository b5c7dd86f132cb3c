//! Somebody with a browser: follows the provider's pages, fills in its forms, keeps its cookies.

use crate::server::{ORIGIN, client};
use gateway::identity::provider::Back;
use reqwest::{
    Method, Response, Url,
    header::{COOKIE, LOCATION, SET_COOKIE},
};
use std::collections::BTreeMap;

pub struct Person {
    login: &'static str,
    cookies: BTreeMap<String, String>,
    /// The forms that were filled in.
    pub asked: Vec<String>,
}

impl Person {
    pub fn new(login: &'static str) -> Self {
        Self { login, cookies: BTreeMap::new(), asked: Vec::new() }
    }

    /// From the provider's door until it sends them back. Gives what they bring.
    pub async fn walk(&mut self, url: Url) -> Back {
        back(&self.walk_back(url).await)
    }

    /// The same. Gives where they are sent.
    pub async fn walk_back(&mut self, url: Url) -> Url {
        self.asked.clear();
        let mut answer = self.ask(Method::GET, url.clone(), None).await;
        let mut at = url;
        for _ in 0..12 {
            if let Some(to) = answer.headers().get(LOCATION) {
                at = at.join(to.to_str().expect("ASCII")).expect("an address");
                if at.as_str().starts_with(ORIGIN) {
                    return at;
                }
                answer = self.ask(Method::GET, at.clone(), None).await;
                continue;
            }
            let status = answer.status();
            let page = answer.text().await.expect("a page");
            let action = between(&page, "action=\"", "\"").unwrap_or_else(|| panic!("{at} {status}: {page}"));
            let prompt = between(&page, "name=\"prompt\" value=\"", "\"").expect("a prompt");
            self.asked.push(prompt.to_owned());
            let filled = format!("prompt={prompt}&login={}&password=any", self.login);
            at = action.parse().expect("an address");
            answer = self.ask(Method::POST, at.clone(), Some(filled)).await;
        }
        panic!("the provider leads nowhere: {at}")
    }

    /// Turns back at the first page.
    pub async fn turn_back(&mut self, url: Url) -> Back {
        let answer = self.ask(Method::GET, url.clone(), None).await;
        let page = url.join(answer.headers()[LOCATION].to_str().expect("ASCII")).expect("an address");
        let mut at = format!("{page}/abort").parse::<Url>().expect("an address");
        while !at.as_str().starts_with(ORIGIN) {
            let answer = self.ask(Method::GET, at.clone(), None).await;
            at = at.join(answer.headers()[LOCATION].to_str().expect("ASCII")).expect("an address");
        }
        back(&at)
    }

    async fn ask(&mut self, method: Method, url: Url, form: Option<String>) -> Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = client().request(method, url.clone()).header(COOKIE, cookies.join("; "));
        let request = match form {
            Some(form) => request.header("content-type", "application/x-www-form-urlencoded").body(form),
            None => request,
        };
        let answer = request.send().await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
        for set in answer.headers().get_all(SET_COOKIE) {
            let pair = set.to_str().expect("ASCII").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            // Paths do not matter: the names of interactions do not meet.
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

fn back(url: &Url) -> Back {
    let pairs: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let pair = |name: &str| pairs.get(name).cloned();
    Back {
        code: pair("code"),
        state: pair("state"),
        error: pair("error"),
        error_description: pair("error_description"),
        iss: pair("iss"),
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(found, _)| found)
}
