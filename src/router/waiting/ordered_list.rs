//! The order of the items in a class: each knows its neighbours in a tree.
//!
//! The tree is a treap: in order by place, a heap by a number that is made of the arrival and has nothing to do with the
//! place, so that it is as deep as the logarithm of its size, whatever comes and goes. What is put last, or taken first, as
//! most items are, touches a few neighbours only; and an item that waits needs no memory beside its own.

use crate::router::handles::ItemHandle;
use crate::router::store::items::Items;

/// The neighbours of an item in the tree of its class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    above: Option<ItemHandle>,
    /// The tree of those that come before it.
    before: Option<ItemHandle>,
    /// The tree of those that come after it.
    after: Option<ItemHandle>,
}

/// Items in order: one at least.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderedList {
    root: ItemHandle,
    first: ItemHandle,
    last: ItemHandle,
}

/// On which side of another an item hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
        }
    }
}

impl Links {
    fn on(&self, side: Side) -> Option<ItemHandle> {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }

    fn set(&mut self, side: Side, item: Option<ItemHandle>) {
        match side {
            Side::Before => self.before = item,
            Side::After => self.after = item,
        }
    }
}

impl OrderedList {
    /// One item.
    pub(crate) fn of(item: ItemHandle) -> Self {
        Self {
            root: item,
            first: item,
            last: item,
        }
    }

    pub(crate) fn first(&self) -> ItemHandle {
        self.first
    }

    /// Puts an item where it belongs, given whether it comes before another.
    pub(crate) fn insert(
        &mut self,
        items: &mut Items,
        item: ItemHandle,
        comes_before: impl Fn(&Items, ItemHandle) -> bool,
    ) {
        if !comes_before(items, self.last) {
            hang(items, item, self.last, Side::After);
            self.last = item;
        } else if comes_before(items, self.first) {
            hang(items, item, self.first, Side::Before);
            self.first = item;
        } else {
            let (above, side) = self.place(items, comes_before);
            hang(items, item, above, side);
        }
        while let Some(above) = links(items, item).above
            && weight(items, item) > weight(items, above)
        {
            self.raise(items, item);
        }
    }

    /// Below which item another belongs, and on which side.
    fn place(
        &self,
        items: &Items,
        comes_before: impl Fn(&Items, ItemHandle) -> bool,
    ) -> (ItemHandle, Side) {
        let mut above = self.root;
        loop {
            let side = if comes_before(items, above) {
                Side::Before
            } else {
                Side::After
            };
            match links(items, above).on(side) {
                Some(next) => above = next,
                None => return (above, side),
            }
        }
    }

    /// Takes an item out, unless it is the only one; says whether it was not.
    pub(crate) fn remove(&mut self, items: &mut Items, item: ItemHandle) -> bool {
        if self.first == self.last {
            return false;
        }
        if self.first == item {
            self.first = neighbour(items, item, Side::After).unwrap_or(item);
        }
        if self.last == item {
            self.last = neighbour(items, item, Side::Before).unwrap_or(item);
        }
        while let Links {
            before: Some(before),
            after: Some(after),
            ..
        } = links(items, item)
        {
            let heavier = if weight(items, before) > weight(items, after) {
                before
            } else {
                after
            };
            self.raise(items, heavier);
        }
        let own = links(items, item);
        let below = own.before.or(own.after);
        self.replace(items, own.above, item, below);
        if let Some(work) = items.get_mut(item) {
            work.wait.links = Links::default();
        }
        true
    }

    /// Lets an item and the one above it change places; the order stays as it is.
    fn raise(&mut self, items: &mut Items, item: ItemHandle) {
        let Some(above) = links(items, item).above else {
            return;
        };
        let side = if links(items, above).before == Some(item) {
            Side::Before
        } else {
            Side::After
        };
        let between = links(items, item).on(side.other());
        let top = links(items, above).above;
        self.replace(items, top, above, Some(item));
        change(items, item, |links| links.set(side.other(), Some(above)));
        change(items, above, |links| {
            links.above = Some(item);
            links.set(side, between);
        });
        if let Some(between) = between {
            change(items, between, |links| links.above = Some(above));
        }
    }

    /// Puts another item, or none, below one in the place of one that hung there.
    fn replace(
        &mut self,
        items: &mut Items,
        above: Option<ItemHandle>,
        item: ItemHandle,
        by: Option<ItemHandle>,
    ) {
        match above {
            None => self.root = by.unwrap_or(self.root),
            Some(above) => change(items, above, |links| {
                let side = if links.before == Some(item) {
                    Side::Before
                } else {
                    Side::After
                };
                links.set(side, by);
            }),
        }
        if let Some(by) = by {
            change(items, by, |links| links.above = above);
        }
    }

    /// The items in order.
    pub(crate) fn iter<'a>(&self, items: &'a Items) -> impl Iterator<Item = ItemHandle> + use<'a> {
        core::iter::successors(Some(self.first), |item| {
            neighbour(items, *item, Side::After)
        })
    }
}

fn links(items: &Items, item: ItemHandle) -> Links {
    items
        .get(item)
        .map_or_else(Links::default, |work| work.wait.links)
}

fn change(items: &mut Items, item: ItemHandle, change: impl FnOnce(&mut Links)) {
    if let Some(work) = items.get_mut(item) {
        change(&mut work.wait.links);
    }
}

fn hang(items: &mut Items, item: ItemHandle, above: ItemHandle, side: Side) {
    change(items, above, |links| links.set(side, Some(item)));
    change(items, item, |links| links.above = Some(above));
}

/// How high an item stands in the tree, the greater the higher.
fn weight(items: &Items, item: ItemHandle) -> u64 {
    let arrival = items.get(item).map_or(0, |work| work.arrival);
    let mixed = arrival.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// The item next to one on a side.
fn neighbour(items: &Items, item: ItemHandle, side: Side) -> Option<ItemHandle> {
    if let Some(mut near) = links(items, item).on(side) {
        while let Some(nearer) = links(items, near).on(side.other()) {
            near = nearer;
        }
        return Some(near);
    }
    let mut at = item;
    let mut above = links(items, item).above;
    while let Some(next) = above
        && links(items, next).on(side) == Some(at)
    {
        at = next;
        above = links(items, next).above;
    }
    above
}
