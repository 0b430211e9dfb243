//! The error of `Router::restore`.

use alloc::string::String;

use thiserror::Error;

use crate::id::{AgentId, WorkItemId};
use crate::router::snapshot::SNAPSHOT_VERSION;

/// The error of [`Router::restore`](crate::Router::restore).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The snapshot has a format version that this version of the crate does not read.
    #[error("the snapshot has format {found}, expected {SNAPSHOT_VERSION}")]
    OtherVersion {
        /// The format version of the snapshot.
        found: u32,
    },
    /// The snapshot names an id that the plan lacks.
    #[error("{place}: the plan has no {what} `{id}`")]
    Unknown {
        /// The place in the snapshot, such as ``work item `conv-1` ``.
        place: String,
        /// The kind of the missing thing, such as *agent*.
        what: &'static str,
        /// The missing id.
        id: String,
    },
    /// The snapshot contradicts itself: it has duplicate rows, or values that no router stores.
    #[error("{place}: {fault}")]
    Broken {
        /// The place in the snapshot, such as ``work item `conv-1` ``.
        place: String,
        /// The contradiction.
        fault: &'static str,
    },
}

impl RestoreError {
    pub(crate) fn of_item(item: &WorkItemId, fault: &'static str) -> Self {
        let place = alloc::format!("work item `{item}`");
        Self::Broken { place, fault }
    }

    pub(crate) fn of_agent(agent: &AgentId, fault: &'static str) -> Self {
        let place = alloc::format!("agent `{agent}`");
        Self::Broken { place, fault }
    }
}
