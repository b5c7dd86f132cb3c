//! What a data directory is for: the demo's stays the demo's, and everybody else's their own.

use crate::store::Store;
use anyhow::bail;

/// The setting that says it.
const STAMP: &str = "stamp";
const DEMO: &str = "demo";
const OWN: &str = "own";

/// Stamps a new data directory.
///
/// Errors: it is stamped as the other.
pub async fn stamp(store: &dyn Store, is_demo: bool) -> anyhow::Result<()> {
    let wanted = if is_demo { DEMO } else { OWN };
    match store.setting(STAMP).await?.as_deref() {
        Some(found) if found == wanted => Ok(()),
        None if store.rollouts().await?.is_empty() && store.people().await?.is_empty() => {
            Ok(store.set_setting(STAMP, wanted).await?)
        }
        _ if is_demo => bail!("this data directory was not made by the demo; name another with --data"),
        _ => bail!(
            "this data directory was made by the demo, where anybody may be anybody: name another with --data, or serve the \
             demo with --demo"
        ),
    }
}
