//! The demo: sample people, flags, and three rollouts. All of it ordinary rows and records, marked sample.

use crate::{
    app::App,
    clock,
    identity::accounts::{self, Batch},
    store::PersonRow,
};
use anyhow::{Context, bail};
use gateway_api::{
    FlagAtBackend, FlagStanding, Grant, Power, RoleSource,
    system_records::{SystemActor as By, SystemPart},
};
use rollout::{Actor, Command, Facts, PersonId, Plan, Role, SystemActor, decide};

/// Where the sample rollout is carried out.
pub const ENVIRONMENT: &str = "production";

/// The sample plans, in the order their rollouts are listed.
pub const PLANS: [&str; 3] = [
    include_str!("../../../plans/s4.yaml"),
    include_str!("../../../plans/unified-workflow.yaml"),
    include_str!("../../../plans/service-orders.yaml"),
];

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
    let people = app.store.people().await?;
    for role in Role::ALL {
        if !people.iter().any(|person| is_sample(person, role)) {
            let Batch { changes, notes } = sample(role);
            app.store.change(changes, notes, app.clock.real()).await?;
        }
    }
    for text in plans {
        let plan: Plan = serde_saphyr::from_str(text).context("a sample plan cannot be read")?;
        if !app.ledgers().iter().any(|ledger| ledger.plan.slug == plan.slug) {
            attach(app, plan).await?;
        }
    }
    Ok(())
}

/// The sample person of a role. Operations looks after people too.
fn sample(role: Role) -> Batch {
    let (person, by) = (clock::person_id(), By::System { system: SystemPart::Demo });
    let powers = [Some(Power::Role(role)), (role == Role::Operations).then_some(Power::Administrator)];
    let grants = powers.into_iter().flatten().map(|power| Grant::everywhere(power, RoleSource::Sample));
    let known = Batch::known(person, sample_name(role), None, by);
    grants.fold(known, |batch, grant| batch.and(accounts::grant(person, grant, by)))
}

/// Is it the sample person of this role?
pub fn is_sample(person: &PersonRow, role: Role) -> bool {
    person.grants.contains(&Grant::everywhere(Power::Role(role), RoleSource::Sample))
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
    let person = people.iter().find(|person| is_sample(person, role));
    Ok(person.with_context(|| format!("there is no sample person for {role}"))?.id)
}
