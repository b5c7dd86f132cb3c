//! What networks and overloaded servers do, between the gateway and an Unleash that is well.

use crate::{
    proxy::{Asked, Fault, Proxy},
    ramp::{Ramp, wait_for},
    server::Unleash,
};
use serde_json::Value;
use std::time::Duration;

const HTML: &str = "<!DOCTYPE html><html></html>";

#[test]
#[ignore = "takes minutes, most of them waiting: `make e2e` runs it beside the browser"]
fn whatever_stands_between_every_command_ends_and_the_backend_follows() {
    let unleash = Unleash::shared();
    let proxy = Proxy::before(&unleash.url);
    let dir = tempfile::tempdir().expect("a directory");
    let gateway = unleash.gateway(&proxy.url, dir.path(), "");
    let ramp = Ramp::begin(&gateway, "FEATURE_FAULTS");
    ramp.raise(10);
    ramp.settles(10);
    let faults = [
        (Fault::Reset, "unreachable"),
        (Fault::Says(200, "text/html", HTML), "unreachable"),
        (Fault::Says(429, "text/html", HTML), "unreachable"),
        (Fault::Says(500, "application/json", "{}"), "unreachable"),
        (Fault::Says(401, "application/json", "{}"), "refused"),
        (Fault::Slow(Duration::from_secs(6)), "unreachable"),
        (Fault::Late(Duration::from_secs(7)), "unreachable"),
    ];
    let both = [(Ramp::raise as fn(&Ramp, u32), 20), (Ramp::lower, 10)];
    for (fault, cause) in faults {
        // Those that take long: up under the one, down under the other.
        let acts = match fault {
            Fault::Slow(_) => &both[..1],
            Fault::Late(_) => &both[1..],
            _ => &both,
        };
        for (act, percent) in acts {
            let percent = *percent;
            proxy.is(fault.clone());
            act(&ramp, percent);
            ramp.fails(cause);
            let is_reachable = cause == "refused" || matches!(fault, Fault::Late(_));
            assert!(is_reachable || !ramp.unreachable_since().is_null(), "{fault:?}");
            proxy.is(Fault::None);
            let took = ramp.settles(percent);
            wait_for("an answer", || ramp.unreachable_since().is_null());
            assert_eq!(unleash.share(&ramp.key), percent, "{fault:?}");
            eprintln!("{fault:?}: {percent} % came through {took:?} after the fault was gone");
        }
    }
    what_came_through_is_not_sent_twice(unleash, &proxy, &ramp);
    a_raise_that_is_applied_after_the_lowering(unleash, &proxy, &ramp);
    ramp.every_command_ended();
    let (events, writes) = (unleash.events(&ramp.key), proxy.writes(&ramp.key));
    assert!(events.len() <= writes.len(), "{events:?} {writes:?}");
    let drifts = ramp.records().into_iter().filter(|(kind, _)| kind == "observed").count();
    assert_eq!(drifts, 0, "all of it was the gateway's own");
}

fn what_came_through_is_not_sent_twice(unleash: &Unleash, proxy: &Proxy, ramp: &Ramp) {
    proxy.is(Fault::AnswerLost);
    let (events, writes) = (unleash.events(&ramp.key).len(), proxy.writes(&ramp.key).len());
    ramp.raise(20);
    ramp.settles(20);
    ramp.lower(10);
    ramp.settles(10);
    proxy.is(Fault::None);
    assert_eq!((unleash.events(&ramp.key).len() - events, proxy.writes(&ramp.key).len() - writes), (2, 2));
}

/// It was sent before, and nobody waits for it any more.
fn a_raise_that_is_applied_after_the_lowering(unleash: &Unleash, proxy: &Proxy, ramp: &Ramp) {
    let before = unleash.events(&ramp.key).len();
    proxy.is(Fault::Late(Duration::from_secs(10)));
    ramp.raise(20);
    ramp.fails("unreachable");
    proxy.is(Fault::None);
    ramp.lower(10);
    let sent = proxy.writes(&ramp.key).len();
    ramp.settles(10);
    let share = |event: &Value| event["data"]["parameters"]["rollout"].as_str().map(str::to_owned);
    let shares = || -> Vec<String> { unleash.events(&ramp.key)[before..].iter().filter_map(share).collect() };
    wait_for("the late raise, and the lowering after it", || {
        let shares = shares();
        shares.contains(&"20".to_owned()) && shares.last().is_some_and(|last| last == "10")
    });
    // One attempt may have been in the middle of it; none begins after a lowering.
    let after: Vec<u32> = proxy.writes(&ramp.key)[sent..].iter().filter_map(Asked::share).collect();
    assert!(after.is_sorted_by(|earlier, later| earlier >= later), "{after:?}");
    wait_for("the share", || unleash.share(&ramp.key) == 10);
    ramp.settles(10);
}
