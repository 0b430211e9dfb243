//! Service channels: the kinds of work.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::id::{CustomName, SkillId};
use crate::model::read;
use crate::model::read::ListOf;
use crate::model::{Capacity, Condition};

/// A kind of work, such as WhatsApp conversations: how much of an agent one item takes, and what belongs to it.
///
/// # Examples
///
/// ```
/// use handover::{Condition, ServiceChannel, SizeRule};
///
/// let whatsapp = ServiceChannel::new()
///     .active(true)
///     .condition(Condition::is("subtype", "whatsapp"))
///     .default_capacity(4)
///     .size(SizeRule::when(Condition::is("vip", true), 2));
/// assert_eq!(whatsapp.default_size, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct ServiceChannel {
    /// What people call it. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it takes and assigns work. By default not: an administrator switches it on.
    pub active: bool,
    /// What kind of medium it is; tells people, decides nothing. By default [`ChannelKind::Other`].
    pub kind: ChannelKind,
    /// Which items belong to it. By default all.
    pub condition: Condition,
    /// How many units of capacity one item takes, from 1. By default 1.
    pub default_size: u32,
    /// How many units an agent may hold, where the agent has no number of its own. By default 1.
    pub default_capacity: Capacity,
    /// Sizes of items that differ from the default; the first that answers counts.
    pub sizes: Vec<SizeRule>,
    /// Skills that are asked for because of what the facts say.
    pub skills: Vec<SkillRule>,
    /// When an accepted item counts as load. By default always. An item that has none of the facts it names counts.
    pub utilization: Condition,
    /// For how many seconds capacity is held after completion. By default 0.
    pub wrap_up_secs: u32,
}

impl ServiceChannel {
    /// Makes a channel that is not active, with items of size 1 and a capacity of 1.
    pub fn new() -> Self {
        Self {
            name: None,
            active: false,
            kind: ChannelKind::Other,
            condition: Condition::Always,
            default_size: 1,
            default_capacity: Capacity::Units(1),
            sizes: Vec::new(),
            skills: Vec::new(),
            utilization: Condition::Always,
            wrap_up_secs: 0,
        }
    }

    setters! {
        name: String => Some;
        active: bool;
        kind: ChannelKind;
        condition: Condition;
        default_capacity: Capacity;
        utilization: Condition;
    }

    number_setters! {
        default_size: u32;
        wrap_up_secs: u32;
    }

    /// Adds a rule on the size of items, to be asked after those that are there.
    #[must_use]
    pub fn size(mut self, rule: SizeRule) -> Self {
        self.sizes.push(rule);
        self
    }

    /// Adds a skill that is asked for when a condition holds.
    #[must_use]
    pub fn skill(mut self, rule: SkillRule) -> Self {
        self.skills.push(rule);
        self
    }
}

impl Default for ServiceChannel {
    fn default() -> Self {
        Self::new()
    }
}

/// The kind of medium of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChannelKind {
    /// A chat in which both sides are present.
    Chat,
    /// A telephone call.
    Phone,
    /// Messages that may be answered later, such as WhatsApp.
    Messaging,
    /// Anything else, such as cases.
    Other,
}

read_words!(ChannelKind, "\"chat\", \"phone\", \"messaging\" or \"other\"", {
    "chat" => Chat,
    "phone" => Phone,
    "messaging" => Messaging,
    "other" => Other,
});

/// A rule on the size of items.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SizeRule {
    /// Items of which a condition holds have this size.
    When {
        /// The condition.
        when: Condition,
        /// The size in units of capacity, from 1.
        size: u32,
    },
    /// Asks the [`Sizing`](crate::Sizing) registered under this name.
    Custom(CustomName),
}

impl SizeRule {
    /// Items of which a condition holds have this size.
    pub fn when(when: Condition, size: u32) -> Self {
        Self::When { when, size }
    }

    /// Asks the [`Sizing`](crate::Sizing) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }
}

/// A skill that a channel asks for when a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct SkillRule {
    /// The condition.
    pub when: Condition,
    /// The skill.
    pub skill: SkillId,
    /// The level asked for, from 1. By default 1.
    pub level: u32,
    /// Whether a rule that requires skills takes nobody without it. By default not.
    pub mandatory: bool,
}

impl SkillRule {
    /// Asks for a skill at level 1, as a wish, when a condition holds.
    pub fn when(when: Condition, skill: impl Into<SkillId>) -> Self {
        Self {
            when,
            skill: skill.into(),
            level: 1,
            mandatory: false,
        }
    }

    setters! {
        mandatory: bool;
    }

    number_setters! {
        level: u32;
    }
}

read_object!(ServiceChannel, "a service channel: an object", {
    name: optional,
    active: default(false),
    kind: default(ChannelKind::Other),
    condition: default(Condition::Always),
    default_size: default(1),
    default_capacity: default(Capacity::Units(1)),
    sizes: sizes,
    skills: list,
    utilization: default(Condition::Always),
    wrap_up_secs: default(0),
});

read_object!(SkillRule, "a skill rule: an object with `when` and `skill`, and `level` and `mandatory` if need be", {
    when: required,
    skill: required,
    level: default(1),
    mandatory: default(false),
});

/// The size rules of a channel; a single custom one may stand without the list around it.
pub(crate) struct SizeRules(pub(crate) Vec<SizeRule>);

impl<'de> Deserialize<'de> for SizeRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;
        impl<'de> Visitor<'de> for Rules {
            type Value = SizeRules;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of size rules, or {\"custom\": name}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<SizeRules, A::Error> {
                ListOf(core::marker::PhantomData::<SizeRule>)
                    .visit_seq(items)
                    .map(SizeRules)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SizeRules, A::Error> {
                read::only_key(&mut map, &["custom"])?;
                let name = read::value("custom", &mut map)?;
                read::no_more(&mut map, "custom")?;
                Ok(SizeRules([SizeRule::Custom(name)].into()))
            }
        }
        deserializer.deserialize_any(Rules)
    }
}

impl<'de> Deserialize<'de> for SizeRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let SizeRuleFields { when, size, custom } = SizeRuleFields::deserialize(deserializer)?;
        match (when, size, custom) {
            (Some(when), Some(size), None) => Ok(Self::When { when, size }),
            (None, None, Some(name)) => Ok(Self::Custom(name)),
            (None, Some(_), None) => Err(D::Error::missing_field("when")),
            (Some(_), None, None) => Err(D::Error::missing_field("size")),
            (None, None, None) => Err(D::Error::custom(
                "an empty size rule, expected `when` and `size`, or `custom`",
            )),
            (_, _, Some(_)) => Err(D::Error::custom(
                "field `custom` beside `when` or `size`, expected one of the two",
            )),
        }
    }
}

struct SizeRuleFields {
    when: Option<Condition>,
    size: Option<u32>,
    custom: Option<CustomName>,
}

read_object!(SizeRuleFields, "a size rule: an object with `when` and `size`, or with `custom`", {
    when: optional,
    size: optional,
    custom: optional,
});

impl Serialize for SizeRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::When { when, size } => {
                map.serialize_entry("when", when)?;
                map.serialize_entry("size", size)?;
            }
            Self::Custom(name) => map.serialize_entry("custom", name)?,
        }
        map.end()
    }
}
