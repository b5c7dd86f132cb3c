//! The flows that are on their way. They are lost when the gateway ends; then one begins again.

use super::Flow;
use rollout::{Digest, Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// So many at once. Whoever begins more pushes the oldest out, and no memory fills.
const MOST: usize = 10_000;

/// Each belongs to one browser, which has its token in a cookie: an answer that somebody else was given is nobody's here.
/// That cookie must be `SameSite=Lax`, for the provider's page is another site.
#[derive(Debug, Default)]
pub struct Flows(Mutex<HashMap<Digest, Flow>>);

impl Flows {
    /// Keeps a flow. Gives the token that fetches it.
    pub fn keep(&self, flow: Flow, now: Timestamp, random: fn() -> [u8; 32]) -> String {
        let token = super::secret(random);
        let mut all = self.open();
        if all.len() >= MOST {
            all.retain(|_, flow| flow.ends() >= now);
        }
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, flow)| flow.ends()).map(|(token, _)| *token);
            oldest.map(|token| all.remove(&token));
        }
        all.insert(hash(&token), flow);
        token
    }

    /// A flow, once.
    pub fn take(&self, token: &str) -> Option<Flow> {
        self.open().remove(&hash(token))
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Digest, Flow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(token: &str) -> Digest {
    Digest::of(&[token.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock, identity::provider::Purpose};

    fn flow(begun: i64) -> Flow {
        Flow::new(Purpose::SignIn, "/", Timestamp::from_millis(begun), || [1; 32])
    }

    #[test]
    fn a_flow_is_taken_once_and_by_its_token_alone() {
        let flows = Flows::default();
        let token = flows.keep(flow(0), Timestamp::from_millis(0), clock::random);
        assert!(flows.take("").is_none() && flows.take(&token[1..]).is_none());
        assert!(flows.take(&token).is_some());
        assert!(flows.take(&token).is_none(), "once");
    }

    #[test]
    fn many_that_are_begun_fill_no_memory() {
        let flows = Flows::default();
        let keep = |begun: usize| flows.keep(flow(begun as i64), Timestamp::from_millis(begun as i64), clock::random);
        let tokens: Vec<String> = (0..MOST + 3).map(keep).collect();
        assert_eq!(flows.open().len(), MOST);
        let (gone, kept) = tokens.split_at(3);
        assert!(gone.iter().all(|token| flows.take(token).is_none()), "the oldest went");
        assert!(kept.iter().all(|token| flows.take(token).is_some()));
    }
}
