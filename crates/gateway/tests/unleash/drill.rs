//! Outages of the real thing: its database hangs for a moment and for long, and it is killed.

use crate::{
    process::Gateway,
    proxy::Proxy,
    ramp::{Ramp, wait_for},
    server::{Pids, Unleash},
};
use serde_json::Value;
use std::time::Duration;

/// Rollouts that are in the middle of something when it begins. All stand at 10 % between the outages.
struct Drill<'a> {
    unleash: &'a Unleash,
    proxy: &'a Proxy,
    /// Is to go up.
    raised: Ramp,
    /// Is up, and is to go down.
    lowered: Ramp,
    /// Is to go up, and then down all the same.
    overtaken: Ramp,
    /// Nobody wants anything of it.
    idle: Ramp,
}

impl<'a> Drill<'a> {
    fn new(unleash: &'a Unleash, proxy: &'a Proxy, gateway: &Gateway) -> Self {
        let at_ten = |key: &str| {
            let ramp = Ramp::begin(gateway, key);
            ramp.raise(10);
            ramp.settles(10);
            ramp
        };
        let [raised, lowered, overtaken, idle] = ["RAISED", "LOWERED", "OVERTAKEN", "IDLE"].map(at_ten);
        Self { unleash, proxy, raised, lowered, overtaken, idle }
    }

    fn all(&self) -> [&Ramp; 4] {
        [&self.raised, &self.lowered, &self.overtaken, &self.idle]
    }

    /// One outage, from its first moment to when all is well again.
    fn outage(&self, name: &str, is_noticed: bool, begin: impl FnOnce(&Pids), end: impl FnOnce()) {
        self.lowered.raise(20);
        self.lowered.settles(20);
        let before = self.all().map(|ramp| (self.unleash.events(&ramp.key).len(), self.proxy.writes(&ramp.key).len()));
        begin(self.unleash.pids.as_ref().expect("it is a drill"));
        self.raised.raise(20);
        self.lowered.lower(10);
        self.overtaken.raise(20);
        if is_noticed {
            wait_for("that it does not answer", || !self.raised.unreachable_since().is_null());
            self.lowered.fails("unreachable");
        }
        self.overtaken.lower(10);
        end();
        let ended = |ramp: &Ramp| {
            let flag = ramp.flag();
            flag["pending"].is_null() && flag["observed"].is_null() && flag["applied"] == flag["wanted"]
        };
        let took = wait_for("all that was asked", || self.all().into_iter().all(ended));
        wait_for("an answer", || self.raised.unreachable_since().is_null());
        let raise = self.raised.records().pop().expect("a record").0;
        eprintln!("{name}: all ended {took:?} after it was over, the raise as {raise}");
        for (ramp, (events, writes)) in self.all().into_iter().zip(before) {
            let wanted: u32 = ramp.flag()["wanted"].as_str().expect("a share").parse().expect("a number");
            wait_for("the share", || self.unleash.share(&ramp.key) == wanted);
            let (events, writes) =
                (&self.unleash.events(&ramp.key)[events..], self.proxy.writes(&ramp.key).len() - writes);
            assert!(events.len() <= writes, "{name}: {} has {events:?} of {writes} writes", ramp.key);
            assert!(no_raise_comes_after_a_lowering(ramp, self, events), "{name}: {}: {events:?}", ramp.key);
            ramp.every_command_ended();
            let strange = ramp.records().into_iter().filter(|(kind, _)| kind == "observed").count();
            assert_eq!(strange, 0, "{name}: all of {} was the gateway's own", ramp.key);
        }
        assert_eq!(self.lowered.flag()["wanted"], "10", "{name}: what was lowered is");
        assert_eq!(self.overtaken.flag()["wanted"], "10", "{name}: what was lowered is");
        if self.raised.flag()["wanted"] != "10" {
            self.raised.lower(10);
            self.raised.settles(10);
        }
    }
}

/// As Unleash's own log has it. The one that was to go up was never lowered.
fn no_raise_comes_after_a_lowering(ramp: &Ramp, drill: &Drill<'_>, events: &[Value]) -> bool {
    let share = |event: &Value| event["data"]["parameters"]["rollout"].as_str()?.parse::<u32>().ok();
    let shares: Vec<u32> = events.iter().filter_map(share).collect();
    ramp.key == drill.raised.key || shares.is_sorted_by(|earlier, later| earlier >= later)
}

#[test]
#[ignore = "takes minutes, most of them waiting: `make e2e` runs it beside the browser"]
fn outages_of_unleash_lose_nothing_and_are_got_over_without_help() {
    let unleash = Unleash::for_drill();
    let proxy = Proxy::before(&unleash.url);
    let dir = tempfile::tempdir().expect("a directory");
    let gateway = unleash.gateway(&proxy.url, dir.path(), "");
    let drill = Drill::new(&unleash, &proxy, &gateway);
    let held_up = std::cell::RefCell::new(None);
    let hold_up = |pids: &Pids| *held_up.borrow_mut() = Some(pids.hold_up_postgres());
    let after = |seconds| {
        std::thread::sleep(Duration::from_secs(seconds));
        held_up.borrow_mut().take();
    };
    drill.outage("its database hangs for 5 s", false, hold_up, || after(5));
    drill.outage("it is killed", true, Pids::kill_unleash, || {});
    // After a minute Unleash gives up by itself.
    drill.outage("its database hangs for 90 s", true, hold_up, || after(90 - 15));
}
