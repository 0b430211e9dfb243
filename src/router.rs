//! The router: the state machine around the decision.

mod input;
mod output;

pub use input::{AssignDirectly, DirectWork, Input, Transfer, TransferMode, TransferTarget};
pub use output::{
    AcceptedBy, CancelReason, OfferEnd, OfferedBy, Output, PresenceWhy, ReleaseWhy, RequeueWhy,
    UnroutableReason,
};
