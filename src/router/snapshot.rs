//! Snapshots: a router is serialised as tables of rows that name everything by id, and restored from them.
//!
//! ```text
//!   Router ──write──► Snapshot ──serde──► JSON, CBOR, …  ──serde──► SavedRouter ──validate, resolve──► Router
//!   (handles)         │    rows of `format`                         rows of `format`     (handles of a plan)
//!                     └──► digest
//! ```
//!
//! A snapshot contains only what cannot be computed again. Loads, timers, classes and indexes follow from the items and the
//! agents, and restoring rebuilds them.

pub(crate) mod digest;
pub(crate) mod error;
pub(crate) mod format;
pub(crate) mod resolve;
pub(crate) mod restore;
pub(crate) mod validate;
pub(crate) mod write;

use crate::router::Router;
use digest::digest;

/// The format version of snapshots that this version of the crate writes and reads.
pub const SNAPSHOT_VERSION: u32 = 1;

/// The version of the behaviour of a router. It is raised when the same inputs can give other outputs.
///
/// A snapshot contains the version of the router that wrote it. [`SavedRouter::other_behaviour`](crate::SavedRouter::other_behaviour)
/// returns it, if it is another one.
pub const BEHAVIOUR_VERSION: u32 = 1;

/// A view of a router's whole state, for serialising.
///
/// It borrows the router, so that a million items are not copied. Any self-describing format that keeps field names can store
/// it, such as JSON or CBOR; read it back as a [`SavedRouter`](crate::SavedRouter). It does not contain the configuration, but the
/// [fingerprint](crate::Plan::fingerprint) of its plan.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    router: &'a Router,
    /// Whether it is complete. The digest leaves out the outputs that have not been polled, the number of inputs, the version of
    /// the behaviour and the fingerprint of the plan.
    is_complete: bool,
}

impl Router {
    /// Returns a snapshot of the router's state, which includes the outputs that have not been polled.
    ///
    /// Serialising it takes time in proportion to the items and the agents. [`restore`](Self::restore) reads it back.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let plan = Plan::new(Config::new().agent("asha", Agent::new()))?;
    /// let mut router = Router::new(&plan);
    /// router.handle(Timestamp::saturating_from_millis(1_000), Input::Tick)?;
    ///
    /// let stored = serde_json::to_string(&router.snapshot())?;
    /// let saved: SavedRouter = serde_json::from_str(&stored)?;
    /// let restored = Router::restore(&plan, saved)?;
    /// assert_eq!(restored.digest(), router.digest());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            router: self,
            is_complete: true,
        }
    }

    /// Returns a 64-bit hash of the router's state without the outputs that have not been polled and the number of inputs.
    ///
    /// It is the same on every platform. Two routers of one plan with equal digests have, with overwhelming probability, the same
    /// state, and continue identically.
    ///
    /// Takes time in proportion to the items and the agents.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let plan = Plan::new(Config::new().agent("asha", Agent::new()))?;
    /// let (mut primary, mut replica) = (Router::new(&plan), Router::new(&plan));
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// primary.handle(now, Input::Tick)?;
    /// assert_ne!(primary.digest(), replica.digest());
    ///
    /// // After the same inputs, the states are equal.
    /// replica.handle(now, Input::Tick)?;
    /// assert_eq!(primary.digest(), replica.digest());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn digest(&self) -> u64 {
        digest(&Snapshot {
            router: self,
            is_complete: false,
        })
    }
}
