//! The index of the roster: bitmaps that answer which agents can take an item.

pub(crate) mod bitmap;
pub(crate) mod bits;
pub(crate) mod group_layout;
pub(crate) mod layout;
pub(crate) mod level;
pub(crate) mod recency;
pub(crate) mod row_mask;
pub(crate) mod scope;
pub(crate) mod slots;
