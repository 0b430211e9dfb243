//! Queues, with their routing, eligibility pools, order and timers.

mod affinity;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

use crate::base::strict::AfterKey;
use crate::id::{ChannelId, CustomName, GroupId, RuleId, TriggerName};
use crate::model::channel::CustomForm;
use crate::model::condition::Condition;
use crate::model::condition::read::read_condition;

pub use affinity::Affinity;

/// A queue: work items of one channel wait in it, in order, for agents of its eligibility pools.
///
/// # Examples
///
/// ```
/// use handover::{EligibilityPool, Queue, Routing};
///
/// let queue = Queue::new("whatsapp")
///     .active(true)
///     .routing(Routing::always())
///     .pool(EligibilityPool::new(["agent-whatsapp"], "most-capacity"))
///     .pool(EligibilityPool::new(["back-office"], "most-capacity").eligible_at_secs(60));
/// assert_eq!(queue.order, 100);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a queue: an object")]
#[non_exhaustive]
pub struct Queue {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the queue takes and assigns work. Default: no, an administrator switches it on.
    #[serde(default)]
    pub active: bool,
    /// The channel of the queue's items.
    pub channel: ChannelId,
    /// The position of the queue's routing among those of its channel, lowest first; ties are broken by id. Default: 100.
    #[serde(default = "default_order")]
    pub order: i64,
    /// The items of the channel that are routed to the queue. Default: none ([`Routing::Manual`]).
    #[serde(default)]
    pub routing: Routing,
    /// The eligibility pools, at most [`POOLS_MAX`](crate::POOLS_MAX). Without a pool, no item is ever assigned.
    #[serde(default)]
    pub eligibility: Vec<EligibilityPool>,
    /// The keys that order items of equal priority. Items equal in all keys are ordered by age, oldest first.
    #[serde(default)]
    pub sort: Vec<SortKey>,
    /// The agents preferred to all others who may take an item.
    #[serde(default)]
    pub affinity: Vec<Affinity>,
    /// The reaction when every agent who could take an item has declined it. Default: the item waits.
    #[serde(default)]
    pub when_exhausted: WhenExhausted,
    /// The number of seconds, from 1, within which an item should be accepted. Absent: no target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_wait_secs: Option<u32>,
    /// The number of seconds, from 1, after which a waiting item is canceled. Absent: never.
    ///
    /// The wait starts again when an item is transferred to a queue, and when an agent gives it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wait_secs: Option<u32>,
    /// The maximum number of waiting items. Absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The triggers of waiting items, at most [`TRIGGERS_MAX`](crate::TRIGGERS_MAX).
    #[serde(default)]
    pub triggers: Vec<Trigger>,
}

/// Returns the order of a queue without one: in the middle, so that others can be put before and after it.
fn default_order() -> i64 {
    100
}

impl Queue {
    /// Creates an inactive queue of a channel, without routing or pools.
    pub fn new(channel: impl Into<ChannelId>) -> Self {
        Self {
            name: None,
            active: false,
            channel: channel.into(),
            order: default_order(),
            routing: Routing::Manual,
            eligibility: Vec::new(),
            sort: Vec::new(),
            affinity: Vec::new(),
            when_exhausted: WhenExhausted::Wait,
            target_wait_secs: None,
            max_wait_secs: None,
            max_length: None,
            triggers: Vec::new(),
        }
    }

    setters! {
        name: String => Some;
        active: bool;
        routing: Routing;
        affinity: Vec<Affinity>;
        when_exhausted: WhenExhausted;
    }

    number_setters! {
        order: i64;
        target_wait_secs: u32 => Some;
        max_wait_secs: u32 => Some;
        max_length: u32 => Some;
    }

    /// Adds an eligibility pool.
    #[must_use]
    pub fn pool(mut self, pool: EligibilityPool) -> Self {
        self.eligibility.push(pool);
        self
    }

    /// Adds a sort key, to be compared after the present ones.
    #[must_use]
    pub fn sort_by(mut self, field: impl Into<String>, direction: Direction) -> Self {
        self.sort.push(SortKey {
            field: field.into(),
            direction,
        });
        self
    }

    /// Adds a trigger that fires after a number of seconds of waiting, from 1.
    #[must_use]
    pub fn trigger(mut self, at_secs: u32, name: impl Into<TriggerName>) -> Self {
        self.triggers.push(Trigger {
            at_secs,
            name: name.into(),
        });
        self
    }
}

/// The items of its channel that are routed to a queue.
///
/// The active queues of a channel are tried by their [`order`](Queue#structfield.order); the first whose routing takes an item
/// gets it.
///
/// # Examples
///
/// ```
/// use handover::{Condition, Routing};
///
/// let spanish: Routing = serde_json::from_str(r#"{"field": "language", "is": "es"}"#)?;
/// assert_eq!(spanish, Condition::is("language", "es").into());
/// assert_eq!(serde_json::to_string(&Routing::custom("night"))?, r#"{"custom":"night"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Routing {
    /// None: items enter the queue by its name or by transfer.
    #[default]
    Manual,
    /// The items accepted by the [`RoutingCondition`](crate::RoutingCondition) registered under this name.
    Custom(CustomName),
    // Written as the condition alone.
    /// The items that meet a condition.
    #[serde(untagged)]
    When(Condition),
}

impl Routing {
    /// Returns the routing that takes every item that no earlier queue has taken.
    pub const fn always() -> Self {
        Self::When(Condition::Always)
    }

    /// Returns the routing by the [`RoutingCondition`](crate::RoutingCondition) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }
}

impl From<Condition> for Routing {
    fn from(condition: Condition) -> Self {
        Self::When(condition)
    }
}

strict!(Routing, read_routing, Refused);

/// Reads a routing: a word, the object of a custom routing condition, or a condition.
// By hand: the fields of a condition are those of its routing, which no derived enum can express.
fn read_routing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Routing, D::Error> {
    struct WordOrObject;

    impl<'de> Visitor<'de> for WordOrObject {
        type Value = Routing;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("\"always\", \"manual\", a condition or {\"custom\": name}")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Routing, E> {
            match text {
                "always" => Ok(Routing::always()),
                "manual" => Ok(Routing::Manual),
                other => Err(E::invalid_value(Unexpected::Str(other), &self)),
            }
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Routing, A::Error> {
            let key = map.next_key::<String>()?;
            let is_custom = key.as_deref().is_some_and(|key| key == "custom");
            // Condition and custom routing would both report a missing field of theirs.
            if key.is_none() {
                let text = "an empty routing, expected a condition or {\"custom\": name}";
                return Err(A::Error::custom(text));
            }
            // The first key shows which of the two it is. The reader gets an object that still has that key.
            let map = MapAccessDeserializer::new(AfterKey { key, map });
            if is_custom {
                CustomForm::deserialize(map).map(|form| Routing::Custom(form.custom))
            } else {
                read_condition(map).map(Routing::When)
            }
        }
    }

    deserializer.deserialize_any(WordOrObject)
}

/// An eligibility pool: groups whose members may take a queue's items, and the rule that chooses among them.
///
/// The agents of all open pools may take an item. After affinity and the tier of the group, agents of an earlier pool come
/// first.
///
/// Pools open in the order of [`eligible_at_secs`](Self#structfield.eligible_at_secs), then of their position in the queue.
///
/// # Examples
///
/// ```
/// use handover::EligibilityPool;
///
/// let pool: EligibilityPool =
///     serde_json::from_str(r#"{"groups": ["back-office"], "rule": "fair", "eligible_at_secs": 60}"#)?;
/// assert_eq!(pool, EligibilityPool::new(["back-office"], "fair").eligible_at_secs(60));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(expecting = "an eligibility pool: an object with `groups` and `rule`")]
#[non_exhaustive]
pub struct EligibilityPool {
    /// The groups, at least one.
    pub groups: Vec<GroupId>,
    /// The assignment rule.
    pub rule: RuleId,
    /// The number of seconds of waiting in the queue after which the pool opens. Default: 0, at once.
    #[serde(default)]
    pub eligible_at_secs: u32,
}

impl EligibilityPool {
    /// Creates a pool of some groups under a rule, open at once.
    pub fn new<G: Into<GroupId>>(
        groups: impl IntoIterator<Item = G>,
        rule: impl Into<RuleId>,
    ) -> Self {
        Self {
            groups: groups.into_iter().map(Into::into).collect(),
            rule: rule.into(),
            eligible_at_secs: 0,
        }
    }

    number_setters! {
        eligible_at_secs: u32;
    }
}

/// A sort key: a fact by which waiting items are ordered.
///
/// # Examples
///
/// ```
/// use handover::{Direction, Queue};
///
/// let queue = Queue::new("whatsapp").sort_by("customer_since", Direction::Ascending);
/// let json = serde_json::to_string(&queue.sort)?;
/// assert_eq!(json, r#"[{"field":"customer_since","direction":"ascending"}]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(expecting = "a sort key: an object with `field` and `direction`")]
#[non_exhaustive]
pub struct SortKey {
    /// The name of the fact. Items without it come last in both directions.
    pub field: String,
    /// The direction.
    pub direction: Direction,
}

/// The direction of a [`SortKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there is no third direction")]
pub enum Direction {
    /// The smallest value first.
    Ascending,
    /// The largest value first.
    Descending,
}

/// The reaction when every agent who could take an item has declined it.
///
/// Agents who are present but busy could take the item, and so could agents of pools that open later; absent agents could not.
/// In either case the router emits [`Output::Exhausted`](crate::Output::Exhausted).
///
/// # Examples
///
/// ```
/// use handover::WhenExhausted;
///
/// let again = WhenExhausted::StartOverSecs(300);
/// assert_eq!(serde_json::to_string(&again)?, r#"{"start_over_secs":300}"#);
/// assert_eq!(serde_json::to_string(&WhenExhausted::Wait)?, r#""wait""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[serde(expecting = "\"wait\" or {\"start_over_secs\": seconds}")]
#[non_exhaustive]
pub enum WhenExhausted {
    /// The item waits for another agent.
    #[default]
    Wait,
    /// The item's declines are cleared after this number of seconds, from 1.
    StartOverSecs(u32),
}

/// A trigger: a name that is announced when an item has waited for a given time.
///
/// For example, a host sends a message to the customer when the trigger `please-hold` is due. A trigger fires at most once
/// per wait.
///
/// # Examples
///
/// ```
/// use handover::Queue;
///
/// let queue = Queue::new("whatsapp").trigger(120, "please-hold").trigger(600, "offer-callback");
/// assert_eq!(queue.triggers[1].at_secs, 600);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(expecting = "a trigger: an object with `at_secs` and `name`")]
#[non_exhaustive]
pub struct Trigger {
    /// The number of seconds of waiting, from 1.
    pub at_secs: u32,
    /// The name in [`Output::TriggerDue`](crate::Output::TriggerDue). The host defines what it does.
    pub name: TriggerName,
}
