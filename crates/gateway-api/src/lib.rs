//! What console and gateway say to each other: requests, views, the error envelope, paths. Types only.

pub mod backend_flags;
pub mod backends;
pub mod confirmations;
pub mod flags;
pub mod live;
pub mod new_rollout;
pub mod paths;
pub mod people;
pub mod problem;
pub mod rollouts;
pub mod session;
pub mod sign_in_problems;
pub mod system;
pub mod system_records;

pub use backend_flags::{Absence, FlagAtBackend, FlagStanding, FlagsAtBackend, MissingFlag, NewFlags};
pub use backends::{BackendView, BackendsView, DeliveryView, Standing};
pub use confirmations::ConfirmationView;
pub use flags::{FlagView, FlagsView, LastChange, ObservedView, PendingView, RolloutFlags};
pub use live::{Beat, LiveRecord};
pub use new_rollout::{BegunRollout, NewRollout, PlanFlaw};
pub use people::{Grant, KnownPerson, Power, RoleSource};
pub use problem::Problem;
pub use rollouts::{CommandAnswer, RecordView, RecordsPage, RolloutSummary, RolloutView, Said, Unrecorded};
pub use session::{
    Account, OwnSession, Person, ProofView, Prove, ProvenBy, Secret, SessionView, SetUp, SignIn, SignedIn,
};
pub use sign_in_problems::{SIGN_IN_PROBLEMS, sign_in_problem};
pub use system::{Attempt, ClockMove, ClockView, Outcome};
pub use system_records::{SystemEvent, SystemPage, SystemRecord, SystemRecordView};
