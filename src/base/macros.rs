//! Macros that define chainable setters, and implementations of `Display`.
//!
//! ```text
//! setters! { name: String => Some; }             pub fn name(self, name: impl Into<String>) -> Self
//! number_setters! { order: i64; }                pub fn order(self, order: i64) -> Self
//! ```
//!
//! `=> Some` wraps the value before it is stored. The doc comment of a setter links to its field.

/// Defines a chainable setter for each field. The argument is anything that converts into the field's type.
macro_rules! setters {
    ($($field:ident: $type:ty $(=> $wrap:expr)?;)*) => {$(
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = setters!(@wrap $field.into() $(, $wrap)?);
            self
        }
    )*};
    (@wrap $value:expr) => { $value };
    (@wrap $value:expr, $wrap:expr) => { $wrap($value) };
}

/// Defines a chainable setter for each number. The argument has the number's own type, so that literals need no suffix.
macro_rules! number_setters {
    ($($field:ident: $type:ty $(=> $wrap:expr)?;)*) => {$(
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: $type) -> Self {
            self.$field = setters!(@wrap $field $(, $wrap)?);
            self
        }
    )*};
}

/// Implements `Display` for a value that has a name. A format string can set a width, for tables.
macro_rules! display_name {
    ($type:ty, |$value:ident| $name:expr) => {
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let $value = self;
                // `pad` applies the width, unlike `write_str`.
                f.pad($name)
            }
        }
    };
}
