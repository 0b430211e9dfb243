//! Reachability: whether a channel's work can get to a person, and what is missing.

pub(crate) mod check;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::id::{ChannelId, QueueId};
use crate::model::Config;
use crate::plan::coverage::Coverage;

/// Whether the work of one channel can get to a person: eight conditions for each of its queues.
///
/// The channel is reachable when all eight hold for one queue. They are what an administrator has to set up; other
/// reasons why a queue gets nothing, such as an earlier queue that takes everything, are [lints](crate::Plan::lints).
///
/// Its `Display` is a list to work through.
///
/// # Examples
///
/// ```
/// use handover::{Config, Plan, PresenceState, Queue, ReachabilityCondition, ServiceChannel};
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new())
///     .queue("agent-whatsapp", Queue::new("whatsapp").active(true))
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["whatsapp"]));
/// let plan = Plan::new(config)?;
/// let reachability = plan.reachability("whatsapp").ok_or("no such channel")?;
///
/// assert!(!reachability.is_reachable());
/// let queue = &reachability.queues()[0];
/// let active = queue.condition(ReachabilityCondition::ChannelActive);
/// assert_eq!(active.missing(), Some("Channel `whatsapp` is not active: activate it."));
/// assert_eq!(
///     reachability.to_string(),
///     "\
/// channel `whatsapp` is not reachable
///   queue `agent-whatsapp`
///     ✗ 1 channel active           Channel `whatsapp` is not active: activate it.
///     ✓ 2 channel condition        can hold
///     ✓ 3 queue active             yes
///     ✗ 4 routing                  Queue `agent-whatsapp` takes no item by itself: give it a routing condition, or `always`.
///     ✗ 5 human member             Queue `agent-whatsapp` has no eligibility pool: add one whose groups have human members.
///     ✓ 6 presence state           yes
///     – 7 presence of a member     to be seen when condition 5 holds
///     – 8 room for an item         to be seen when condition 5 holds
/// "
/// );
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reachability {
    channel: ChannelId,
    queues: Vec<QueueReachability>,
}

impl Reachability {
    /// Returns the channel.
    pub fn channel(&self) -> &ChannelId {
        &self.channel
    }

    /// Says whether all eight conditions hold for one of its queues.
    pub fn is_reachable(&self) -> bool {
        self.queues.iter().any(QueueReachability::is_reachable)
    }

    /// Returns the channel's queues, in the order in which they are asked: by `order`, then by id.
    pub fn queues(&self) -> &[QueueReachability] {
        &self.queues
    }
}

impl fmt::Display for Reachability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.is_reachable() { "" } else { "not " };
        writeln!(f, "channel `{}` is {not}reachable", self.channel)?;
        if self.queues.is_empty() {
            writeln!(f, "  it has no queue: add one")?;
        }
        self.queues
            .iter()
            .try_for_each(|queue| write!(f, "{queue}"))
    }
}

/// The eight conditions for one queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueReachability {
    queue: QueueId,
    conditions: [ConditionState; 8],
}

impl QueueReachability {
    /// Returns the queue.
    pub fn queue(&self) -> &QueueId {
        &self.queue
    }

    /// Says whether all eight conditions hold.
    pub fn is_reachable(&self) -> bool {
        self.conditions.iter().all(ConditionState::holds)
    }

    /// Returns the conditions, in the order of [`ReachabilityCondition::ALL`].
    pub fn conditions(&self) -> &[ConditionState; 8] {
        &self.conditions
    }

    /// Returns how one of the conditions stands.
    pub fn condition(&self, condition: ReachabilityCondition) -> &ConditionState {
        let [first, rest @ ..] = &self.conditions;
        rest.iter()
            .find(|state| state.condition == condition)
            .unwrap_or(first)
    }
}

impl fmt::Display for QueueReachability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  queue `{}`", self.queue)?;
        self.conditions
            .iter()
            .try_for_each(|condition| writeln!(f, "    {condition}"))
    }
}

/// How one condition stands for one queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConditionState {
    condition: ReachabilityCondition,
    outcome: CheckResult,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum CheckResult {
    Holds,
    Missing(String),
    WaitsFor(ReachabilityCondition),
}

impl ConditionState {
    /// Returns which condition it is.
    pub fn condition(&self) -> ReachabilityCondition {
        self.condition
    }

    /// Says whether it holds.
    pub fn holds(&self) -> bool {
        self.outcome == CheckResult::Holds
    }

    /// Returns the sentence that says what is missing and what to do. None where it holds, and where it cannot be asked
    /// yet.
    pub fn missing(&self) -> Option<&str> {
        match &self.outcome {
            CheckResult::Missing(sentence) => Some(sentence),
            _ => None,
        }
    }

    /// Returns the condition without which this one cannot be asked, if that is why it does not hold: without a human
    /// member there is nobody to have presence or room.
    pub fn waits_for(&self) -> Option<ReachabilityCondition> {
        match &self.outcome {
            CheckResult::WaitsFor(condition) => Some(*condition),
            _ => None,
        }
    }
}

impl fmt::Display for ConditionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let condition = self.condition;
        let number = condition.number();
        match &self.outcome {
            CheckResult::Holds => write!(f, "✓ {number} {condition:<24} {}", condition.in_order()),
            CheckResult::Missing(sentence) => write!(f, "✗ {number} {condition:<24} {sentence}"),
            CheckResult::WaitsFor(other) => write!(
                f,
                "– {number} {condition:<24} to be seen when condition {} holds",
                other.number()
            ),
        }
    }
}

/// What must be so for work to get from a channel to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are eight")]
pub enum ReachabilityCondition {
    /// The channel is active.
    ChannelActive,
    /// The channel's condition can hold: its form alone does not rule it out.
    ChannelCondition,
    /// The queue is active.
    QueueActive,
    /// The queue's routing is not manual, and its form alone does not rule out that it holds.
    Routing,
    /// A pool of the queue has a human member.
    HumanMember,
    /// An active presence state that takes work lists the channel.
    PresenceState,
    /// Such a state applies to a group of such a member.
    MemberPresence,
    /// Such a member has room for an item of the channel's default size. Asked of those to whom a state applies, or of all
    /// human members where none does.
    Room,
}

impl ReachabilityCondition {
    /// All eight, in the order in which they are best met.
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

    /// Returns its number, from 1 to 8.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Says that it holds, as an answer to its name.
    const fn in_order(self) -> &'static str {
        match self {
            Self::ChannelCondition | Self::Routing => "can hold",
            _ => "yes",
        }
    }
}

impl fmt::Display for ReachabilityCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ChannelActive => "channel active",
            Self::ChannelCondition => "channel condition",
            Self::QueueActive => "queue active",
            Self::Routing => "routing",
            Self::HumanMember => "human member",
            Self::PresenceState => "presence state",
            Self::MemberPresence => "presence of a member",
            Self::Room => "room for an item",
        })
    }
}

/// Walks the conditions for each queue of a channel. None where there is no such channel.
pub(crate) fn reachability(config: &Config, channel: &str) -> Option<Reachability> {
    let (id, channel) = config
        .channels
        .iter()
        .find(|(id, _)| id.as_str() == channel)?;
    let mut queues = config
        .queues
        .iter()
        .filter(|(_, queue)| queue.channel == *id)
        .collect::<Vec<_>>();
    queues.sort_by_key(|(id, queue)| (queue.order, *id));
    let mut staff = Coverage::new(config, id, channel);
    let mut check = check::Check {
        config,
        id,
        channel,
        staff: &mut staff,
    };
    Some(Reachability {
        channel: id.clone(),
        queues: queues
            .into_iter()
            .map(|(id, queue)| check.queue(id, queue))
            .collect(),
    })
}
