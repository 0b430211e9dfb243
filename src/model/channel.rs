//! Service channels, with their rules for sizes and skills.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::id::{CustomName, SkillId};
use crate::model::capacity::Capacity;
use crate::model::condition::Condition;
use crate::model::skill::level_one;

/// A service channel: a kind of work, such as WhatsApp conversations.
///
/// The channel defines which items belong to it, how much capacity they take, and which skills they ask for.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(expecting = "a service channel: an object")]
#[non_exhaustive]
pub struct ServiceChannel {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the channel takes and assigns work. Default: no, an administrator switches it on.
    pub active: bool,
    /// The kind of medium. For display only, affects no decision. Default: [`ChannelKind::Other`].
    pub kind: ChannelKind,
    /// The condition that items of the channel meet. Default: [`Condition::Always`].
    pub condition: Condition,
    /// The units of capacity that an item takes, from 1. Default: 1.
    pub default_size: u32,
    /// The capacity of agents that have none of their own, in units. Default: 1.
    pub default_capacity: Capacity,
    /// Rules for the size of items, tried in order. An item that no rule matches has the default size.
    #[serde(deserialize_with = "size_rules")]
    pub sizes: Vec<SizeRule>,
    /// Rules that add skills to the items that they match.
    pub skills: Vec<SkillRule>,
    /// The condition under which an accepted item counts as load. Default: [`Condition::Always`].
    ///
    /// An item that has none of the facts named in the condition counts.
    pub utilization: Condition,
    /// The number of seconds for which an item takes capacity after its completion. Default: 0.
    pub wrap_up_secs: u32,
}

impl ServiceChannel {
    /// Creates an inactive channel with items of size 1 and a capacity of 1.
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

    /// Adds a size rule, to be tried after the present ones.
    #[must_use]
    pub fn size(mut self, rule: SizeRule) -> Self {
        self.sizes.push(rule);
        self
    }

    /// Adds a skill rule.
    #[must_use]
    pub fn skill(mut self, rule: SkillRule) -> Self {
        self.skills.push(rule);
        self
    }
}

/// The kind of medium of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// A rule for the size of items.
///
/// The size of an item is its own [`size`](crate::WorkItem#structfield.size), else that of the first rule of its channel
/// which applies, else the channel's default. It is fixed when the item is routed.
///
/// # Examples
///
/// ```
/// use handover::{Condition, SizeRule};
///
/// let large = SizeRule::when(Condition::more_than("pages", 20), 3);
/// let json = serde_json::to_string(&large)?;
/// assert_eq!(json, r#"{"when":{"field":"pages","more_than":20},"size":3}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SizeRule {
    /// Uses the [`Sizing`](crate::Sizing) registered under this name.
    Custom(CustomName),
    // The last variant, as `serde` requires of an untagged one: it is written without a key of its own.
    /// Gives items that meet a condition a fixed size.
    #[serde(untagged)]
    When {
        /// The condition.
        when: Condition,
        /// The size in units of capacity, from 1.
        size: u32,
    },
}

impl SizeRule {
    /// Creates a rule that gives items that meet a condition a fixed size.
    pub fn when(when: Condition, size: u32) -> Self {
        Self::When { when, size }
    }

    /// Creates a rule that uses the [`Sizing`](crate::Sizing) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }
}

// By hand: a derived untagged enum reports neither the path of an error nor its cause.
impl<'de> Deserialize<'de> for SizeRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let SizeRuleFields { when, size, custom } = SizeRuleFields::deserialize(deserializer)?;
        // `when` without `size`, or `custom` beside one of them, is a mistake and not another kind of rule.
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

/// The fields of a [`SizeRule`] in JSON, of which only some go together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(expecting = "a size rule: an object with `when` and `size`, or with `custom`")]
struct SizeRuleFields {
    when: Option<Condition>,
    size: Option<u32>,
    custom: Option<CustomName>,
}

/// The JSON form of a custom rule in place of a whole list or value: `{"custom": "name"}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomForm {
    pub(crate) custom: CustomName,
}

/// Reads the size rules of a channel: a list, or a custom rule alone.
fn size_rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SizeRule>, D::Error> {
    struct ListOrCustom;

    impl<'de> Visitor<'de> for ListOrCustom {
        type Value = Vec<SizeRule>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of size rules, or {\"custom\": name}")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<SizeRule>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(items))
        }

        // Read, but never written: a list of one means the same.
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<SizeRule>, A::Error> {
            let CustomForm { custom } = CustomForm::deserialize(MapAccessDeserializer::new(map))?;
            Ok([SizeRule::Custom(custom)].into())
        }
    }

    // Only the value shows which of the two forms it has.
    deserializer.deserialize_any(ListOrCustom)
}

/// A skill that a channel adds to items that meet a condition.
///
/// It counts as a [`SkillRequest`](crate::SkillRequest) of the item. Rules are applied when the item is routed.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let rule = SkillRule::when(Condition::is("language", "es"), "spanish").level(2).mandatory(true);
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true).skill(rule))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()));
/// let plan = Plan::new(config)?;
///
/// let item = WorkItem::new("chat-1", "chat").fact("language", "es");
/// let routed = route(&plan, item, Timestamp::EPOCH)?;
/// assert_eq!(routed.skills(), [SkillRequest::new("spanish").level(2).mandatory(true)]);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(
    expecting = "a skill rule: an object with `when` and `skill`, optionally `level` and `mandatory`"
)]
#[non_exhaustive]
pub struct SkillRule {
    /// The condition.
    pub when: Condition,
    /// The skill.
    pub skill: SkillId,
    /// The level asked for, from 1. Default: 1.
    #[serde(default = "level_one")]
    pub level: u32,
    /// Whether rules that require skills exclude agents without the skill. Default: no.
    #[serde(default)]
    pub mandatory: bool,
}

impl SkillRule {
    /// Creates a rule that asks for a skill at level 1, not mandatory, if an item meets a condition.
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
