//! What every backend must do, whatever it is.

use super::{Backend, BackendError};
use rollout::Exposure;

/// The segments that the suite names: where a backend has its own, they must be there.
pub const SEGMENTS: [&str; 4] = ["beta", "staff", "with space, and comma", "é \"quoted\" 👩‍🚀"];

/// Both flags exist and are off, and so do the segments.
pub async fn check(backend: &dyn Backend, environment: &str, [a, b]: [&str; 2]) {
    let get = async |key: &str| backend.get(environment, key).await.expect("reads back");
    assert_eq!((get(a).await, get(b).await), (Exposure::OFF, Exposure::OFF), "the suite begins with both off");

    backend.set(environment, a, &Exposure::ON).await.expect("raises");
    assert_eq!((get(a).await, get(b).await), (Exposure::ON, Exposure::OFF), "one flag moves, the other stays");
    backend.set(environment, a, &Exposure::ON).await.expect("setting twice is setting once");
    assert_eq!(get(a).await, Exposure::ON);
    backend.set(environment, a, &Exposure::OFF).await.expect("lowers");
    backend.set(environment, a, &Exposure::OFF).await.expect("lowering again is no error");
    assert_eq!(get(a).await, Exposure::OFF);

    let missing = backend.get(environment, "NO_SUCH_FLAG").await.expect_err("is not there");
    assert!(matches!(missing, BackendError::FlagMissing), "{missing}");
    let missing =
        backend.set(environment, "NO_SUCH_FLAG", &Exposure::ON).await.expect_err("makes no flag by setting it");
    assert!(matches!(missing, BackendError::FlagMissing), "{missing}");
    let missing = backend.get("no-such-environment", a).await.expect_err("environments are apart");
    assert!(matches!(missing, BackendError::FlagMissing), "{missing}");

    let all = backend.all(environment).await.expect("reads all");
    assert_eq!((all.get(a), all.get(b)), (Some(&Exposure::OFF), Some(&Exposure::OFF)));
    assert!(backend.all("no-such-environment").await.expect("reads all").is_empty());

    let keys = [a, b, "NO_SUCH_FLAG"].map(str::to_owned).into();
    let read = backend.read(environment, &keys).await;
    assert!(
        matches!(read[a], Ok(Exposure::OFF)) && matches!(read[b], Ok(Exposure::OFF)) && read.len() == 3,
        "{read:?}"
    );
    assert!(matches!(read["NO_SUCH_FLAG"], Err(BackendError::FlagMissing)), "{read:?}");

    for exposure in between(backend) {
        let done = backend.set(environment, a, &exposure).await;
        assert_eq!(done.is_ok(), backend.capabilities().can(&exposure), "{exposure}: as declared, not rounded");
        let expected = if done.is_ok() { exposure } else { Exposure::OFF };
        assert_eq!((get(a).await, get(b).await), (expected.clone(), Exposure::OFF));
        assert_eq!(backend.all(environment).await.expect("reads all").get(a), Some(&expected));
        backend.set(environment, a, &Exposure::OFF).await.expect("lowers");
    }
    walk(backend, environment, a).await;
    together(backend, environment, a).await;
    assert_eq!(get(b).await, Exposure::OFF, "the other stayed all the way");
}

/// From one exposure straight to another, up and down, with fewer segments and with more.
async fn walk(backend: &dyn Backend, environment: &str, key: &str) {
    let exposure = |percent: u32, names: &[&str]| {
        let segments = (!names.is_empty()).then(|| names.iter().map(|name| (*name).to_owned()).collect());
        Exposure::new(percent * 10_000, segments).expect("an exposure")
    };
    let both = &["beta", "staff"];
    let way = [(1, &["staff"][..]), (50, both), (50, &["beta"]), (100, both), (25, &[]), (100, &[]), (10, &["staff"])];
    let way = way.into_iter().chain([(90, &[][..]), (90, both), (5, &[SEGMENTS[3]]), (0, &[]), (5, &[])]);
    for to in way.map(|(percent, names)| exposure(percent, names)) {
        if backend.capabilities().can(&to) {
            backend.set(environment, key, &to).await.expect("sets");
            assert_eq!(backend.get(environment, key).await.expect("reads back"), to);
        }
    }
}

/// Many at once: each write is whole, what is left is what one of them wanted, and the last word is the last.
async fn together(backend: &dyn Backend, environment: &str, key: &str) {
    let wanted = [Exposure::ON, Exposure::OFF];
    let writes = (0..16).map(|n| backend.set(environment, key, &wanted[n % 2]));
    for done in futures::future::join_all(writes).await {
        done.expect("each is a write like any other");
    }
    let left = backend.get(environment, key).await.expect("reads back");
    assert!(wanted.contains(&left), "{left} is what nobody wanted");
    backend.set(environment, key, &Exposure::OFF).await.expect("lowers");
    assert_eq!(backend.get(environment, key).await.expect("reads back"), Exposure::OFF);
}

/// Shares of everybody and of segments: those at the edges of what the backend claims, those that plans name, and some
/// that it may not be able to express.
fn between(backend: &dyn Backend) -> impl Iterator<Item = Exposure> {
    let whole = Exposure::ON.ppm();
    let step = backend.capabilities().percentage_step_ppm.unwrap_or(whole / 2);
    let edges = [step, 2 * step, whole - step];
    let named = [1, 7, 1_000, 10_000, 50_000, 100_000, 123_456, 250_000, 500_000, 999_999, whole];
    let lists: [&[&str]; 5] = [&[], &["staff"], &["beta", "staff"], &["with space, and comma"], &["é \"quoted\" 👩‍🚀"]];
    let segments = |names: &[&str]| (!names.is_empty()).then(|| names.iter().map(|n| (*n).to_owned()).collect());
    let exposure = move |ppm, names| Exposure::new(ppm, segments(names)).expect("an exposure");
    edges.into_iter().chain(named).flat_map(move |ppm| lists.map(|names| exposure(ppm, names)))
}
