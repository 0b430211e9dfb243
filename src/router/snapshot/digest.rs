//! The digest of a snapshot: a 64-bit hash that is the same on every platform.
//!
//! The digest is a serde serializer. It hashes the values that the snapshot serialises, each preceded by its kind, as 64-bit
//! words. The row `{"on": true, "channels": []}` becomes:
//!
//! ```text
//! Object  Text 2 "on"  Boolean 1  Text 8 "channels"  List End  End
//! ```
//!
//! Every value begins with its kind, and lists and objects end with a marker. Two different snapshots therefore never produce
//! the same words.

use serde::de::value::Error;
use serde::ser::{self, Impossible, Serialize, Serializer};

/// An odd number with irregular bits: 2⁶⁴ divided by the golden ratio.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// The state before the first word: the bytes of `handover`.
const INITIAL_STATE: u64 = 0x6861_6E64_6F76_6572;

/// Returns the digest of a value.
pub(crate) fn digest(value: &impl Serialize) -> u64 {
    let mut digest = Digest {
        state: INITIAL_STATE,
    };
    let written = value.serialize(&mut digest);
    // INVARIANT: a snapshot contains only the forms that the digest hashes.
    debug_assert!(written.is_ok(), "{written:?}");
    digest.state
}

/// The hasher.
///
/// `derive(Hash)` with a hasher of our own is no alternative: the standard library does not promise the order or the form of
/// what it hashes, and stored digests must stay comparable.
struct Digest {
    state: u64,
}

/// The kind of a serialised value.
// The numbers are hashed. To change one would invalidate all stored digests.
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
        // The low bits of a product depend on the low bits of its factors only. The high half is therefore folded into them.
        self.state = (mixed ^ (mixed >> 32)).rotate_left(23).wrapping_add(word);
    }

    /// Mixes a value of one word, after its kind.
    fn value(&mut self, kind: Kind, word: u64) {
        self.word(kind as u64);
        self.word(word);
    }

    /// Mixes a text: its length, then its bytes in little-endian words, the last one padded with zeros.
    fn text(&mut self, text: &str) {
        // With the length, a text differs from the same text with zeros appended, which has the same padded words.
        self.value(Kind::Text, text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let bytes = chunk.iter().rev();
            self.word(bytes.fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }
}

/// The result of hashing a value. The error is one of `unsupported!`.
type Done = Result<(), Error>;

/// Defines the methods that hash a value of one word.
macro_rules! one_word_values {
    ($($method:ident($value:ident: $type:ty) => $kind:ident, $word:expr;)*) => {$(
        fn $method(self, $value: $type) -> Done {
            self.value(Kind::$kind, $word);
            Ok(())
        }
    )*};
}

/// Defines the methods that reject a form which no snapshot contains.
macro_rules! unsupported {
    ($($method:ident($($type:ty),*) -> $output:ty;)*) => {$(
        fn $method(self $(, _: $type)*) -> Result<$output, Error> {
            Err(ser::Error::custom(concat!(stringify!($method), ": not part of a snapshot")))
        }
    )*};
}

impl Serializer for &mut Digest {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    // Integers of one sign have the same hash in every width, so that a field may get a wider type.
    one_word_values! {
        serialize_bool(value: bool) => Boolean, value.into();
        serialize_u8(value: u8) => Unsigned, value.into();
        serialize_u16(value: u16) => Unsigned, value.into();
        serialize_u32(value: u32) => Unsigned, value.into();
        serialize_u64(value: u64) => Unsigned, value;
        serialize_i8(value: i8) => Signed, i64::from(value).cast_unsigned();
        serialize_i16(value: i16) => Signed, i64::from(value).cast_unsigned();
        serialize_i32(value: i32) => Signed, i64::from(value).cast_unsigned();
        serialize_i64(value: i64) => Signed, value.cast_unsigned();
    }

    unsupported! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit(self) -> Done {
        self.value(Kind::Nothing, 0);
        Ok(())
    }

    // An `Option` or a newtype hashes as the value in it, as in JSON.
    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    // A variant hashes as its name, and not as its number: variants may be added in between.
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
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

    // The length of a list is not hashed, as it need not be known in advance. The end marker takes its place.
    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Error> {
        self.word(Kind::List as u64);
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Error> {
        self.word(Kind::Object as u64);
        Ok(self)
    }

    // A struct has the hash of a map with the same entries in the same order, as in JSON.
    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Self, Error> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self, Error> {
        self.text(variant);
        self.serialize_map(Some(len))
    }
}

/// Implements serde's compound serializers: each hashes its parts, then the end marker.
macro_rules! compounds {
    ($($trait:ident { $($method:ident($($name:ident: &'static str)?);)* })*) => {$(
        impl ser::$trait for &mut Digest {
            type Ok = ();
            type Error = Error;

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
    SerializeMap { serialize_key(); serialize_value(); }
    SerializeStruct { serialize_field(name: &'static str); }
    SerializeStructVariant { serialize_field(name: &'static str); }
}
