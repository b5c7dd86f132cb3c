//! The demo: sample people, flags, and three rollouts. All of it ordinary rows and records, marked sample.

use crate::{
    app::App,
    clock,
    store::{PersonRow, Store},
};
use anyhow::{Context, bail};
use gateway_api::{FlagAtBackend, FlagStanding};
use rollout::{Actor, Command, Facts, PersonId, Plan, Role, SystemActor, decide};

/// The setting that says what a data directory is for.
const STAMP: &str = "stamp";
const IS_DEMO: &str = "demo";

/// Where the sample rollout is carried out.
pub const ENVIRONMENT: &str = "production";

/// The sample plans, in the order their rollouts are listed.
pub const PLANS: [&str; 3] = [
    include_str!("../../../plans/s4.yaml"),
    include_str!("../../../plans/unified-workflow.yaml"),
    include_str!("../../../plans/service-orders.yaml"),
];

/// Stamps a new data directory as the demo's.
///
/// Errors: it is somebody else's.
pub async fn stamp(store: &dyn Store) -> anyhow::Result<()> {
    match store.setting(STAMP).await?.as_deref() {
        Some(IS_DEMO) => Ok(()),
        None if store.rollouts().await?.is_empty() && store.people().await?.is_empty() => {
            Ok(store.set_setting(STAMP, IS_DEMO).await?)
        }
        _ => bail!("this data directory was not made by the demo; name another with --data"),
    }
}

/// The sample account of a role.
pub fn sample_name(role: Role) -> &'static str {
    match role {
        Role::ProductOwner => "Sample product owner",
        Role::Engineer => "Sample engineer",
        Role::Operations => "Sample operations",
        Role::Legal => "Sample legal counsel",
        Role::Privacy => "Sample privacy officer",
        Role::Viewer => "Sample viewer",
    }
}

/// Makes what is missing: people, flags off, each plan attached and adopted. Interrupted, it goes on at the next start.
pub async fn furnish(app: &App, plans: &[&str]) -> anyhow::Result<()> {
    let person = |role| PersonRow { id: clock::person_id(), name: sample_name(role).into(), demo_role: Some(role) };
    app.store.add_people(&Role::ALL.map(person)).await?;
    for text in plans {
        let plan: Plan = serde_saphyr::from_str(text).context("a sample plan cannot be read")?;
        if !app.ledgers().iter().any(|ledger| ledger.plan.slug == plan.slug) {
            attach(app, plan).await?;
        }
    }
    Ok(())
}

/// Attaches a plan, with its flags made off where they are missing, and adopts it as the sample product owner.
pub async fn attach(app: &App, plan: Plan) -> anyhow::Result<()> {
    let (digest, now) = (plan.digest(), app.clock.now());
    let facts = Facts { capabilities: app.backend.capabilities(), ..Facts::calm() };
    let product_owner = Actor::Person { person: person_of(app, Role::ProductOwner).await?, role: Role::ProductOwner };
    let by = Actor::System { system: SystemActor::Demo };
    let keys = plan.flags.iter().filter(|flag| flag.manual().is_none()).map(|flag| flag.key.clone()).collect();
    for FlagAtBackend { key, standing } in app.make_flags(ENVIRONMENT, keys).await {
        if let FlagStanding::Failed(why) = standing {
            bail!("the sample flag {key} could not be made at the backend: {why}");
        }
    }
    app.attach(plan, ENVIRONMENT, (by, true), None, |rollout| {
        let adopt = Command::Adopt { plan: digest, reason: None };
        let events = decide(rollout, &facts, &adopt, product_owner, now);
        let events = events.map_err(|refusal| anyhow::anyhow!("the rulebook refuses it: {:?}", refusal.blockers()))?;
        Ok((product_owner, events))
    })
    .await?;
    Ok(())
}

async fn person_of(app: &App, role: Role) -> anyhow::Result<PersonId> {
    let people = app.store.people().await?;
    let person = people.iter().find(|person| person.demo_role == Some(role));
    Ok(person.with_context(|| format!("there is no sample person for {role}"))?.id)
}
