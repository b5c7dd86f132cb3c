//! What every backend must do, whatever it is.

use super::{Backend, BackendError};
use rollout::Exposure;

/// Both flags exist and are off.
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

    for ppm in [1_000, 100_000, 123_456, 500_000] {
        let exposure = Exposure::new(ppm, None).expect("an exposure");
        let done = backend.set(environment, a, &exposure).await;
        assert_eq!(done.is_ok(), backend.capabilities().can(&exposure), "{exposure}: as declared, not rounded");
        let expected = if done.is_ok() { exposure } else { Exposure::OFF };
        assert_eq!(get(a).await, expected);
        backend.set(environment, a, &Exposure::OFF).await.expect("lowers");
    }
}
