//! One number for all that a router knows: the same on every platform.
//!
//! It is worked out over the values of the snapshot, each with its kind in front, so that no two different snapshots are
//! the same row of values.

use alloc::string::{String, ToString};
use core::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Works out the digest of a value.
pub(crate) fn digest(value: &impl Serialize) -> u64 {
    let mut digest = Digest {
        state: 0x6861_6E64_6F76_6572,
    };
    let written = value.serialize(&mut digest);
    debug_assert!(written.is_ok(), "{written:?}");
    digest.state
}

struct Digest {
    state: u64,
}

/// A kind of value.
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
    fn word(&mut self, word: u64) {
        let mixed = (self.state ^ word).wrapping_mul(MULTIPLIER);
        self.state = (mixed ^ (mixed >> 32)).rotate_left(23).wrapping_add(word);
    }

    fn value(&mut self, kind: Kind, word: u64) {
        self.word(kind as u64);
        self.word(word);
    }

    fn text(&mut self, text: &str) {
        self.word(Kind::Text as u64);
        self.word(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let word = chunk
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.word(word);
        }
    }
}

/// A value of a kind that no snapshot has.
#[derive(Debug)]
struct Unknown(String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unknown {}

impl ser::Error for Unknown {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl Serializer for &mut Digest {
    type Ok = ();
    type Error = Unknown;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unknown>;
    type SerializeTupleVariant = Impossible<(), Unknown>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, value: bool) -> Result<(), Unknown> {
        self.value(Kind::Boolean, value.into());
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Unknown> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Unknown> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Unknown> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Unknown> {
        self.value(Kind::Signed, value.cast_unsigned());
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Unknown> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Unknown> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unknown> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Unknown> {
        self.value(Kind::Unsigned, value);
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Unknown> {
        Err(ser::Error::custom("a snapshot has no fractions"))
    }

    fn serialize_f64(self, _: f64) -> Result<(), Unknown> {
        Err(ser::Error::custom("a snapshot has no fractions"))
    }

    fn serialize_char(self, value: char) -> Result<(), Unknown> {
        self.value(Kind::Text, u32::from(value).into());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unknown> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unknown> {
        Err(ser::Error::custom("a snapshot has no bytes"))
    }

    fn serialize_none(self) -> Result<(), Unknown> {
        self.value(Kind::Nothing, 0);
        Ok(())
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Unknown> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unknown> {
        self.value(Kind::Nothing, 0);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unknown> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unknown> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        self.text(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unknown> {
        self.word(Kind::List as u64);
        Ok(self)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self, Unknown> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Unknown>, Unknown> {
        Err(ser::Error::custom("a snapshot has no rows without names"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Unknown>, Unknown> {
        Err(ser::Error::custom("a snapshot has no rows without names"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unknown> {
        self.word(Kind::Object as u64);
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unknown> {
        self.word(Kind::Object as u64);
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unknown> {
        self.text(variant);
        self.word(Kind::Object as u64);
        Ok(self)
    }
}

macro_rules! lists {
    ($($trait:ident)*) => {$(
        impl ser::$trait for &mut Digest {
            type Ok = ();
            type Error = Unknown;

            fn serialize_element<T: ?Sized + Serialize>(
                &mut self,
                value: &T,
            ) -> Result<(), Unknown> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Unknown> {
                self.word(Kind::End as u64);
                Ok(())
            }
        }
    )*};
}

lists!(SerializeSeq SerializeTuple);

impl ser::SerializeMap for &mut Digest {
    type Ok = ();
    type Error = Unknown;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), Unknown> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unknown> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unknown> {
        self.word(Kind::End as u64);
        Ok(())
    }
}

macro_rules! objects {
    ($($trait:ident)*) => {$(
        impl ser::$trait for &mut Digest {
            type Ok = ();
            type Error = Unknown;

            fn serialize_field<T: ?Sized + Serialize>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Unknown> {
                self.text(name);
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Unknown> {
                self.word(Kind::End as u64);
                Ok(())
            }
        }
    )*};
}

objects!(SerializeStruct SerializeStructVariant);
