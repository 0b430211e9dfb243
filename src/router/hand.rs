//! What an agent has in hand.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::router::items::ItemHandle;

/// So many items are kept at hand, in half a cache line; most agents never have more.
const FEW: usize = 6;

/// The items that an agent has accepted or wraps up, and those that are offered to it, in no order.
#[derive(Clone, Debug, Default)]
pub(super) struct Hand {
    few: [Option<ItemHandle>; FEW],
    #[expect(
        clippy::box_collection,
        reason = "a vector itself is three times as large"
    )]
    more: Option<Box<Vec<ItemHandle>>>,
}

impl Hand {
    pub(super) fn put(&mut self, item: ItemHandle) {
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(item),
            None => self.more.get_or_insert_default().push(item),
        }
    }

    pub(super) fn take(&mut self, item: ItemHandle) {
        let more = self.more.as_deref_mut();
        if let Some(place) = self.few.iter_mut().find(|place| **place == Some(item)) {
            *place = more.and_then(Vec::pop);
        } else if let Some(more) = more
            && let Some(place) = more.iter().position(|held| *held == item)
        {
            more.swap_remove(place);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = ItemHandle> {
        let more = self.more.as_deref().into_iter().flatten();
        self.few.iter().flatten().chain(more).copied()
    }
}
