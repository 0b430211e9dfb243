//! Lookup of an entity of a plan: by id, or by handle.
//!
//! The methods of a roster and of a routed item take `impl Lookup<Handle>`. A text or an id takes one hash lookup, a handle
//! none.

use alloc::string::{String, ToString};

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle,
};
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId};
use crate::plan::Plan;

mod sealed {
    /// The supertrait of [`Lookup`](super::Lookup), which no other crate can name.
    #[expect(
        unnameable_types,
        reason = "so that nobody else can implement `Lookup`"
    )]
    pub trait Sealed {}
}

/// A name of an entity of a plan: a text, an id, or a handle. A handle needs no hash lookup.
///
/// Agents, channels, queues, groups and presence states can be named. The trait is sealed.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let plan = Plan::new(Config::new().agent("asha", Agent::new()))?;
/// let asha = plan.agent("asha").expect("she is configured");
/// let mut roster = Roster::new(&plan);
/// roster.clear_presence("asha", Timestamp::EPOCH)?;
/// roster.clear_presence(&AgentId::from("asha"), Timestamp::EPOCH)?;
/// roster.clear_presence(asha, Timestamp::EPOCH)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub trait Lookup<H>: Copy + sealed::Sealed {
    /// Finds the entity in a plan.
    #[doc(hidden)]
    fn find(&self, plan: &Plan) -> Option<H>;

    /// Returns the name as it is shown in an error.
    #[doc(hidden)]
    fn shown(&self) -> String;
}

impl sealed::Sealed for &str {}
impl sealed::Sealed for &String {}

/// Implements [`Lookup`] for a handle, and by the text of the id for `&Id`, `&str` and `&String`.
macro_rules! lookups {
    ($($handle:ident, $id:ident => $find:ident, $id_of:ident;)*) => {$(
        impl sealed::Sealed for $handle {}
        impl sealed::Sealed for &$id {}

        impl Lookup<$handle> for $handle {
            fn find(&self, plan: &Plan) -> Option<$handle> {
                // A handle of another plan may be out of range here.
                plan.$id_of(*self).map(|_| *self)
            }

            fn shown(&self) -> String {
                // The id of a handle that was not found is unknown.
                self.index().to_string()
            }
        }

        lookups!(@by_text $handle, $find: &$id, &str, &String);
    )*};
    (@by_text $handle:ident, $find:ident: $($text:ty),*) => {$(
        impl Lookup<$handle> for $text {
            fn find(&self, plan: &Plan) -> Option<$handle> {
                plan.$find((*self).as_ref())
            }

            fn shown(&self) -> String {
                (*self).to_string()
            }
        }
    )*};
}

lookups! {
    ChannelHandle, ChannelId => channel, channel_id;
    QueueHandle, QueueId => queue, queue_id;
    GroupHandle, GroupId => group, group_id;
    AgentHandle, AgentId => agent, agent_id;
    PresenceStateHandle, PresenceStateId => presence_state, presence_state_id;
}
