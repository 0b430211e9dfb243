//! Ids: one type for each kind, so that the id of a queue is never passed where the id of a group is expected.
//!
//! An id is a shared text. It is made of any text without an error, so a configuration in Rust needs no error handling.
//! [`check_id`] checks it when JSON is read, a plan is made or an item is routed.

use alloc::string::String;
use alloc::sync::Arc;
use core::borrow::Borrow;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use thiserror::Error;

/// The maximum length of an id, in bytes. Long enough for a URL or a hash, short enough for a log line.
pub const ID_BYTES_MAX: usize = 256;

/// An error for a text that is not a valid id.
///
/// # Examples
///
/// ```
/// use handover::{IdError, check_id};
///
/// let error = check_id("agent\nwhatsapp").unwrap_err();
/// assert_eq!(error, IdError::ControlCharacter { text: "agent\nwhatsapp".into() });
/// // `Display` escapes the text, so that it cannot start a new line in a log.
/// assert_eq!(error.to_string(), r#"the id "agent\nwhatsapp" contains a control character"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("an id is empty, expected 1 to {ID_BYTES_MAX} bytes")]
    Empty,
    /// The text is longer than [`ID_BYTES_MAX`] bytes.
    #[error("an id has {found} bytes, expected 1 to {ID_BYTES_MAX}")]
    TooLong {
        /// The length of the text, in bytes.
        found: usize,
    },
    /// The text contains a control character, such as a line break.
    #[error("the id {text:?} contains a control character")]
    ControlCharacter {
        /// The text.
        text: String,
    },
}

/// Checks that a text is a valid id: 1 to [`ID_BYTES_MAX`] bytes without control characters.
///
/// # Errors
///
/// Fails with [`IdError`] if the text is empty, too long, or contains a control character.
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
    // Ids appear in logs, paths and error texts, where a line break or a page of text would mislead.
    if (1..=ID_BYTES_MAX).contains(&text.len()) && !has_control_character(text) {
        return Ok(());
    }
    Err(invalid_id(text))
}

/// Returns the error for a text that is not a valid id.
fn invalid_id(text: &str) -> IdError {
    // Tests each condition alone, to find the one that fails.
    if text.is_empty() {
        IdError::Empty
    } else if text.len() > ID_BYTES_MAX {
        IdError::TooLong { found: text.len() }
    } else {
        IdError::ControlCharacter { text: text.into() }
    }
}

/// Returns whether a text contains a control character, of ASCII or not.
#[inline]
fn has_control_character(text: &str) -> bool {
    // PERF: most ids are printable ASCII, and need no decoding. Without an early exit, the loop is vectorized.
    let is_printable = |byte| (b' '..=b'~').contains(&byte);
    let is_printable_ascii = text
        .bytes()
        .fold(true, |all, byte| all & is_printable(byte));
    !is_printable_ascii && text.chars().any(char::is_control)
}

/// Reads the text of an id.
struct IdVisitor;

impl Visitor<'_> for IdVisitor {
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
            // The text itself would make the error as long.
            Err(IdError::TooLong { found }) => Err(E::custom(IdError::TooLong { found })),
            Err(_) => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// Defines id types.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Any text converts into an id (`"x".into()`). [`check_id`](crate::check_id) checks it when JSON is read, a plan is
        /// made or an item is routed. Cloning an id takes O(1) and copies no text.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        display_name!($name, |id| &id.0);

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
                deserializer.deserialize_str(IdVisitor).map(Self)
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
    /// The id of a requester, such as a telephone number: the person behind a work item, the same in all of their items.
    RequesterId;
    /// The name under which a custom rule is registered, see [`PlanBuilder`](crate::PlanBuilder).
    CustomName;
    /// The name of a [`Trigger`](crate::Trigger), such as `please-hold`.
    TriggerName;
    /// The id of a manager who assigns work by hand, such as a user name.
    ManagerId;
}
