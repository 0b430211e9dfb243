//! The names of variants and fields, read from the types themselves, so that new ones are included.

use handover::{
    AcceptedBy, AssignDirectly, CancelReason, Input, ItemState, OfferEnd, OfferedBy, Output,
    PresenceChangeReason, ReleaseReason, RequeueReason, Transfer, TransferMode, UnroutableReason,
};
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

type VariantNames = &'static [&'static str];

const ERRORS: &str = include_str!("../../../../../src/router/error.rs");

/// Returns every kind of input, with its forms and modes.
pub(super) fn inputs() -> Vec<String> {
    let mut inputs = kinds_of_input();
    inputs.extend(prefixed::<Transfer>("transfer"));
    inputs.extend(prefixed::<TransferMode>("transfer"));
    inputs.extend(prefixed::<AssignDirectly>("assign_directly"));
    inputs.extend(["complete", "close", "release"].map(|name| format!("{name} by")));
    inputs
}

/// Reads the kinds from the error of an unknown input.
fn kinds_of_input() -> Vec<String> {
    let refusal = serde_json::from_str::<Input>(r#"{"?": null}"#).unwrap_err();
    let refusal = refusal.to_string();
    let (_, kinds) = refusal.split_once("expected one of ").unwrap();
    let kinds = kinds.split('`').skip(1).step_by(2);
    kinds.map(ToString::to_string).collect()
}

/// Returns every kind of output, with every reason.
pub(super) fn outputs() -> Vec<String> {
    let reasons = [
        prefixed::<UnroutableReason>("unroutable"),
        prefixed::<OfferedBy>("offered"),
        prefixed::<OfferEnd>("offer_ended"),
        prefixed::<AcceptedBy>("accepted"),
        prefixed::<ReleaseReason>("released"),
        prefixed::<RequeueReason>("requeued"),
        prefixed::<PresenceChangeReason>("presence_set"),
        prefixed::<CancelReason>("canceled"),
    ];
    let mut outputs = plain::<Output>();
    outputs.extend(reasons.concat());
    outputs
}

/// Returns every variant of the router's error that inputs can reach, and the states that a wrong state can name.
pub(super) fn errors() -> Vec<String> {
    let mut errors = error_variants();
    // Only a custom rule that panics poisons a router.
    errors.retain(|error| error != "Poisoned");
    errors.extend(prefixed::<ItemState>("WrongState"));
    errors
}

/// Returns every variant of the router's error. The type has no serialized form, so the variants are read from its source.
pub(super) fn error_variants() -> Vec<String> {
    let (_, declared) = ERRORS.split_once("pub enum RouterError {\n").unwrap();
    let (declared, _) = declared.split_once("\n}\n").unwrap();
    let lines = declared
        .lines()
        .filter_map(|line| line.strip_prefix("    "));
    let named = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
    let errors: Vec<String> = named.map(first_word).collect();
    assert!(!errors.is_empty());
    errors
}

/// Returns the snake case of the name of a variant.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Returns the name of a variant.
pub(super) fn first_word(text: &str) -> String {
    let end = text.find(|other: char| !other.is_alphanumeric());
    text[..end.unwrap_or(text.len())].into()
}

/// Returns every reason why an item is unroutable.
pub(super) fn reasons_of_unroutable() -> &'static [&'static str] {
    names::<UnroutableReason>()
}

fn plain<T: DeserializeOwned>() -> Vec<String> {
    names::<T>().iter().map(ToString::to_string).collect()
}

fn prefixed<T: DeserializeOwned>(of: &str) -> Vec<String> {
    let named = names::<T>().iter();
    named.map(|name| format!("{of} {name}")).collect()
}

/// Returns the variants of an enum, or the fields of a struct.
fn names<T: DeserializeOwned>() -> VariantNames {
    let mut names: VariantNames = &[];
    assert!(T::deserialize(NameReader(&mut names)).is_err());
    assert!(!names.is_empty());
    names
}

/// A deserializer that records the names that a type asks for, and fails.
struct NameReader<'a>(&'a mut VariantNames);

impl<'de> Deserializer<'de> for NameReader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("neither an enum nor a struct"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: VariantNames,
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = variants;
        Err(Error::custom("only the names are read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: VariantNames,
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("only the names are read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}
