//! Ids: a type of its own for each kind of name, so that a queue is never passed where a group belongs.

use alloc::string::String;
use alloc::sync::Arc;
use core::borrow::Borrow;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use thiserror::Error;

/// The longest id, in bytes.
pub const ID_BYTES_MAX: usize = 256;

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("an id is empty, expected 1 to {ID_BYTES_MAX} bytes")]
    Empty,
    /// The text is longer than [`ID_BYTES_MAX`] bytes.
    #[error("an id has {found} bytes, expected 1 to {ID_BYTES_MAX}")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// The text contains a control character, such as a line break.
    #[error("the id {text:?} contains a control character")]
    ControlCharacter {
        /// The text as it was given.
        text: String,
    },
}

/// Says whether a text can be an id.
///
/// # Errors
///
/// [`IdError`] names what is wrong: empty, too long, or a control character.
///
/// # Examples
///
/// ```
/// use handover::{IdError, check_id};
///
/// assert_eq!(check_id("agent-whatsapp"), Ok(()));
/// assert_eq!(check_id(""), Err(IdError::Empty));
/// ```
#[inline]
pub fn check_id(text: &str) -> Result<(), IdError> {
    if (1..=ID_BYTES_MAX).contains(&text.len()) && !has_control_character(text) {
        return Ok(());
    }
    Err(what_is_wrong(text))
}

#[cold]
fn what_is_wrong(text: &str) -> IdError {
    if text.is_empty() {
        IdError::Empty
    } else if text.len() > ID_BYTES_MAX {
        IdError::TooLong { found: text.len() }
    } else {
        IdError::ControlCharacter { text: text.into() }
    }
}

#[inline]
fn has_control_character(text: &str) -> bool {
    // Most ids are printable ASCII, which is told eight bytes at a time.
    let bytes = text.as_bytes();
    let are_plain = match bytes.last_chunk() {
        Some(last) => {
            let (chunks, _) = bytes.as_chunks();
            chunks.iter().all(|chunk| is_plain(*chunk)) && is_plain(*last)
        }
        None => bytes.iter().all(|byte| (b' '..=b'~').contains(byte)),
    };
    !are_plain && text.chars().any(char::is_control)
}

/// Whether eight bytes are printable ASCII; it may not be told that they are.
fn is_plain(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(bytes);
    let below = word.wrapping_sub(ONES * u64::from(b' '));
    let delete = (word ^ (ONES * 0x7F)).wrapping_sub(ONES);
    (word | below | delete) & (ONES * 0x80) == 0
}

/// Reads a text that must be an id.
struct IdText;

impl Visitor<'_> for IdText {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an id of 1 to {ID_BYTES_MAX} bytes without control characters"
        )
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Arc<str>, E> {
        match check_id(text) {
            Ok(()) => Ok(text.into()),
            Err(IdError::TooLong { found }) => Err(E::custom(IdError::TooLong { found })),
            Err(_) => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Any text makes one (`"x".into()`); whether it is one (1 to 256 bytes, no control characters) is asked where
        /// it enters: when JSON is read, when a plan is made, when an item is routed. Cloning one copies no text.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the id as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.as_str().into())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                (*id.0).into()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(IdText).map(Self)
            }
        }
    )*};
}

id! {
    /// The id of a [`ServiceChannel`](crate::ServiceChannel), such as `whatsapp`.
    ChannelId;
    /// The id of a [`Queue`](crate::Queue), such as `agent-whatsapp`.
    QueueId;
    /// The id of an [`AssignmentRule`](crate::AssignmentRule), such as `whatsapp-most-capacity`.
    RuleId;
    /// The id of a [`PresenceState`](crate::PresenceState), such as `available`.
    PresenceStateId;
    /// The id of an [`AgentGroup`](crate::AgentGroup), such as `agent-whatsapp`.
    GroupId;
    /// The id of an [`Agent`](crate::Agent), such as `asha`.
    AgentId;
    /// The id of a skill, such as `spanish`.
    SkillId;
    /// The id of a [`RejectReason`](crate::RejectReason), such as `busy`.
    RejectReasonId;
    /// The id of a [`WorkItem`](crate::WorkItem), such as `conv-1`.
    WorkItemId;
    /// Who asks for the work, such as a telephone number: one requester is the same person in all their items.
    RequesterId;
    /// The name under which a rule of the service's own is registered (see [`PlanBuilder`](crate::PlanBuilder)).
    CustomName;
    /// The name of a [`Trigger`](crate::Trigger), such as `please-hold`.
    TriggerName;
    /// Whoever gives work out by hand, such as a manager's user name.
    ManagerId;
}
