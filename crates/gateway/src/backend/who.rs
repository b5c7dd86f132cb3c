//! Who gets a flag from the built-in backend. The formula is published in `docs/exposure.md`: an application can work
//! out by itself what it will be told.

use rollout::{Digest, Exposure};
use std::collections::BTreeSet;

/// How many buckets there are: one for each part per million.
const BUCKETS: u128 = 1_000_000;

/// For whom a flag is evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The same id always gets the same answer; none if the application named nobody.
    pub targeting_key: Option<String>,
    /// The segments that the application says this one is in.
    pub segments: BTreeSet<String>,
}

/// What a subject gets, and by what it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// The same for everybody.
    Everybody(bool),
    /// Decided by the segments alone.
    Segments(bool),
    /// Decided by the subject's bucket.
    Split(bool),
}

impl Share {
    /// Does the subject get it?
    pub fn gets(self) -> bool {
        let (Self::Everybody(gets) | Self::Segments(gets) | Self::Split(gets)) = self;
        gets
    }
}

/// A percentage splits by id, and there is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the flag is at a percentage: the context needs a targetingKey to tell who is in it")]
pub struct KeyMissing;

/// The bucket of an id for a flag, from 0 to 999 999: the first eight bytes of SHA-256(flag key ‖ 0x00 ‖ id) as a
/// big-endian number, scaled. It does not depend on the percentage, so a lower percentage only ever takes away.
pub fn bucket(flag_key: &str, id: &str) -> u32 {
    let digest = Digest::of(&[flag_key.as_bytes(), &[0], id.as_bytes()]);
    let mut first = [0; 8];
    first.copy_from_slice(&digest.bytes()[..8]);
    // Below BUCKETS, as a 64-bit number is below 2^64.
    ((u128::from(u64::from_be_bytes(first)) * BUCKETS) >> 64) as u32
}

/// Does this subject get the flag at this exposure?
///
/// Errors: it depends on an id, and the subject has none.
pub fn share(flag_key: &str, exposure: &Exposure, subject: &Subject) -> Result<Share, KeyMissing> {
    let whole = exposure.ppm() == Exposure::ON.ppm();
    match exposure.segments() {
        _ if exposure.is_off() => Ok(Share::Everybody(false)),
        Some(segments) if segments.is_disjoint(&subject.segments) => Ok(Share::Segments(false)),
        Some(_) if whole => Ok(Share::Segments(true)),
        None if whole => Ok(Share::Everybody(true)),
        _ => {
            let id = subject.targeting_key.as_deref().ok_or(KeyMissing)?;
            Ok(Share::Split(bucket(flag_key, id) < exposure.ppm()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(percent: &str, segments: &[&str]) -> Exposure {
        let json = match segments {
            [] => serde_json::json!(percent),
            _ => serde_json::json!({ "percent": percent, "segments": segments }),
        };
        serde_json::from_value(json).expect("an exposure")
    }

    fn subject(id: &str, segments: &[&str]) -> Subject {
        let targeting_key = (!id.is_empty()).then(|| id.to_owned());
        Subject { targeting_key, segments: segments.iter().map(|name| (*name).to_owned()).collect() }
    }

    fn gets(exposure: &Exposure, subject: &Subject) -> bool {
        share("FEATURE_A", exposure, subject).expect("has an id").gets()
    }

    /// Worked out with `printf 'FEATURE_A\0user-1' | sha256sum`: other programs must come to the same.
    #[test]
    fn the_bucket_is_the_published_one() {
        let buckets = ["user-1", "user-2", "müller", ""].map(|id| bucket("FEATURE_A", id));
        assert_eq!(buckets, [429_003, 326_166, 979_903, 613_585]);
        assert_ne!(bucket("FEATURE_A", "user-1"), bucket("FEATURE_B", "user-1"), "each flag shuffles anew");
    }

    #[test]
    fn shares_are_within_the_binomial_bounds_and_only_shrink_when_lowered() {
        const PEOPLE: u32 = 200_000;
        let people: Vec<Subject> = (0..PEOPLE).map(|n| subject(&format!("user-{n}"), &[])).collect();
        let mut higher: Option<Vec<bool>> = None;
        for percent in ["99.9999", "50", "25", "5", "1", "0.1", "0.0001"] {
            let exposure = exposure(percent, &[]);
            let now: Vec<bool> = people.iter().map(|one| gets(&exposure, one)).collect();
            let (share, people) = (f64::from(exposure.ppm()) / 1e6, f64::from(PEOPLE));
            let (mean, deviation) = (people * share, (people * share * (1.0 - share)).sqrt());
            let found = now.iter().filter(|gets| **gets).count() as f64;
            assert!((found - mean).abs() <= 4.0 * deviation + 1.0, "{percent} %: {found} of {people}");
            if let Some(higher) = higher {
                assert!(now.iter().zip(&higher).all(|(now, before)| !now || *before), "{percent} % gained somebody");
            }
            higher = Some(now);
        }
    }

    #[test]
    fn what_the_rulebook_calls_a_lowering_gives_it_to_nobody_new() {
        let lists: [&[&str]; 4] = [&[], &["staff"], &["beta"], &["beta", "staff"]];
        let percents = ["0.0001", "0.1", "10", "42.9003", "42.9004", "50", "99.9999", "100"];
        let mut all: Vec<Exposure> = percents.iter().flat_map(|p| lists.map(|names| exposure(p, names))).collect();
        all.push(Exposure::OFF);
        let people = (0..300).flat_map(|n| lists.map(|names| subject(&format!("user-{n}"), names)));
        let people: Vec<Subject> = people.collect();
        let mut lowerings = 0;
        for (from, to) in all.iter().flat_map(|from| all.iter().map(move |to| (from, to))) {
            if from.lowers_to(to) {
                lowerings += 1;
                let new = people.iter().find(|one| gets(to, one) && !gets(from, one));
                assert!(new.is_none(), "{from} to {to} gives it to {new:?}");
            }
        }
        assert!(lowerings > 200, "only {lowerings} lowerings were tried");
    }

    #[test]
    fn the_flags_split_people_independently_of_each_other() {
        let half = |flag, n: u32| bucket(flag, &format!("user-{n}")) < 500_000;
        let both = (0..10_000).filter(|n| half("FEATURE_A", *n) && half("FEATURE_B", *n)).count();
        assert!((2_300..2_700).contains(&both), "a quarter is in both halves, not {both} of 10 000");
    }

    #[test]
    fn segments_narrow_the_share_and_need_an_id_only_when_it_matters() {
        let staff = exposure("100", &["staff", "beta"]);
        assert_eq!(share("A", &staff, &subject("", &["beta"])), Ok(Share::Segments(true)));
        assert_eq!(share("A", &staff, &subject("me", &["other"])), Ok(Share::Segments(false)));
        assert_eq!(share("A", &staff, &subject("me", &[])), Ok(Share::Segments(false)));
        let some = exposure("30", &["staff"]);
        assert_eq!(share("A", &some, &subject("", &["staff"])), Err(KeyMissing));
        assert_eq!(share("A", &some, &subject("", &[])), Ok(Share::Segments(false)), "outside either way");
        let in_bucket = bucket("A", "me") < 300_000;
        assert_eq!(share("A", &some, &subject("me", &["staff"])), Ok(Share::Split(in_bucket)));
        assert_eq!(share("A", &exposure("30", &[]), &subject("me", &[])), Ok(Share::Split(in_bucket)));
        assert_eq!(share("A", &exposure("30", &[]), &subject("", &[])), Err(KeyMissing));
        for (whole, gets) in [(Exposure::ON, true), (Exposure::OFF, false)] {
            assert_eq!(share("A", &whole, &Subject::default()), Ok(Share::Everybody(gets)));
        }
    }

    /// The bounds themselves: a bucket is inside a share of one more than it, and outside its own.
    #[test]
    fn the_smallest_step_moves_exactly_its_bucket() {
        let me = subject("user-1", &[]);
        let at = bucket("FEATURE_A", "user-1");
        let share = |ppm| Exposure::new(ppm, None).expect("an exposure");
        assert!(!gets(&share(at), &me) && gets(&share(at + 1), &me));
    }
}
