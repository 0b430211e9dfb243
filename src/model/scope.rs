//! All of a kind, or only those that are listed.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::model::read::ListOf;

/// What something applies to: to all of a kind, or only to those that are listed.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there is nothing between all and a list"
)]
pub enum Scope<T> {
    /// To all, those that come later included.
    All,
    /// Only to these.
    Only(Vec<T>),
}

impl<T: PartialEq> Scope<T> {
    /// Says whether it applies to this one.
    pub fn includes(&self, id: &T) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }

    /// Adds one, unless it applies to it already.
    pub fn add(&mut self, id: impl Into<T>) {
        let id = id.into();
        if let Self::Only(ids) = self
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
}

impl<T> Scope<T> {
    /// Returns those that are listed, none where it applies to all.
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

impl<T: Serialize> Serialize for Scope<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Only(ids) => ids.serialize(serializer),
        }
    }
}

struct ScopeText<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ScopeText<T> {
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
        ListOf(PhantomData::<T>).visit_seq(items).map(Scope::Only)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Scope<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScopeText(PhantomData))
    }
}
