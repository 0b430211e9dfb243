//! Why a stored router cannot be restored.

use alloc::string::String;

use thiserror::Error;

use crate::id::{AgentId, WorkItemId};
use crate::router::snapshot::SNAPSHOT_VERSION;

/// Why a stored router cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// It was stored by another version of the crate, in another format.
    #[error("the snapshot has format {found}, expected {SNAPSHOT_VERSION}")]
    OtherVersion {
        /// Its format.
        found: u32,
    },
    /// The plan has nothing of this id.
    #[error("{place}: the plan has no {what} `{id}`")]
    Unknown {
        /// Where it stands in the snapshot.
        place: String,
        /// What is missing, such as *agent*.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Something has two rows, rows that contradict each other, or what no router can have.
    #[error("{place}: {fault}")]
    Broken {
        /// Where it stands in the snapshot.
        place: String,
        /// What is wrong.
        fault: &'static str,
    },
}

impl RestoreError {
    pub(crate) fn unknown(place: &str, what: &'static str, id: &str) -> Self {
        Self::Unknown {
            place: place.into(),
            what,
            id: id.into(),
        }
    }

    pub(crate) fn of_item(item: &WorkItemId, fault: &'static str) -> Self {
        let place = alloc::format!("work item `{item}`");
        Self::Broken { place, fault }
    }

    pub(crate) fn of_agent(agent: &AgentId, fault: &'static str) -> Self {
        let place = alloc::format!("agent `{agent}`");
        Self::Broken { place, fault }
    }
}
