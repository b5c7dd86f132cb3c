//! Reading many flags: by Unleash's list, which tells which are on, and then those one by one, since the list says nothing
//! of strategies and does not change with them either.

use super::{
    Unleash,
    http::{Failure, Tagged},
    wire::{Features, Listed},
};
use crate::backend::{Backend, BackendError};
use futures::{StreamExt, stream};
use reqwest::header::HeaderValue;
use rollout::Exposure;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, PoisonError},
};

/// How many flags are read at once.
pub(super) const AT_ONCE: usize = 8;

/// So many are read one by one without asking for the list: among a thousand features it costs Unleash as much.
const FEW: usize = 20;

/// A list as it was read.
#[derive(Debug)]
pub struct Kept {
    prefix: String,
    tag: Option<HeaderValue>,
    /// Whether each feature is on in the environment.
    enabled: HashMap<String, bool>,
}

type Read = BTreeMap<String, Result<Exposure, BackendError>>;

impl Unleash {
    /// The project's features whose names begin so; none if they are as they were at that tag.
    pub(super) async fn list(
        &self,
        prefix: &str,
        tag: Option<HeaderValue>,
    ) -> Result<Option<Tagged<Vec<Listed>>>, Failure> {
        let asked = [("namePrefix", prefix)];
        let asked = if prefix.is_empty() { &asked[..0] } else { &asked };
        let found = self.http.find_new::<Features>(&["projects", &self.project, "features"], asked, tag).await?;
        Ok(found.map(|(features, tag)| (features.features, tag)))
    }

    pub(super) async fn read_keys(&self, environment: &str, keys: &BTreeSet<String>) -> Read {
        let one_by_one = || keys.iter().map(|key| (key.clone(), Ok(true))).collect();
        if keys.len() <= FEW {
            return self.read_listed(environment, one_by_one()).await;
        }
        match self.enabled(environment, keys).await {
            Ok(list) => {
                let of = |key: &String| list.enabled.get(key).copied().ok_or(BackendError::FlagMissing);
                self.read_listed(environment, keys.iter().map(|key| (key.clone(), of(key))).collect()).await
            }
            Err(Failure::TooLong) => self.read_listed(environment, one_by_one()).await,
            Err(failure) => {
                let error = BackendError::from(failure);
                keys.iter().map(|key| (key.clone(), Err(error.clone()))).collect()
            }
        }
    }

    /// Reads those that are on; off is off, whatever its strategies.
    pub(super) async fn read_listed(
        &self,
        environment: &str,
        listed: Vec<(String, Result<bool, BackendError>)>,
    ) -> Read {
        let read = listed.into_iter().map(async |(key, is_enabled)| {
            let found = match is_enabled {
                Ok(true) => self.get(environment, &key).await,
                Ok(false) => Ok(Exposure::OFF),
                Err(error) => Err(error),
            };
            (key, found)
        });
        stream::iter(read).buffer_unordered(AT_ONCE).collect().await
    }

    /// Which features are on, of all whose names begin as all of these do.
    async fn enabled(&self, environment: &str, keys: &BTreeSet<String>) -> Result<Arc<Kept>, Failure> {
        let prefix = common_prefix(keys);
        let all = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all().get(environment).filter(|kept| kept.prefix == prefix).cloned();
        let tag = known.as_ref().and_then(|kept| kept.tag.clone());
        let (listed, tag) = match (self.list(prefix, tag).await?, known) {
            (Some(news), _) => news,
            (None, Some(known)) => return Ok(known),
            (None, None) => (Vec::new(), None),
        };
        let here = listed.into_iter().filter_map(|feature| Some((feature.enabled_in(environment)?, feature.name)));
        let enabled = here.map(|(is_enabled, key)| (key, is_enabled)).collect();
        let kept = Arc::new(Kept { prefix: prefix.to_owned(), tag, enabled });
        all().insert(environment.to_owned(), kept.clone());
        Ok(kept)
    }
}

/// Where the keys are alike from their beginning. Sorted, so that the first and the last differ most.
fn common_prefix(keys: &BTreeSet<String>) -> &str {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return "" };
    let same = first.char_indices().zip(last.chars()).find(|((_, a), b)| a != b);
    let end = same.map_or(first.len().min(last.len()), |((at, _), _)| at);
    &first[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_asked_for_what_all_keys_begin_with() {
        let of = |keys: &[&str]| common_prefix(&keys.iter().map(|key| (*key).to_owned()).collect()).to_owned();
        assert_eq!(of(&["FEATURE_B", "FEATURE_A", "FEATURE_A_2"]), "FEATURE_");
        assert_eq!(of(&["A", "AB", "ABC"]), "A");
        assert_eq!(of(&["A", "B"]), "");
        assert_eq!(of(&["é1", "è1"]), "");
        assert_eq!(of(&[]), "");
    }
}
