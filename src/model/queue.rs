//! Queues: where the items of one channel wait, and who may take them.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::{Serialize, Serializer};

use crate::id::{ChannelId, CustomName, GroupId, RuleId, TriggerName};
use crate::model::Condition;
use crate::model::condition::Nested;
use crate::model::read;

/// Where items of one channel wait, in which order, and who may take them.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Queue {
    /// What people call it. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it takes and assigns work. By default not: an administrator switches it on.
    pub active: bool,
    /// The channel whose items wait here.
    pub channel: ChannelId,
    /// When its routing is asked, the lower first; then by id. By default 100.
    pub order: i64,
    /// Which items of the channel come here by themselves. By default none ([`Routing::Manual`]).
    pub routing: Routing,
    /// The eligibility pools: who may take its items, from when on. Without one nothing is ever assigned.
    pub eligibility: Vec<EligibilityPool>,
    /// In which order items of equal priority are assigned, before the older goes first.
    pub sort: Vec<SortKey>,
    /// Which agents come first of those who may take an item.
    pub affinity: Vec<Affinity>,
    /// What happens when everyone who could take an item has declined it. By default it waits.
    pub when_exhausted: WhenExhausted,
    /// Within how many seconds an item should be accepted, from 1. Absent: no target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_wait_secs: Option<u32>,
    /// After how many seconds of waiting an item is canceled, from 1. A wait begins anew when an item is transferred to a queue
    /// or an agent gives it back. Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wait_secs: Option<u32>,
    /// How many items may wait at once. Absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// What is announced while an item waits.
    pub triggers: Vec<Trigger>,
}

impl Queue {
    /// Makes a queue of a channel that is not active, takes nothing by itself and has no pool.
    pub fn new(channel: impl Into<ChannelId>) -> Self {
        Self {
            name: None,
            active: false,
            channel: channel.into(),
            order: 100,
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

    /// Adds a sort key, to be compared after those that are there.
    #[must_use]
    pub fn sort_by(mut self, field: impl Into<String>, direction: Direction) -> Self {
        self.sort.push(SortKey {
            field: field.into(),
            direction,
        });
        self
    }

    /// Adds a trigger: a name to be announced after so many seconds of waiting, from 1.
    #[must_use]
    pub fn trigger(mut self, at_secs: u32, name: impl Into<TriggerName>) -> Self {
        self.triggers.push(Trigger {
            at_secs,
            name: name.into(),
        });
        self
    }
}

read_object!(Queue, "a queue: an object", {
    name: optional,
    active: default(false),
    channel: required,
    order: default(100),
    routing: default(Routing::Manual),
    eligibility: list,
    sort: list,
    affinity: list,
    when_exhausted: default(WhenExhausted::Wait),
    target_wait_secs: optional,
    max_wait_secs: optional,
    max_length: optional,
    triggers: list,
});

/// Which items of its channel a queue takes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Routing {
    /// None: items come by name, or by transfer.
    Manual,
    /// Those of which the condition holds.
    When(Condition),
    /// Those of which the [`RoutingCondition`](crate::RoutingCondition) registered under this name holds.
    Custom(CustomName),
}

impl Routing {
    /// Takes every item that no queue before it has taken.
    pub const fn always() -> Self {
        Self::When(Condition::Always)
    }

    /// Asks the [`RoutingCondition`](crate::RoutingCondition) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }
}

impl From<Condition> for Routing {
    fn from(condition: Condition) -> Self {
        Self::When(condition)
    }
}

impl Serialize for Routing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Manual => serializer.serialize_str("manual"),
            Self::When(condition) => condition.serialize(serializer),
            Self::Custom(name) => serializer.collect_map([("custom", name)]),
        }
    }
}

struct RoutingText;

impl<'de> Visitor<'de> for RoutingText {
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
        match map.next_key::<String>()? {
            Some(key) if key == "custom" => {
                let name = read::value("custom", &mut map)?;
                read::no_more(&mut map, "custom")?;
                Ok(Routing::Custom(name))
            }
            Some(key) => Nested::outermost()
                .rest_of_object(key, &mut map)
                .map(Routing::When),
            None => Err(A::Error::custom(
                "an empty routing, expected a condition or {\"custom\": name}",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Routing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RoutingText)
    }
}

/// Groups whose members may take a queue's items, from when on, and the rule by which they are chosen.
///
/// Pools count in the order of `eligible_at_secs`, then of their place in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct EligibilityPool {
    /// The groups, at least one.
    pub groups: Vec<GroupId>,
    /// The assignment rule.
    pub rule: RuleId,
    /// After how many seconds of waiting in the queue the pool opens. By default 0: at once.
    pub eligible_at_secs: u32,
}

impl EligibilityPool {
    /// Makes a pool of some groups under a rule, open at once.
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

read_object!(EligibilityPool, "an eligibility pool: an object with `groups` and `rule`", {
    groups: needed_list,
    rule: required,
    eligible_at_secs: default(0),
});

/// A field by which waiting items are ordered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct SortKey {
    /// The name of the field; items without it come last in both directions.
    pub field: String,
    /// Which value comes first.
    pub direction: Direction,
}

read_object!(SortKey, "a sort key: an object with `field` and `direction`", {
    field: required,
    direction: required,
});

/// Which value comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there is no third direction")]
pub enum Direction {
    /// The smallest.
    Ascending,
    /// The largest.
    Descending,
}

read_words!(Direction, "\"ascending\" or \"descending\"", {
    "ascending" => Ascending,
    "descending" => Descending,
});

/// Why an agent comes before all others who may take an item. It never makes anyone eligible, and never waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Affinity {
    /// Who last accepted work from the same requester on this channel, within 30 days.
    LastAgent,
    /// The agents that the item prefers, in their order.
    Preferred,
}

read_words!(Affinity, "\"last_agent\" or \"preferred\"", {
    "last_agent" => LastAgent,
    "preferred" => Preferred,
});

/// What happens when everyone who could take an item has declined it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhenExhausted {
    /// It waits, for a new agent or a pool that opens.
    Wait,
    /// After so many seconds, from 1, its declines are forgotten.
    StartOverSecs(u32),
}

read_words!(WhenExhausted, "\"wait\" or {\"start_over_secs\": seconds}", {
    "wait" => Wait,
}, keys {
    "start_over_secs" => StartOverSecs,
});

/// A name that is announced once an item has waited so long.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Trigger {
    /// After how many seconds of waiting, from 1.
    pub at_secs: u32,
    /// What the host does then is known to it by this name.
    pub name: TriggerName,
}

read_object!(Trigger, "a trigger: an object with `at_secs` and `name`", {
    at_secs: required,
    name: required,
});
