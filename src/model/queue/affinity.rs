//! The affinities of a queue: agents who come before all others.

use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeStructVariant, Serializer};
use serde::{Deserialize, Serialize};

/// The names of all affinities.
const NAMES: [&str; 2] = ["last_agent", "preferred"];

/// The number of days for which an acceptance counts if the configuration gives none.
const DEFAULT_DAYS: u32 = 30;

/// An affinity: agents who come before all others who may take an item.
///
/// An affinity makes no agent eligible, and no item waits for it. If a queue has several, the first is the most significant.
///
/// # Examples
///
/// ```
/// use handover::{Affinity, Queue};
///
/// let queue = Queue::new("whatsapp").affinity([Affinity::Preferred, Affinity::last_agent()]);
/// assert_eq!(queue.affinity.len(), 2);
///
/// let within_a_week: Affinity = serde_json::from_str(r#"{"last_agent": {"within_days": 7}}"#)?;
/// assert_eq!(within_a_week, Affinity::LastAgent { within_days: 7 });
/// assert_eq!(serde_json::to_string(&Affinity::last_agent())?, r#""last_agent""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Affinity {
    /// The agents of the same requester on this channel.
    ///
    /// First all agents who hold, or are offered, another live item of the requester; then the person who last accepted one. A
    /// router remembers up to [`REQUESTERS_MAX`](crate::REQUESTERS_MAX) requesters on each channel that has a queue with this
    /// affinity. It never remembers an AI agent.
    LastAgent {
        /// The number of days, of 24 hours and from 1, for which an acceptance counts.
        within_days: u32,
    },
    /// The item's [`preferred_agents`](crate::WorkItem::preferred_agents), in their order.
    Preferred,
}

impl Affinity {
    /// Returns the affinity to the last agents of the requester, within 30 days.
    pub const fn last_agent() -> Self {
        Self::LastAgent {
            within_days: DEFAULT_DAYS,
        }
    }

    /// Returns the name in the configuration.
    pub(crate) const fn name(self) -> &'static str {
        let [last_agent, preferred] = NAMES;
        match self {
            Self::LastAgent { .. } => last_agent,
            Self::Preferred => preferred,
        }
    }

    /// Returns the number of days for which an acceptance counts. `None` for an affinity that does not use the last agent.
    pub(crate) const fn within_days(self) -> Option<u32> {
        match self {
            Self::LastAgent { within_days } => Some(within_days),
            Self::Preferred => None,
        }
    }
}

// By hand: `last_agent` is a word or an object, which no derived enum can express.
impl Serialize for Affinity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::LastAgent { within_days } if within_days != DEFAULT_DAYS => {
                let mut object =
                    serializer.serialize_struct_variant("Affinity", 0, self.name(), 1)?;
                object.serialize_field("within_days", &within_days)?;
                object.end()
            }
            Self::LastAgent { .. } | Self::Preferred => serializer.serialize_str(self.name()),
        }
    }
}

/// The form of `last_agent` as an object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LastAgentForm {
    last_agent: LastAgentSettings,
}

/// The settings of `last_agent`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"within_days\": days}")]
struct LastAgentSettings {
    within_days: u32,
}

impl<'de> Deserialize<'de> for Affinity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AffinityVisitor;

        impl<'de> Visitor<'de> for AffinityVisitor {
            type Value = Affinity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "\"preferred\", \"last_agent\" or {\"last_agent\": {\"within_days\": days}}",
                )
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Affinity, E> {
                let affinities = [Affinity::last_agent(), Affinity::Preferred];
                let mut affinities = affinities.into_iter();
                let named = affinities.find(|affinity| affinity.name() == text);
                named.ok_or_else(|| E::unknown_variant(text, &NAMES))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Affinity, A::Error> {
                let form = LastAgentForm::deserialize(MapAccessDeserializer::new(map))?;
                let within_days = form.last_agent.within_days;
                Ok(Affinity::LastAgent { within_days })
            }
        }

        deserializer.deserialize_any(AffinityVisitor)
    }
}
