//! Data structures and serialization helpers that are independent of the domain.

#[macro_use]
pub(crate) mod macros;
#[macro_use]
pub(crate) mod strict;
pub(crate) mod hash;
pub(crate) mod hash_index;
pub(crate) mod hint;
pub(crate) mod id_table;
pub(crate) mod map;
pub(crate) mod ordered_tree;
pub(crate) mod slab;
pub(crate) mod table;
