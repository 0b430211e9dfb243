//! Data structures and conversions that know nothing of routing.

#[macro_use]
pub(crate) mod macros;
pub(crate) mod hash;
pub(crate) mod hash_index;
pub(crate) mod hint;
pub(crate) mod id_table;
pub(crate) mod ordered_tree;
pub(crate) mod slab;
pub(crate) mod table;
