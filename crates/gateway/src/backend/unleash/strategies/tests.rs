use super::*;

const KEY: &str = "FEATURE_A";

fn ours(id: &str, percent: u32, segment: Option<i64>) -> Value {
    let mut strategy = body(KEY, Share { percent, segment });
    strategy["id"] = id.into();
    strategy
}

fn there(enabled: bool, strategies: &[Value]) -> InEnvironment {
    let there = json!({"name": "production", "enabled": enabled, "strategies": strategies});
    serde_json::from_value(there).expect("an environment")
}

fn read(strategies: &[Value]) -> String {
    let names = BTreeMap::from([(1, "staff".to_owned()), (2, "beta".to_owned())]);
    exposure(KEY, &there(true, strategies), &names).to_string()
}

#[test]
fn what_is_ours_reads_as_what_it_gives() {
    for (strategies, expected) in [
        (vec![ours("a", 25, None)], "25 %"),
        (vec![ours("a", 100, None)], "on"),
        (vec![ours("a", 0, None)], "off"),
        (vec![ours("a", 25, Some(1))], "25 % of staff"),
        (vec![ours("a", 100, Some(1)), ours("b", 100, Some(2))], "100 % of beta, staff"),
        // Left behind by a write whose answer was lost: the larger share holds the smaller.
        (vec![ours("a", 25, None), ours("b", 50, None)], "50 %"),
        (vec![ours("a", 25, None), ours("b", 25, Some(1))], "25 %"),
    ] {
        assert_eq!(read(&strategies), expected, "{strategies:?}");
        let off = exposure(KEY, &there(false, &strategies), &BTreeMap::new());
        assert!(off.is_off(), "{strategies:?}");
    }
}

#[test]
fn what_no_exposure_can_say_may_be_everybody() {
    let mut sticky = ours("a", 25, None);
    sticky["parameters"]["stickiness"] = "userId".into();
    let mut group = ours("a", 25, None);
    group["parameters"]["groupId"] = "another".into();
    let mut two = ours("a", 25, Some(1));
    two["segments"] = json!([1, 2]);
    let mut untold = ours("a", 25, None);
    untold.as_object_mut().expect("an object").remove("segments");
    let mut part = ours("a", 25, None);
    part["parameters"]["rollout"] = "0.1".into();
    let mut varied = ours("a", 25, None);
    varied["variants"] = json!([{"name": "red"}]);
    for strategies in [
        vec![],
        vec![ours("a", 25, Some(1)), ours("b", 50, Some(2))],
        vec![ours("a", 25, None), ours("b", 50, Some(1))],
        vec![ours("a", 25, Some(3))],
        vec![sticky],
        vec![group],
        vec![two],
        vec![untold],
        vec![part],
        vec![varied],
    ] {
        assert_eq!(read(&strategies), "on", "{strategies:?}");
    }
}

/// Every way from one set of shares to another: on none of its stages has anybody the flag who has it neither before nor
/// after, it is never without a strategy, and it ends where it should.
#[test]
fn no_way_leads_above_both_its_ends() {
    let segments = [vec![None], vec![Some(1)], vec![Some(1), Some(2)], vec![Some(2), Some(3)]];
    let percents = [1, 40, 100];
    let ends: Vec<Vec<Share>> = segments
        .iter()
        .flat_map(|segments| percents.map(|percent| segments.iter().map(|s| Share { percent, segment: *s }).collect()))
        .collect();
    // Somebody in these segments with this bucket.
    let gets = |shares: &[Share], of: &[i64], bucket: u32| {
        shares.iter().any(|share| bucket <= share.percent && share.segment.is_none_or(|id| of.contains(&id)))
    };
    let people: Vec<(&[i64], u32)> = [&[][..], &[1], &[2], &[3], &[1, 2]]
        .into_iter()
        .flat_map(|of| [1, 2, 40, 41, 100].map(|bucket| (of, bucket)))
        .collect();
    for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to))) {
        // Also where somebody was faster, and each strategy is there twice.
        for copies in [1, 2] {
            let mut now: Vec<(String, Share)> =
                (0..copies).flat_map(|c| from.iter().enumerate().map(move |(n, s)| (format!("{c}-{n}"), *s))).collect();
            let strategies: Vec<Value> = now.iter().map(|(id, s)| ours(id, s.percent, s.segment)).collect();
            for change in changes(KEY, &there(true, &strategies), to) {
                match change {
                    Change::Put(id, share) => {
                        now.iter_mut().find(|(known, _)| *known == id).expect("is there").1 = share;
                    }
                    Change::Add(share) => now.push(("new".to_owned(), share)),
                    Change::Remove(id) => now.retain(|(known, _)| *known != id),
                }
                let shares: Vec<Share> = now.iter().map(|(_, share)| *share).collect();
                assert!(!shares.is_empty(), "{from:?} to {to:?}: no strategy");
                for (of, bucket) in &people {
                    let above = gets(&shares, of, *bucket) && !gets(from, of, *bucket) && !gets(to, of, *bucket);
                    assert!(!above, "{from:?} to {to:?} by {shares:?}: {of:?} {bucket}");
                }
            }
            let mut shares: Vec<Share> = now.into_iter().map(|(_, share)| share).collect();
            shares.sort_by_key(|share| share.segment);
            assert_eq!(shares, *to, "from {from:?}");
        }
    }
    assert_eq!(changes(KEY, &there(true, &[ours("a", 40, None)]), &[Share { percent: 40, segment: None }]), []);
}
