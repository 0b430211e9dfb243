//! The names that a type has for its variants or its fields: asked of the type itself, so that a new one is among them.

use handover::{
    AcceptedBy, AssignDirectly, CancelReason, Input, ItemState, OfferEnd, OfferedBy, Output,
    PresenceWhy, ReleaseWhy, RequeueWhy, Transfer, TransferMode, UnroutableReason,
};
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

type Names = &'static [&'static str];

const ERRORS: &str = include_str!("../../../../../src/router/error.rs");

/// Every kind of input, and the forms and modes of those that have some.
pub(super) fn inputs() -> Vec<String> {
    let mut inputs = kinds_of_input();
    inputs.extend(each::<Transfer>("transfer"));
    inputs.extend(each::<TransferMode>("transfer"));
    inputs.extend(each::<AssignDirectly>("assign_directly"));
    inputs
}

/// What is no input is refused with all that are.
fn kinds_of_input() -> Vec<String> {
    let refusal = serde_json::from_str::<Input>(r#"{"?": null}"#).unwrap_err();
    let refusal = refusal.to_string();
    let (_, kinds) = refusal.split_once("expected one of ").unwrap();
    let kinds = kinds.split('`').skip(1).step_by(2);
    kinds.map(ToString::to_string).collect()
}

/// Every kind of output, and of those that say why or by whom, with each that they may say.
pub(super) fn outputs() -> Vec<String> {
    let whys = [
        each::<UnroutableReason>("unroutable"),
        each::<OfferedBy>("offered"),
        each::<OfferEnd>("offer_ended"),
        each::<AcceptedBy>("accepted"),
        each::<ReleaseWhy>("released"),
        each::<RequeueWhy>("requeued"),
        each::<PresenceWhy>("presence_set"),
        each::<CancelReason>("canceled"),
    ];
    let mut outputs = own::<Output>();
    outputs.extend(whys.concat());
    outputs
}

/// Every kind of refusal. The error has no written form: its variants are read from where it is declared.
pub(super) fn refusals() -> Vec<String> {
    let (_, declared) = ERRORS.split_once("pub enum RouterError {\n").unwrap();
    let (declared, _) = declared.split_once("\n}\n").unwrap();
    let lines = declared
        .lines()
        .filter_map(|line| line.strip_prefix("    "));
    let named = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
    let mut refusals: Vec<String> = named.map(first_word).collect();
    assert!(!refusals.is_empty());
    refusals.extend(each::<ItemState>("WrongState"));
    refusals
}

/// The name in front of what a variant holds.
pub(super) fn first_word(text: &str) -> String {
    let end = text.find(|other: char| !other.is_alphanumeric());
    text[..end.unwrap_or(text.len())].into()
}

fn own<T: DeserializeOwned>() -> Vec<String> {
    names::<T>().iter().map(ToString::to_string).collect()
}

fn each<T: DeserializeOwned>(of: &str) -> Vec<String> {
    let named = names::<T>().iter();
    named.map(|name| format!("{of} {name}")).collect()
}

/// The variants of an enum, or the fields of a struct.
fn names<T: DeserializeOwned>() -> Names {
    let mut names: Names = &[];
    assert!(T::deserialize(Question(&mut names)).is_err());
    assert!(!names.is_empty());
    names
}

/// Asks a type what it can be read from, and gives it nothing.
struct Question<'a>(&'a mut Names);

impl<'de> Deserializer<'de> for Question<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("neither an enum nor a struct"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: Names,
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = variants;
        Err(Error::custom("it was only a question"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: Names,
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("it was only a question"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}
