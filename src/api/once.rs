//! What is sent again until it is answered, and done once: every sending carries the same key.

use super::Failure;
use gloo_timers::future::TimeoutFuture;

/// How long to wait before asking again whether it went through, in milliseconds.
const PAUSES: [u32; 2] = [400, 1_500];

/// A key that nothing else has.
pub fn fresh_key() -> String {
    #[expect(clippy::disallowed_methods, reason = "a key is random and nothing else depends on it")]
    let key = uuid::Uuid::now_v7();
    key.to_string()
}

/// A missing answer is no failure: the same key asks what became of it.
pub async fn until_answered<T>(send: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    for pause in PAUSES {
        match send().await {
            Err(Failure::NoAnswer) => TimeoutFuture::new(pause).await,
            outcome => return outcome,
        }
    }
    send().await
}
