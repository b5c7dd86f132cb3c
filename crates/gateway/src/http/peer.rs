//! Which address a request comes from.

use crate::app::App;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

/// What a proxy says about whom it asks for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let connected = connected.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
        Ok(Self(behind(connected, &parts.headers, app.site.is_public())))
    }
}

/// Behind the proxy on this machine it is the last hop, which the proxy itself has written; whatever stands before it,
/// anybody may have made up.
fn behind(connected: IpAddr, headers: &HeaderMap, is_public: bool) -> IpAddr {
    if !is_public || !connected.to_canonical().is_loopback() {
        return connected;
    }
    let last = headers.get_all(FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    let hop = last.and_then(|hops| hops.rsplit(',').next()).and_then(|hop| hop.trim().parse().ok());
    hop.unwrap_or(connected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxys_own_word_counts() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let (here, there) = (address("127.0.0.1"), address("192.0.2.9"));
        let mut headers = HeaderMap::new();
        assert_eq!(behind(here, &headers, true), here);
        headers.append(FORWARDED_FOR, "198.51.100.1".parse().expect("a value"));
        headers.append(FORWARDED_FOR, "203.0.113.7, 192.0.2.1".parse().expect("a value"));
        assert_eq!(behind(here, &headers, true), address("192.0.2.1"));
        assert_eq!(behind(address("::1"), &headers, true), address("192.0.2.1"));
        assert_eq!(behind(here, &headers, false), here, "no proxy is expected");
        assert_eq!(behind(there, &headers, true), there, "it is not the proxy on this machine");
        headers.append(FORWARDED_FOR, "unknown".parse().expect("a value"));
        assert_eq!(behind(here, &headers, true), here);
    }
}
