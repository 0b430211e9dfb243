//! Where an agent stands in the indexes of its groups on one channel.

use alloc::vec::Vec;

use crate::base::table::{SlotHandle, Span, Table};
use crate::roster::index::bitmap::Slot;

/// So many seats are kept in the cell itself; most agents are members of no more groups.
const AT_HAND: usize = 3;

/// The seats of a cell: in the cell itself, or, where there are too many, in a table of such seats. Then each of these stands
/// for all of them, and the first is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slots([Slot; AT_HAND]);

impl Slots {
    /// Keeps some seats at hand, or puts them behind those that are in the table.
    pub(crate) fn new(own: &[Slot], beyond: &mut Vec<Slot>) -> Self {
        let mut slots = [Slot::NOWHERE; AT_HAND];
        if let Some(inline) = slots.get_mut(..own.len()) {
            inline.copy_from_slice(own);
        } else {
            let first = beyond.len();
            beyond.extend_from_slice(own);
            slots = [Slot::beyond(Span::new(first..beyond.len())); AT_HAND];
        }
        Self(slots)
    }

    /// Returns the seats, given the table of those that are not at hand.
    #[inline]
    pub(crate) fn get<'a>(&'a self, beyond: &'a Table<SlotHandle, Slot>) -> &'a [Slot] {
        let [first, ..] = &self.0;
        if let Some(span) = first.span_beyond() {
            return beyond.span(span);
        }
        let count = self.0.iter().take_while(|seat| !seat.is_nowhere()).count();
        self.0.get(..count).unwrap_or_default()
    }
}
