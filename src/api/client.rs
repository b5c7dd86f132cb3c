//! Requests to the gateway.

use super::Failure;
use gateway_api::{
    BackendsView, BegunRollout, ClockMove, ClockView, CommandAnswer, ConfirmationView, FlagsAtBackend, FlagsView,
    KnownPerson, NewFlags, NewRollout, OwnSession, Problem, Prove, RecordsPage, RolloutSummary, RolloutView,
    SessionView, SetUp, SignIn, Unrecorded, paths,
};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use rollout::{Command, RolloutId, Seq, wire};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// After so long without an answer a request is given up.
const PATIENCE_MS: u32 = 10_000;
/// The status of a lowering that is carried out and not recorded yet.
const ACCEPTED: u16 = 202;

/// Which way a page of records goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// After this record, oldest first.
    After(Seq),
    /// Before this record, newest first.
    Before(Seq),
}

/// Who is signed in, and how one can sign in.
pub async fn session() -> Result<SessionView, Failure> {
    get(paths::SESSION).await
}

/// Signs in.
pub async fn sign_in(asked: &SignIn) -> Result<SessionView, Failure> {
    post(paths::SESSION, asked).await
}

/// Makes the first administrator, and signs them in.
pub async fn set_up(asked: &SetUp) -> Result<SessionView, Failure> {
    post(paths::SETUP, asked).await
}

/// Proves again who one is.
pub async fn prove(asked: &Prove) -> Result<SessionView, Failure> {
    post(paths::PROOF, asked).await
}

/// One's own sessions.
pub async fn sessions() -> Result<Vec<OwnSession>, Failure> {
    get(paths::SESSIONS).await
}

/// Ends one of them.
pub async fn end_session(id: &str) -> Result<(), Failure> {
    answer(Request::delete(&paths::session(id)), None::<&()>).await.map(|_| ())
}

/// Does one of these to a person: see [`paths::disable`], [`paths::enable`], [`paths::erase`].
pub async fn do_to_person(path: &str) -> Result<(), Failure> {
    answer(Request::post(path), None::<&()>).await.map(|_| ())
}

/// Signs out. Gives where to go to sign out at the provider too, if one came by it.
pub async fn sign_out() -> Result<Option<String>, Failure> {
    let answer = answer(Request::delete(paths::SESSION), None::<&()>).await?;
    Ok(answer.headers().get(paths::CONTINUE_AT))
}

/// Every rollout, a line each.
pub async fn rollouts() -> Result<Vec<RolloutSummary>, Failure> {
    get(paths::ROLLOUTS).await
}

/// Begins a rollout: attaches a plan in an environment. The same `key` makes it one however often it is sent.
pub async fn begin(asked: &NewRollout, key: &str) -> Result<BegunRollout, Failure> {
    let request = Request::post(paths::ROLLOUTS).header(paths::IDEMPOTENCY_KEY, key);
    read(decided(request, Some(asked)).await?).await
}

/// One rollout, whole.
pub async fn rollout(id: RolloutId) -> Result<RolloutView, Failure> {
    get(&paths::rollout(id)).await
}

/// The same as it stood after this record.
pub async fn rollout_at(id: RolloutId, seq: Seq) -> Result<RolloutView, Failure> {
    get(&at(id, Some(seq))).await
}

/// One of the two as it came, with whatever this console does not know.
pub async fn rollout_as_served(id: RolloutId, seq: Option<Seq>) -> Result<serde_json::Value, Failure> {
    get(&at(id, seq)).await
}

fn at(id: RolloutId, seq: Option<Seq>) -> String {
    let query = seq.map_or(String::new(), |seq| format!("?at={seq}"));
    format!("{}{query}", paths::rollout(id))
}

/// The flags of the rollouts that have moved since this cursor. There may be ten thousand: they are read straight from
/// the text, which takes half the time and no tree of values in between.
pub async fn flags(after: u64) -> Result<FlagsView, Failure> {
    let response = answer(Request::get(&format!("{}?after={after}", paths::FLAGS)), None::<&()>).await?;
    let text = response.text().await.map_err(|_| Failure::NoAnswer)?;
    serde_json::from_str(&text).map_err(|problem| Failure::Garbled(problem.to_string()))
}

/// Everyone the gateway knows.
pub async fn people() -> Result<Vec<KnownPerson>, Failure> {
    get(paths::PEOPLE).await
}

/// At most `limit` records after `after`, oldest first.
pub async fn records(id: RolloutId, after: Seq, limit: u32) -> Result<RecordsPage, Failure> {
    get(&format!("{}?after={after}&limit={limit}", paths::records(id))).await
}

/// At most `limit` records that meet the filter, a query: those after a number or before one.
pub async fn records_found(id: RolloutId, way: Way, limit: Seq, filter: &str) -> Result<RecordsPage, Failure> {
    let way = match way {
        Way::After(seq) => format!("after={seq}"),
        Way::Before(seq) => format!("before={seq}"),
    };
    get(&format!("{}?{way}&limit={limit}{filter}", paths::records(id))).await
}

/// How the flag backends do.
pub async fn backends() -> Result<BackendsView, Failure> {
    get(paths::BACKEND).await
}

/// How these flags stand at the backend. The query is that of the page about them.
pub async fn flags_at_backend(query: &str) -> Result<FlagsAtBackend, Failure> {
    get(&format!("{}?{query}", paths::BACKEND_FLAGS)).await
}

/// Makes those of these flags that the backend has not. What is sent twice makes none twice.
pub async fn make_flags(asked: &NewFlags) -> Result<FlagsAtBackend, Failure> {
    post(paths::BACKEND_FLAGS, asked).await
}

/// Moves the demo's clock ahead.
pub async fn move_clock(ahead_hours: u32) -> Result<ClockView, Failure> {
    post(paths::DEMO_CLOCK, &ClockMove { ahead_hours }).await
}

/// Sends a command, seen at `version`. The same `key` makes it one command however often it is sent.
pub async fn command(id: RolloutId, version: Seq, key: &str, command: &Command) -> Result<CommandAnswer, Failure> {
    let mut request = Request::post(&paths::commands(id))
        .header("if-match", &format!("\"{version}\""))
        .header(paths::IDEMPOTENCY_KEY, key);
    if command.gives() {
        let confirmed: ConfirmationView = post(&paths::confirmations(id), command).await?;
        request = request.header(paths::CONFIRMATION, &confirmed.confirmation);
    }
    let answer = decided(request, Some(command)).await?;
    if answer.status() == ACCEPTED {
        let unrecorded: Unrecorded = read(answer).await?;
        return Err(Failure::Unrecorded(unrecorded.detail));
    }
    read(answer).await
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    read(answer(Request::get(path), None::<&()>).await?).await
}

async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Failure> {
    read(answer(Request::post(path), Some(body)).await?).await
}

/// The answer, if it is a good one.
async fn answer(request: RequestBuilder, body: Option<&impl Serialize>) -> Result<Response, Failure> {
    let response = send(request, body).await?;
    let status = response.status();
    match response.ok() {
        true => Ok(response),
        false => Err(failure(status, read::<Plain>(response).await.map(Problem::from))),
    }
}

/// The same of what the rulebook or a plan's reader may refuse: with all that they have against it. Reading that takes much
/// code, which the first screen does without.
async fn decided(request: RequestBuilder, body: Option<&impl Serialize>) -> Result<Response, Failure> {
    let response = send(request, body).await?;
    let status = response.status();
    match response.ok() {
        true => Ok(response),
        false => Err(failure(status, read::<Problem>(response).await)),
    }
}

/// What every problem tells.
#[derive(Deserialize)]
struct Plain {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    #[serde(default)]
    place: Option<String>,
}

impl From<Plain> for Problem {
    fn from(Plain { kind, title, status, detail, place }: Plain) -> Self {
        Self { kind, title, status, detail, place, ..Self::default() }
    }
}

async fn send(request: RequestBuilder, body: Option<&impl Serialize>) -> Result<Response, Failure> {
    let abort = web_sys::AbortController::new().map_err(|_| Failure::NoAnswer)?;
    let request = request.abort_signal(Some(&abort.signal()));
    let patience = Timeout::new(PATIENCE_MS, move || abort.abort());
    let request = match body {
        Some(body) => request.json(body),
        None => request.build(),
    };
    let request = request.map_err(|problem| Failure::Garbled(problem.to_string()))?;
    let response = request.send().await.map_err(|_| Failure::NoAnswer)?;
    drop(patience);
    Ok(response)
}

fn failure(status: u16, problem: Result<Problem, Failure>) -> Failure {
    match problem {
        Ok(problem) => Failure::of(problem),
        // A proxy in between, or a gateway that is just going down.
        Err(_) if status >= 500 => Failure::NoAnswer,
        Err(_) => Failure::Garbled(format!("status {status}")),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = response.text().await.map_err(|_| Failure::NoAnswer)?;
    wire::read(text.as_bytes()).map_err(|problem| Failure::Garbled(problem.to_string()))
}
