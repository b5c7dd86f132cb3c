use super::*;
use crate::{
    backend::conformance,
    testing::{Dashboard, unleash::prepare_tls},
};

fn by_hand(verify: Option<&str>) -> ByHand {
    let (enable, disable) = ("set it to true".to_owned(), "set it to false".to_owned());
    ByHand { enable, disable, waits_hours: 24, verify: verify.map(str::to_owned) }
}

fn manual(url: &str, pointer: Option<&str>) -> Manual {
    prepare_tls();
    let target = Target { url: url.to_owned(), pointer: pointer.map(str::to_owned) };
    Manual::new([("dashboard".to_owned(), target)].into()).expect("is enough")
}

/// A flag with the person who moves it: what the gateway does not do, she does.
struct Attended {
    manual: Manual,
    by_hand: ByHand,
    dashboard: Dashboard,
    /// One thing after the other.
    hands: tokio::sync::Mutex<()>,
}

#[async_trait]
impl Backend for Attended {
    fn kind(&self) -> &'static str {
        self.manual.of(&self.by_hand).kind()
    }

    fn capabilities(&self) -> Capabilities {
        self.manual.of(&self.by_hand).capabilities()
    }

    fn place(&self) -> Place {
        self.manual.of(&self.by_hand).place()
    }

    async fn tell(&self) -> Result<Told, BackendError> {
        self.manual.of(&self.by_hand).tell().await
    }

    async fn why_missing(&self, environment: &str, keys: &[String]) -> Result<Vec<Absence>, BackendError> {
        self.manual.of(&self.by_hand).why_missing(environment, keys).await
    }

    async fn get(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        self.manual.of(&self.by_hand).get(environment, key).await
    }

    async fn all(&self, environment: &str) -> Result<BTreeMap<String, Exposure>, BackendError> {
        let mut all = BTreeMap::new();
        for key in self.dashboard.keys(environment) {
            let exposure = self.get(environment, &key).await?;
            all.insert(key, exposure);
        }
        Ok(all)
    }

    async fn create(&self, environment: &str, key: &str) -> Result<(), BackendError> {
        self.manual.of(&self.by_hand).create(environment, key).await
    }

    async fn set(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), BackendError> {
        let _busy = self.hands.lock().await;
        let before = self.get(environment, key).await?;
        let refused = self.manual.of(&self.by_hand).set(environment, key, to).await.expect_err("no gateway sets it");
        assert_eq!(self.get(environment, key).await?, before, "nothing was sent");
        if !self.capabilities().can(to) {
            return Err(refused);
        }
        self.dashboard.put(environment, key, if to.is_off() { "false" } else { "true" });
        Ok(())
    }
}

#[tokio::test]
async fn with_a_person_it_does_what_every_backend_must() {
    let dashboard = Dashboard::new().await;
    for key in ["CONFORMANCE_A", "CONFORMANCE_B"] {
        dashboard.put("production", key, "false");
    }
    let (manual, by_hand) = (manual(&dashboard.url(), None), by_hand(Some("dashboard")));
    let attended = Attended { manual, by_hand, dashboard, hands: tokio::sync::Mutex::default() };
    conformance::check(&attended, "production", ["CONFORMANCE_A", "CONFORMANCE_B"]).await;
}

#[tokio::test]
async fn what_a_target_says_is_read_as_people_write_it_or_refused() {
    let dashboard = Dashboard::new().await;
    let read = async |pointer: Option<&str>, value: &str| {
        dashboard.put("production", "A/B~C", value);
        let (manual, by_hand) = (manual(&dashboard.url(), pointer), by_hand(Some("dashboard")));
        manual.of(&by_hand).get("production", "A/B~C").await.map_err(|error| error.to_string())
    };
    for on in ["on", "true", "True\n", "1", "\"on\""] {
        assert_eq!(read(None, on).await, Ok(Exposure::ON), "{on}");
    }
    for off in ["off", "false", " FALSE ", "0"] {
        assert_eq!(read(None, off).await, Ok(Exposure::OFF), "{off}");
    }
    for neither in ["", "yes", "<html>an error</html>", "{}"] {
        let said = read(None, neither).await.expect_err(neither);
        assert!(said.contains("neither on nor off"), "{said}");
    }
    let variables = Some("/variables/{key}");
    assert_eq!(read(variables, r#"{"variables": {"A/B~C": true}}"#).await, Ok(Exposure::ON));
    assert_eq!(read(variables, r#"{"variables": {"A/B~C": "0"}}"#).await, Ok(Exposure::OFF));
    let nothing = read(variables, r#"{"variables": {}}"#).await.expect_err("has it not");
    assert!(nothing.contains("nothing at /variables/A~1B~0C"), "{nothing}");
    assert!(read(variables, "true").await.expect_err("is no object").contains("nothing at"));
    assert!(read(variables, "<p>").await.expect_err("is no JSON").contains("no JSON"));
    let long = "1".repeat(2 << 20);
    assert!(read(None, &long).await.expect_err("is too long").contains("longer than 1 MiB"));
}

#[tokio::test]
async fn who_does_not_answer_has_not_said_off() {
    let dashboard = Dashboard::new().await;
    let by_hand = by_hand(Some("dashboard"));
    let get = async |url: &str| manual(url, None).of(&by_hand).get("production", "A").await.expect_err("no answer");
    assert!(matches!(get(&dashboard.url()).await, BackendError::FlagMissing), "404");
    for status in ["500", "302", "403"] {
        let error = get(&dashboard.answering(status)).await;
        assert!(matches!(&error, BackendError::Unreachable(why) if why.contains(status)), "{error}");
    }
    let closed = get("http://127.0.0.1:1/").await;
    assert!(matches!(&closed, BackendError::Unreachable(why) if why.contains("nobody takes")), "{closed}");
}

#[tokio::test]
async fn without_a_target_only_a_person_can_tell() {
    let (manual, unknown) = (Manual::default(), by_hand(Some("elsewhere")));
    let said = manual.of(&by_hand(None)).get("production", "A").await.expect_err("cannot").to_string();
    assert!(said.contains("only a person"), "{said}");
    let said = manual.of(&unknown).get("production", "A").await.expect_err("cannot").to_string();
    assert!(said.contains("`[manual.targets.elsewhere]`"), "{said}");
}
