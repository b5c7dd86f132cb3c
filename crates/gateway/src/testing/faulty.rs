//! The built-in backend with faults that a real one has, each when the test says so.

use crate::backend::{Backend, BackendError, BuiltIn, Place};
use async_trait::async_trait;
use gateway_api::{Absence, backends::Told};
use rollout::{Exposure, facts::Capabilities};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Nothing gets through.
    Down,
    /// Writes come through, but their answers are lost, and nothing can be read.
    AnswersLost,
    /// Writes are answered and do nothing.
    Deaf,
    /// No flag is made.
    Refuses,
    /// Who changed something cannot be asked.
    LogShut,
}

pub struct Faulty {
    inner: BuiltIn,
    fault: Mutex<Fault>,
    writes: AtomicU32,
    asked: AtomicU32,
    capabilities: Mutex<Capabilities>,
    last_change: Mutex<Option<String>>,
}

impl Faulty {
    pub fn new(inner: BuiltIn) -> Self {
        Self {
            inner,
            fault: Mutex::new(Fault::None),
            writes: AtomicU32::new(0),
            asked: AtomicU32::new(0),
            capabilities: Mutex::new(BuiltIn::CAPABILITIES),
            last_change: Mutex::default(),
        }
    }

    pub fn is(&self, fault: Fault) {
        *self.fault.lock().expect("no test panics here") = fault;
    }

    /// It can express no more than this.
    pub fn can_only(&self, capabilities: Capabilities) {
        *self.capabilities.lock().expect("no test panics here") = capabilities;
    }

    /// What it answers to whoever asks who changed something.
    pub fn tells(&self, words: &str) {
        *self.last_change.lock().expect("no test panics here") = Some(words.to_owned());
    }

    /// The flag is gone.
    pub async fn forget(&self, key: &str) {
        self.inner.delete(key).await;
    }

    /// How many writes were sent since this was asked last.
    pub fn writes(&self) -> u32 {
        self.writes.swap(0, SeqCst)
    }

    /// How often it was asked about itself since this was asked last.
    pub fn asked(&self) -> u32 {
        self.asked.swap(0, SeqCst)
    }

    fn fault(&self) -> Fault {
        *self.fault.lock().expect("no test panics here")
    }
}

#[async_trait]
impl Backend for Faulty {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    fn place(&self) -> Place {
        self.inner.place()
    }

    fn capabilities(&self) -> Capabilities {
        *self.capabilities.lock().expect("no test panics here")
    }

    async fn tell(&self) -> Result<Told, BackendError> {
        self.asked.fetch_add(1, SeqCst);
        match self.fault() {
            Fault::Down | Fault::AnswersLost => Err(BackendError::Unreachable("the line is cut".into())),
            Fault::Refuses => Err(BackendError::Refused("the token is not accepted".into())),
            _ => self.inner.tell().await,
        }
    }

    async fn get(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        match self.fault() {
            Fault::Down | Fault::AnswersLost => Err(BackendError::Unreachable("the line is cut".into())),
            _ => self.inner.get(environment, key).await,
        }
    }

    async fn all(&self, environment: &str) -> Result<BTreeMap<String, Exposure>, BackendError> {
        match self.fault() {
            Fault::Down | Fault::AnswersLost => Err(BackendError::Unreachable("the line is cut".into())),
            _ => self.inner.all(environment).await,
        }
    }

    async fn why_missing(&self, environment: &str, keys: &[String]) -> Result<Vec<Absence>, BackendError> {
        match self.fault() {
            Fault::Refuses => Ok(vec![Absence::Archived; keys.len()]),
            _ => self.inner.why_missing(environment, keys).await,
        }
    }

    async fn create(&self, environment: &str, key: &str) -> Result<(), BackendError> {
        match self.fault() {
            Fault::Down | Fault::AnswersLost => Err(BackendError::Unreachable("the line is cut".into())),
            Fault::Refuses => Err(BackendError::Refused("it is archived".into())),
            _ => self.inner.create(environment, key).await,
        }
    }

    async fn last_change(&self, _environment: &str, _key: &str) -> Result<Option<String>, BackendError> {
        match self.fault() {
            Fault::LogShut => Err(BackendError::Unreachable("the log is shut".into())),
            _ => Ok(self.last_change.lock().expect("no test panics here").clone()),
        }
    }

    async fn set(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), BackendError> {
        self.writes.fetch_add(1, SeqCst);
        match self.fault() {
            Fault::None | Fault::Refuses | Fault::LogShut => self.inner.set(environment, key, to).await,
            Fault::Deaf => Ok(()),
            Fault::Down => Err(BackendError::Unreachable("the line is cut".into())),
            Fault::AnswersLost => {
                self.inner.set(environment, key, to).await?;
                Err(BackendError::Unreachable("the answer is lost".into()))
            }
        }
    }
}
