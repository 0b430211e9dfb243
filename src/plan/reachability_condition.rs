//! The eight conditions for items of a channel to get to a human agent.
//!
//! Each is one setting that an administrator makes, in the order of a first setup: the channel, its queue, the people, their
//! presence and their capacity.

/// A condition for items of a channel to get to a human agent.
///
/// # Examples
///
/// ```
/// use handover::ReachabilityCondition;
///
/// let last = ReachabilityCondition::ALL[7];
/// assert_eq!((last.number(), last.to_string().as_str()), (8, "room for an item"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are eight")]
pub enum ReachabilityCondition {
    /// The channel is active.
    ChannelActive,
    /// The channel's condition can hold: its form alone does not rule that out.
    ChannelCondition,
    /// The queue is active.
    QueueActive,
    /// The queue's routing is not manual, and its form alone does not rule out that it holds.
    Routing,
    /// A pool of the queue has a human member.
    HumanMember,
    /// An active presence state with `takes_work` lists the channel.
    PresenceState,
    /// Such a presence state applies to a group of a human member.
    MemberPresence,
    /// A human member has the capacity for an item of the channel's default size.
    ///
    /// Counts the members to whom a presence state applies, or all human members if there is none.
    Room,
}

impl ReachabilityCondition {
    /// All eight, in the order in which an administrator best meets them.
    pub const ALL: [Self; 8] = [
        Self::ChannelActive,
        Self::ChannelCondition,
        Self::QueueActive,
        Self::Routing,
        Self::HumanMember,
        Self::PresenceState,
        Self::MemberPresence,
        Self::Room,
    ];

    /// Returns the number of the condition, from 1 to 8.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

display_name!(ReachabilityCondition, |condition| match condition {
    ReachabilityCondition::ChannelActive => "channel active",
    ReachabilityCondition::ChannelCondition => "channel condition",
    ReachabilityCondition::QueueActive => "queue active",
    ReachabilityCondition::Routing => "routing",
    ReachabilityCondition::HumanMember => "human member",
    ReachabilityCondition::PresenceState => "presence state",
    ReachabilityCondition::MemberPresence => "presence of a member",
    ReachabilityCondition::Room => "room for an item",
});
