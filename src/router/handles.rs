//! Handles of the router: positions in its slabs.

use crate::base::slab::place_handle;

place_handle! {
    /// The slot of a work item in [`Items`](crate::router::store::items::Items).
    ///
    /// A slot is reused after its item is gone. Where a handle may outlive its item, it is stored with the item's arrival number.
    ItemHandle
}

place_handle! {
    /// The slot of a class of interchangeable waiting items in the [`WaitingIndex`](crate::router::waiting::WaitingIndex).
    ClassHandle
}
