//! Every path of the gateway's API, and its headers.

use rollout::{PersonId, RolloutId};

/// Who is signed in: GET; sign in: POST; sign out: DELETE.
pub const SESSION: &str = "/api/session";
/// Prove oneself again: POST.
pub const PROOF: &str = "/api/session/proof";
/// One's own sessions: GET. End one: DELETE, with its id below.
pub const SESSIONS: &str = "/api/sessions";
/// Make the first administrator: POST.
pub const SETUP: &str = "/api/setup";
/// Where one signs in at the company's provider: a page to go to, `?next=<path>` says where to go then. With `again=true`
/// whoever is signed in proves again who they are.
pub const PROVIDER: &str = "/api/sign-in";
/// The system's own ledger: GET, `?after=<seq>&limit=<n>` or `?before=<seq>`.
pub const SYSTEM_RECORDS: &str = "/api/system/records";
/// Every rollout one may see: GET. Begin one: POST.
pub const ROLLOUTS: &str = "/api/rollouts";
/// Every flag of every rollout: GET, `?after=<cursor>`.
pub const FLAGS: &str = "/api/flags";
/// Everyone the gateway knows: GET.
pub const PEOPLE: &str = "/api/people";
/// The JSON Schema of plans: GET.
pub const PLAN_SCHEMA: &str = "/plan.schema.json";
/// The live stream: GET, server-sent events.
pub const LIVE: &str = "/api/live";
/// How the flag backends do: GET.
pub const BACKEND: &str = "/api/backend";
/// Whether flags are at the backend: GET, `?environment=&key=&key=`. Make them: POST.
pub const BACKEND_FLAGS: &str = "/api/backend/flags";
/// Move the demo's clock ahead: POST.
pub const DEMO_CLOCK: &str = "/api/demo/clock";
/// The header that says, when one has signed out, where to go to sign out at the company's provider too.
pub const CONTINUE_AT: &str = "continue-at";
/// The header that carries a confirmation.
pub const CONFIRMATION: &str = "confirmation";
/// The header that makes a repeated command one command.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Who acted, in a query for records, where no person did.
pub const SYSTEM: &str = "system";

/// One rollout: GET; `?at=<seq>` as it stood after that record.
pub fn rollout(id: RolloutId) -> String {
    format!("{ROLLOUTS}/{id}")
}

/// Its records: GET, `?after=<seq>&limit=<n>` or `?before=<seq>`, and what is looked for.
pub fn records(id: RolloutId) -> String {
    format!("{ROLLOUTS}/{id}/records")
}

/// What a command needs to be confirmed: POST it there first.
pub fn confirmations(id: RolloutId) -> String {
    format!("{ROLLOUTS}/{id}/confirmations")
}

/// Takes a person's account away, for a while: POST.
pub fn disable(person: PersonId) -> String {
    format!("{PEOPLE}/{person}/disable")
}

/// Gives it back: POST.
pub fn enable(person: PersonId) -> String {
    format!("{PEOPLE}/{person}/enable")
}

/// Takes a person's name and words away for good: POST.
pub fn erase(person: PersonId) -> String {
    format!("{PEOPLE}/{person}/erase")
}

/// One of one's own sessions: DELETE ends it.
pub fn session(id: &str) -> String {
    format!("{SESSIONS}/{id}")
}

/// Commands to it: POST.
pub fn commands(id: RolloutId) -> String {
    format!("{ROLLOUTS}/{id}/commands")
}
