//! The error of `Router::restore`.

use alloc::string::{String, ToString};
use core::fmt::Display;

use thiserror::Error;

use crate::id::{AgentId, WorkItemId};
use crate::router::snapshot::SNAPSHOT_VERSION;

/// The error of [`Router::restore`](crate::Router::restore).
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let plan = Plan::new(
///     Config::new()
///         .channel("chat", ServiceChannel::new().active(true))
///         .queue("support", Queue::new("chat").active(true).routing(Routing::always())),
/// )?;
/// let mut router = Router::new(&plan);
/// let item = WorkItem::new("chat-1", "chat");
/// router.handle(Timestamp::saturating_from_millis(1_000), Input::Route { item, queue: None })?;
/// let stored = serde_json::to_string(&router.snapshot())?;
///
/// // A snapshot has to be restored under the configuration under which it was stored.
/// let other = Plan::new(Config::new())?;
/// let error = Router::restore(&other, serde_json::from_str(&stored)?).unwrap_err();
/// assert!(matches!(error, RestoreError::OtherPlan { .. }));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The snapshot has a format version that this version of the crate does not read.
    #[error("the snapshot has format {found}, expected {SNAPSHOT_VERSION}")]
    OtherVersion {
        /// The format version of the snapshot.
        found: u32,
    },
    /// The snapshot was stored under another configuration.
    ///
    /// Restore it under the configuration that was stored with it, and then apply the new one with
    /// [`Input::Reconfigure`](crate::Input::Reconfigure).
    #[error(
        "the snapshot belongs to a configuration with the fingerprint {found}, and the plan has {expected}: restore it under the \
         configuration that it was stored with, then apply the new one with `Input::Reconfigure`"
    )]
    OtherPlan {
        /// The fingerprint in the snapshot.
        found: u64,
        /// The [fingerprint](crate::Plan::fingerprint) of the plan.
        expected: u64,
    },
    /// The snapshot names an id that the plan lacks.
    #[error("{place}: the plan has no {what} `{id}`")]
    Unknown {
        /// The place in the snapshot, such as ``work item `conv-1` ``.
        place: String,
        /// The kind of the missing entity, such as *agent*.
        what: &'static str,
        /// The missing id.
        id: String,
    },
    /// The snapshot contradicts itself or the plan: it has duplicate rows, or values that no router stores.
    #[error("{place}: {fault}")]
    Broken {
        /// The place in the snapshot, such as ``work item `conv-1` ``.
        place: String,
        /// The contradiction.
        fault: &'static str,
    },
}

/// The fault of a row, without the place of the row.
///
/// Functions that check or resolve a row return it. Their caller adds the place with [`RestoreError::new`], and only then
/// formats a text.
#[derive(Clone, Debug)]
pub(crate) enum RowFault {
    /// The plan lacks an id that the row names.
    Unknown { what: &'static str, id: String },
    /// The row contradicts itself or another row.
    Broken(&'static str),
}

impl RestoreError {
    /// Creates the error of a row at a place.
    pub(crate) fn new(place: impl Display, fault: RowFault) -> Self {
        let place = place.to_string();
        match fault {
            RowFault::Unknown { what, id } => Self::Unknown { place, what, id },
            RowFault::Broken(fault) => Self::Broken { place, fault },
        }
    }

    /// Creates the error of the row of a work item.
    pub(crate) fn of_item(item: &WorkItemId, fault: RowFault) -> Self {
        Self::new(format_args!("work item `{item}`"), fault)
    }

    /// Creates the error of the row of an agent.
    pub(crate) fn of_agent(agent: &AgentId, fault: RowFault) -> Self {
        Self::new(format_args!("agent `{agent}`"), fault)
    }
}
