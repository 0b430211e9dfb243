//! Data structures and serialization helpers. They do not depend on the domain, except for the handle types.
//!
//! All handle types are defined in `table`, since one macro writes them and several layers use most of them.
//!
//! | module | holds |
//! |---|---|
//! | `table` | the handles of all entities, and the tables and lists that they index |
//! | `id_table` | interned ids with dense handles |
//! | `map` | a map in insertion order, part of the public API |
//! | `slab` | values in stable slots, such as work items |
//! | `hash_index` | values by the hash of a key that they contain |
//! | `ordered_tree` | an ordered set that answers ranks, for positions in a queue |
//! | `hash` | the hasher of all tables |
//! | `strict` | deserialization with paths in errors and one form for each value |
//! | `macros` | macros for setters |

#[macro_use]
pub(crate) mod macros;
#[macro_use]
pub(crate) mod strict;
pub(crate) mod hash;
pub(crate) mod hash_index;
pub(crate) mod id_table;
pub(crate) mod map;
pub(crate) mod ordered_tree;
pub(crate) mod slab;
pub(crate) mod table;
