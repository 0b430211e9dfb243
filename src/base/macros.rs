//! Macros that write chainable setters.

/// Writes a chainable setter for each field named, so that a value reads as it is built.
macro_rules! setters {
    ($($(#[$doc:meta])* $field:ident: $type:ty $(=> $wrap:expr)?;)*) => {$(
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#structfield.", stringify!($field), ").")]
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = setters!(@wrap $field.into() $(, $wrap)?);
            self
        }
    )*};
    (@wrap $value:expr) => { $value };
    (@wrap $value:expr, $wrap:expr) => { $wrap($value) };
}

/// Writes a chainable setter for each number named: of the number's own type, so that a literal needs no suffix.
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
