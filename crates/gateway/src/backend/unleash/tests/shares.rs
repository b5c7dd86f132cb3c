//! Who gets it: asked of a client as applications have it.

use super::real::{segments, share};
use crate::{
    backend::Backend,
    testing::unleash::{adapter, server},
};
use rollout::Exposure;
use std::time::Duration;
use unleash_api_client::{Client, ClientBuilder, Context, client::FeatureKey};

const SAMPLED: u32 = 10_000;

/// The client wants a list of flags; it is asked by name.
#[derive(Debug, Clone, Copy)]
enum NoKey {}

impl FeatureKey for NoKey {
    fn name(self) -> &'static str {
        match self {}
    }
}

fn gets(client: &Client<NoKey>, key: &str, id: String) -> bool {
    client.is_enabled_str(key, Some(&Context { user_id: Some(id), ..Context::default() }), false)
}

/// How many of the sample get it, once the client knows.
async fn count(client: &Client<NoKey>, key: &str, id: impl Fn(u32) -> String, expected: f64) -> f64 {
    let (share, sampled) = (expected, f64::from(SAMPLED));
    let bound = 4.0 * (sampled * share * (1.0 - share)).sqrt();
    let mut found = 0.0;
    for _ in 0..50 {
        found = f64::from((0..SAMPLED).filter(|n| gets(client, key, id(*n))).count() as u32);
        if (found - sampled * share).abs() <= bound {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{key}: {found} of {SAMPLED}, not {share} of them within {bound}")
}

#[tokio::test]
async fn as_many_get_it_as_the_exposure_says() {
    segments().await;
    let unleash = adapter();
    let key = "SHARES";
    unleash.create("production", key).await.expect("creates");
    let builder = ClientBuilder::default().interval(100).disable_metric_submission().enable_string_features();
    let url = format!("{}/api", server().url);
    let client = builder.into_client::<NoKey>(&url, "signalbox-tests", "1", Some(server().backend.clone()));
    let client = client.expect("a client");
    client.register().await.expect("registers");
    let asked = async {
        let anybody = |n: u32| format!("user-{n}");
        for percent in [1, 25, 50, 100, 0] {
            unleash.set("production", key, &share(percent, &[])).await.expect("sets");
            count(&client, key, anybody, f64::from(percent) / 100.0).await;
        }
        // Of everybody in a segment, and of nobody else.
        let staff = |n: u32| format!("staff-{}", n % 200);
        unleash.set("production", key, &share(100, &["staff"])).await.expect("sets");
        count(&client, key, staff, 1.0).await;
        count(&client, key, anybody, 0.0).await;
        // Two segments are any of them, and one group: the same ids as at half of everybody.
        unleash.set("production", key, &share(50, &[])).await.expect("sets");
        count(&client, key, anybody, 0.5).await;
        let of = |name: &str| -> Vec<bool> { (0..200).map(|n| gets(&client, key, format!("{name}-{n}"))).collect() };
        let (half_of_staff, half_of_beta) = (of("staff"), of("beta"));
        unleash.set("production", key, &share(50, &["beta", "staff"])).await.expect("sets");
        count(&client, key, anybody, 0.0).await;
        // The client may have looked between the two strategies.
        let is_same = || (of("staff"), of("beta")) == (half_of_staff.clone(), half_of_beta.clone());
        for _ in 0..50 {
            if is_same() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(is_same(), "somebody else is in the half of a segment");
        unleash.set("production", key, &Exposure::OFF).await.expect("sets");
        count(&client, key, staff, 0.0).await;
        client.stop_poll().await;
    };
    futures::future::join(client.poll_for_updates(), asked).await;
}
