//! Scopes: all of a kind, or a list.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::Serialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};

/// A scope: all entities of a kind, or only those that are listed.
///
/// An empty list includes nothing. In JSON, the text `"all"` or a list of ids.
///
/// # Examples
///
/// ```
/// use handover::{GroupId, Scope};
///
/// let mut groups: Scope<GroupId> = ["agent-whatsapp"].into();
/// assert!(!groups.includes(&"back-office".into()));
/// groups.add("back-office");
/// assert!(groups.includes(&"back-office".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "there is nothing between all and a list"
)]
pub enum Scope<T> {
    /// All, including those added to the configuration later.
    All,
    /// Only those listed.
    #[serde(untagged)]
    Only(Vec<T>),
}

impl<T: PartialEq> Scope<T> {
    /// Returns whether the scope includes an entity. The cost is linear in the length of the list.
    pub fn includes(&self, id: &T) -> bool {
        match self {
            Self::All => true,
            // Decisions do not run this search: they read the arrays that a plan compiles.
            Self::Only(ids) => ids.contains(id),
        }
    }

    /// Adds an entity to the list, unless the scope includes it.
    pub fn add(&mut self, id: impl Into<T>) {
        let id = id.into();
        // Not in the list twice: that would be a problem of the configuration.
        if let Self::Only(ids) = self
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
}

impl<T> Scope<T> {
    /// Returns the list, which is empty for [`Scope::All`].
    pub fn listed(&self) -> &[T] {
        match self {
            Self::All => &[],
            Self::Only(ids) => ids,
        }
    }
}

impl<I: Into<T>, T, const N: usize> From<[I; N]> for Scope<T> {
    fn from(ids: [I; N]) -> Self {
        ids.into_iter().collect()
    }
}

impl<I: Into<T>, T> From<Vec<I>> for Scope<T> {
    fn from(ids: Vec<I>) -> Self {
        ids.into_iter().collect()
    }
}

impl<I: Into<T>, T> FromIterator<I> for Scope<T> {
    fn from_iter<L: IntoIterator<Item = I>>(ids: L) -> Self {
        Self::Only(ids.into_iter().map(Into::into).collect())
    }
}

// By hand: a derived untagged enum reports neither the path of an error nor its cause.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Scope<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AllOrList<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for AllOrList<T> {
            type Value = Scope<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\" or a list of ids")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Scope<T>, E> {
                match text {
                    "all" => Ok(Scope::All),
                    other => Err(E::invalid_value(Unexpected::Str(other), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Scope<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(Scope::Only)
            }
        }

        deserializer.deserialize_any(AllOrList(PhantomData))
    }
}
