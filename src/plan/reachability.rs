//! Reachability: whether items of a channel can get to a human agent, and what is missing if not.
//!
//! The conditions are in `reachability_condition`, their checks and sentences in `check`. If a condition depends on another one
//! that does not hold, it is neither met nor missing. It waits for the other one, so that the report lists only what can be
//! fixed now.
//!
//! ```text
//! 1 channel active   2 channel condition   3 queue active   4 routing   6 presence state      independent of each other
//! 5 human member ─┬► 7 presence of a member ◄─ 6
//!                 └► 8 room for an item
//! ```

pub(crate) mod check;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::id::{ChannelId, QueueId};
use crate::model::Config;
use crate::plan::coverage::{Answer, Coverage};
pub use crate::plan::reachability_condition::ReachabilityCondition;

/// A report on whether items of one channel can get to a human agent.
///
/// The report checks eight conditions for each queue of the channel. The channel is reachable if all eight hold for one
/// queue. The conditions are the settings that an administrator has to make. Other reasons why a queue gets no items, such
/// as an earlier queue that takes all of them, are [lints](crate::Plan::lints).
///
/// `Display` writes the conditions as a checklist.
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
    /// In routing order.
    queues: Vec<QueueReachability>,
}

impl Reachability {
    /// Returns the id of the channel.
    pub fn channel(&self) -> &ChannelId {
        &self.channel
    }

    /// Returns `true` if all eight conditions hold for one of the queues.
    pub fn is_reachable(&self) -> bool {
        self.queues.iter().any(QueueReachability::is_reachable)
    }

    /// Returns the channel's queues in routing order: by `order`, then by id.
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
        self.queues.iter().try_for_each(|queue| queue.fmt(f))
    }
}

/// The eight conditions for one queue.
///
/// # Examples
///
/// ```
/// use handover::{Config, Plan, Queue, ReachabilityCondition, Routing, ServiceChannel};
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()));
/// let reachability = Plan::new(config)?.reachability("chat").ok_or("no such channel")?;
///
/// let support = &reachability.queues()[0];
/// assert!(support.condition(ReachabilityCondition::Routing).holds());
/// let missing = support.conditions().iter().filter(|state| state.missing().is_some());
/// let missing: Vec<ReachabilityCondition> = missing.map(|state| state.condition()).collect();
/// assert_eq!(missing, [ReachabilityCondition::HumanMember, ReachabilityCondition::PresenceState]);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueReachability {
    queue: QueueId,
    /// In the order of [`ReachabilityCondition::ALL`].
    conditions: [ConditionState; 8],
}

impl QueueReachability {
    /// Returns the id of the queue.
    pub fn queue(&self) -> &QueueId {
        &self.queue
    }

    /// Returns `true` if all eight conditions hold.
    pub fn is_reachable(&self) -> bool {
        self.conditions.iter().all(ConditionState::holds)
    }

    /// Returns the conditions, in the order of [`ReachabilityCondition::ALL`].
    pub fn conditions(&self) -> &[ConditionState; 8] {
        &self.conditions
    }

    /// Returns the state of one condition.
    pub fn condition(&self, condition: ReachabilityCondition) -> &ConditionState {
        // INVARIANT: each condition has a state, so that the first one is returned only if it is the one in question.
        let [first, rest @ ..] = &self.conditions;
        let other = rest.iter().find(|state| state.condition == condition);
        other.unwrap_or(first)
    }
}

impl fmt::Display for QueueReachability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  queue `{}`", self.queue)?;
        let mut conditions = self.conditions.iter();
        conditions.try_for_each(|condition| writeln!(f, "    {condition}"))
    }
}

/// The state of one condition for one queue: it holds, something is missing, or it waits for another condition.
///
/// # Examples
///
/// ```
/// use handover::{Config, Plan, Queue, ReachabilityCondition, ServiceChannel};
///
/// let config = Config::new().channel("chat", ServiceChannel::new()).queue("support", Queue::new("chat"));
/// let reachability = Plan::new(config)?.reachability("chat").ok_or("no such channel")?;
///
/// // The queue has no members yet, so their capacity is not checked.
/// let room = reachability.queues()[0].condition(ReachabilityCondition::Room);
/// assert_eq!((room.holds(), room.missing()), (false, None));
/// assert_eq!(room.waits_for(), Some(ReachabilityCondition::HumanMember));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConditionState {
    condition: ReachabilityCondition,
    /// `Missing` holds a sentence with the fault and the fix.
    answer: Answer<String>,
}

impl ConditionState {
    /// Returns the condition.
    pub fn condition(&self) -> ReachabilityCondition {
        self.condition
    }

    /// Returns `true` if the condition holds.
    pub fn holds(&self) -> bool {
        self.answer.holds()
    }

    /// Returns a sentence that describes what is missing and what to do.
    ///
    /// Returns `None` if the condition holds, and if it waits for another condition.
    pub fn missing(&self) -> Option<&str> {
        match &self.answer {
            Answer::Missing(sentence) => Some(sentence),
            _ => None,
        }
    }

    /// Returns the condition that this condition waits for. That one is missing, or waits as well.
    ///
    /// For example, [`Room`](ReachabilityCondition::Room) cannot be checked for a queue without human members.
    pub fn waits_for(&self) -> Option<ReachabilityCondition> {
        match &self.answer {
            Answer::WaitsFor(condition) => Some(*condition),
            _ => None,
        }
    }
}

impl fmt::Display for ConditionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ReachabilityCondition::{ChannelCondition, Routing};
        let mark = match &self.answer {
            Answer::Holds => '✓',
            Answer::Missing(_) => '✗',
            Answer::WaitsFor(_) => '–',
        };
        // The longest name has 20 characters.
        write!(
            f,
            "{mark} {} {:<24} ",
            self.condition.number(),
            self.condition
        )?;
        match (&self.answer, self.condition) {
            // Whether an item meets a condition on its facts is not known here.
            (Answer::Holds, ChannelCondition | Routing) => f.write_str("can hold"),
            (Answer::Holds, _) => f.write_str("yes"),
            (Answer::Missing(sentence), _) => f.write_str(sentence),
            (Answer::WaitsFor(other), _) => {
                write!(f, "to be seen when condition {} holds", other.number())
            }
        }
    }
}

/// Checks the conditions for each queue of a channel. Returns `None` if there is no such channel.
///
/// The cost is linear in the channels, the queues, the presence states and the members of the groups that the queues name.
pub(crate) fn reachability(config: &Config, channel: &str) -> Option<Reachability> {
    // The id comes from the map: the report keeps it, and the argument is a text.
    let mut channels = config.channels.iter();
    let (id, channel) = channels.find(|(id, _)| id.as_str() == channel)?;
    let queues = config.queues.iter();
    let mut queues: Vec<_> = queues.filter(|(_, queue)| queue.channel == *id).collect();
    // Inactive queues too: that they are inactive may be what is missing.
    queues.sort_by_key(|(id, queue)| (queue.order, *id));
    // One for all queues, so that a group which several of them name is visited once.
    let mut coverage = Coverage::new(config, id, channel);
    let check = |(id, queue)| check::check(&mut coverage, id, queue);
    Some(Reachability {
        channel: id.clone(),
        queues: queues.into_iter().map(check).collect(),
    })
}
