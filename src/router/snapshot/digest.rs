//! The digest of a snapshot: a 64-bit hash that is the same on every platform.
//!
//! The hash covers the values that the snapshot serialises, each preceded by its kind. Lists and objects end with a marker,
//! so that two different snapshots never produce the same sequence of words.
//!
//! `derive(Hash)` is no alternative: the standard library does not promise the order or the form of what it hashes.

use alloc::string::{String, ToString};
use core::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Returns the digest of a value.
pub(crate) fn digest(value: &impl Serialize) -> u64 {
    let mut digest = Digest {
        state: 0x6861_6E64_6F76_6572,
    };
    let written = value.serialize(&mut digest);
    // INVARIANT: a snapshot has no floats, bytes or tuple structs, which are all that the digest rejects.
    debug_assert!(written.is_ok(), "{written:?}");
    digest.state
}

/// The hasher, as a serde serializer.
struct Digest {
    state: u64,
}

/// The kind of a serialised value. The numbers are part of the digest and never change.
#[derive(Clone, Copy)]
enum Kind {
    Boolean = 1,
    Unsigned,
    Signed,
    Text,
    Nothing,
    List,
    Object,
    End,
}

impl Digest {
    /// Mixes one word into the state.
    fn word(&mut self, word: u64) {
        let mixed = (self.state ^ word).wrapping_mul(MULTIPLIER);
        self.state = (mixed ^ (mixed >> 32)).rotate_left(23).wrapping_add(word);
    }

    fn value(&mut self, kind: Kind, word: u64) {
        self.word(kind as u64);
        self.word(word);
    }

    /// Mixes a text: its length, then its bytes in little-endian words, the last one padded with zeros.
    fn text(&mut self, text: &str) {
        self.value(Kind::Text, text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let word = chunk
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.word(word);
        }
    }
}

/// A value of a kind that no snapshot contains.
#[derive(Debug)]
struct Unsupported(String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unsupported {}

impl ser::Error for Unsupported {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Done = Result<(), Unsupported>;

/// Writes the methods that hash a boolean, or an integer as the widest one of its sign.
macro_rules! integers {
    ($($method:ident($type:ty) => $kind:ident;)*) => {$(
        fn $method(self, value: $type) -> Done {
            self.value(Kind::$kind, integers!(@$kind value));
            Ok(())
        }
    )*};
    (@Boolean $value:ident) => { $value.into() };
    (@Unsigned $value:ident) => { $value.into() };
    (@Signed $value:ident) => { i64::from($value).cast_unsigned() };
}

/// Writes the methods that reject a form which no snapshot contains.
macro_rules! unsupported {
    ($($method:ident($($type:ty),*) -> $output:ty;)*) => {$(
        fn $method(self $(, _: $type)*) -> Result<$output, Unsupported> {
            Err(ser::Error::custom(concat!(stringify!($method), ": not part of a snapshot")))
        }
    )*};
}

impl Serializer for &mut Digest {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    integers! {
        serialize_bool(bool) => Boolean;
        serialize_i8(i8) => Signed;
        serialize_i16(i16) => Signed;
        serialize_i32(i32) => Signed;
        serialize_i64(i64) => Signed;
        serialize_u8(u8) => Unsigned;
        serialize_u16(u16) => Unsigned;
        serialize_u32(u32) => Unsigned;
        serialize_u64(u64) => Unsigned;
    }

    unsupported! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
    }

    fn serialize_char(self, value: char) -> Done {
        self.value(Kind::Text, u32::from(value).into());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.value(Kind::Nothing, 0);
        Ok(())
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.text(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unsupported> {
        self.word(Kind::List as u64);
        Ok(self)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self, Unsupported> {
        self.serialize_seq(Some(len))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unsupported> {
        self.word(Kind::Object as u64);
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Self, Unsupported> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self, Unsupported> {
        self.text(variant);
        self.serialize_map(Some(len))
    }
}

/// Implements serde's compound serializers: each hashes its parts, then the end marker.
macro_rules! compounds {
    ($($trait:ident { $($method:ident($($name:ident: &'static str)?);)* })*) => {$(
        impl ser::$trait for &mut Digest {
            type Ok = ();
            type Error = Unsupported;

            $(fn $method<T: ?Sized + Serialize>(&mut self, $($name: &'static str,)? value: &T) -> Done {
                $(self.text($name);)?
                value.serialize(&mut **self)
            })*

            fn end(self) -> Done {
                self.word(Kind::End as u64);
                Ok(())
            }
        }
    )*};
}

compounds! {
    SerializeSeq { serialize_element(); }
    SerializeTuple { serialize_element(); }
    SerializeMap { serialize_key(); serialize_value(); }
    SerializeStruct { serialize_field(name: &'static str); }
    SerializeStructVariant { serialize_field(name: &'static str); }
}
