//! Handles of the router: positions in its slabs.

use crate::base::slab::slab_handle;

slab_handle! {
    /// An item that a router has.
    ItemHandle
}

slab_handle! {
    /// A class of waiting items.
    ClassHandle
}
