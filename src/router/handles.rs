//! Handles of the router: positions in its slabs.

use crate::base::slab::place_handle;

place_handle! {
    /// An item that a router has.
    ItemHandle
}

place_handle! {
    /// A class of waiting items.
    ClassHandle
}
