//! Where browsers find the gateway, and what follows from it: the cookie, the host, the origin.

use rollout::Millis;
use std::fmt;

/// The cookie that carries a session's token, where there is no TLS: on this machine alone.
pub const PLAIN: &str = "signalbox_session";
/// The same behind TLS. No other host, no other path and no plain answer can set a cookie of this name.
pub const SECURE: &str = "__Host-signalbox_session";

/// The cookies that carry the token of a sign-in on its way to the provider and back.
const PLAIN_FLOW: &str = "signalbox_sign_in";
const SECURE_FLOW: &str = "__Host-signalbox_sign_in";

/// Why a text is no public address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "it must be https://HOST or https://HOST:PORT and nothing more; http is for localhost, 127.0.0.1 and [::1] alone"
)]
pub struct NoSite;

/// Where browsers find it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site(Option<Public>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Public {
    /// As a browser sends it in `Origin`.
    origin: String,
    /// As a browser sends it in `Host`.
    authority: String,
    is_secure: bool,
}

impl Site {
    /// Behind a public address.
    ///
    /// Errors: it is none, or is not safe.
    pub fn public(text: &str) -> Result<Self, NoSite> {
        let url: reqwest::Url = text.parse().map_err(|_| NoSite)?;
        let host = url.host_str().ok_or(NoSite)?.to_owned();
        let is_secure = url.scheme() == "https";
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_nobodys = url.username().is_empty() && url.password().is_none();
        let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
        if !is_bare || !is_nobodys || !(is_secure || url.scheme() == "http" && is_here) {
            return Err(NoSite);
        }
        // A browser leaves the usual port out, and so does the parser.
        let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Ok(Self(Some(Public { origin: format!("{}://{authority}", url.scheme()), authority, is_secure })))
    }

    /// Is there a public address?
    pub fn is_public(&self) -> bool {
        self.0.is_some()
    }

    /// Do browsers come by TLS?
    pub fn is_secure(&self) -> bool {
        self.0.as_ref().is_some_and(|public| public.is_secure)
    }

    /// Is it the public host that was asked? None, where there is no public address to tell by.
    pub fn is_asked(&self, host: Option<&str>) -> Option<bool> {
        let public = self.0.as_ref()?;
        Some(host.is_some_and(|host| host.eq_ignore_ascii_case(&public.authority)))
    }

    /// The origin of what the console sends.
    pub fn origin(&self, host: Option<&str>) -> Option<String> {
        match &self.0 {
            Some(public) => Some(public.origin.clone()),
            None => host.map(|host| format!("http://{host}")),
        }
    }

    pub fn cookie_name(&self) -> &'static str {
        if self.is_secure() { SECURE } else { PLAIN }
    }

    /// The cookie that carries a token, out of reach for scripts and other sites.
    pub fn cookie(&self, token: &str, seconds: Millis) -> String {
        self.made(self.cookie_name(), token, "Strict", seconds)
    }

    pub fn flow_cookie_name(&self) -> &'static str {
        if self.is_secure() { SECURE_FLOW } else { PLAIN_FLOW }
    }

    /// The cookie that carries a flow's token. Lax: it must come along when the provider, another site, sends a browser back.
    pub fn flow_cookie(&self, token: &str, seconds: Millis) -> String {
        self.made(self.flow_cookie_name(), token, "Lax", seconds)
    }

    fn made(&self, name: &str, value: &str, same_site: &str, seconds: Millis) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        format!("{name}={value}{secure}; HttpOnly; SameSite={same_site}; Path=/; Max-Age={seconds}")
    }

    /// The cookie that makes a browser forget.
    pub fn no_cookie(&self) -> String {
        self.cookie("", 0)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref().map_or("", |public| &public.origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::token;
    use axum::http::{HeaderMap, header::COOKIE};
    use rollout::Digest;

    #[test]
    fn a_public_address_is_a_host_behind_tls_and_nothing_more() {
        let site = |text: &str| Site::public(text).map(|site| site.to_string());
        assert_eq!(site("https://signalbox.example.org").as_deref(), Ok("https://signalbox.example.org"));
        assert_eq!(site("https://Signalbox.Example.org:443/").as_deref(), Ok("https://signalbox.example.org"));
        assert_eq!(site("https://a.example:8443").as_deref(), Ok("https://a.example:8443"));
        for here in ["http://localhost:8700", "http://127.0.0.1:8700", "http://[::1]:8700"] {
            assert_eq!(site(here).as_deref(), Ok(here));
        }
        for bad in [
            "",
            "a.example",
            "http://a.example",
            "http://localhost.example.org",
            "https://a.example/below",
            "https://a.example?x",
            "https://a.example#x",
            "https://name@a.example",
            "https://name:word@a.example",
            "ftp://a.example",
            "http://127.0.0.2",
        ] {
            assert_eq!(site(bad), Err(NoSite), "{bad}");
        }
    }

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let plain = Site::default();
        assert_eq!(plain.cookie("t", 60), "signalbox_session=t; HttpOnly; SameSite=Strict; Path=/; Max-Age=60");
        let secure = Site::public("https://a.example").expect("a site");
        let expected = "__Host-signalbox_session=t; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=60";
        assert_eq!(secure.cookie("t", 60), expected);
        let expected = "__Host-signalbox_sign_in=t; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=60";
        assert_eq!(secure.flow_cookie("t", 60), expected);
        assert!(plain.flow_cookie("t", 60).starts_with("signalbox_sign_in=t; HttpOnly; SameSite=Lax"));
    }

    #[test]
    fn the_token_is_found_among_other_cookies_and_never_kept() {
        let (plain, secure) = (Site::default(), Site::public("https://a.example").expect("a site"));
        let mut headers = HeaderMap::new();
        assert_eq!(token(&plain, &headers), None);
        headers.insert(COOKIE, "theme=dark; signalbox_session=abc; x=y".parse().expect("a header"));
        assert_eq!(token(&plain, &headers), Some(Digest::of(&[b"abc"])));
        assert_eq!(token(&secure, &headers), None, "anybody below the domain could have set this one");
        headers.insert(COOKIE, "not_signalbox_session=abc".parse().expect("a header"));
        assert_eq!(token(&plain, &headers), None);
        headers.insert(COOKIE, "__Host-signalbox_session=abc".parse().expect("a header"));
        assert_eq!(token(&secure, &headers), Some(Digest::of(&[b"abc"])));
    }
}
