//! Where an agent stands in the indexes of its groups on one channel.

use crate::base::table::Handle;
use crate::base::table::Member;
use crate::roster::index::bitmap::BitPosition;
use crate::roster::index::bitmap::GroupIndex;
use crate::roster::index::bitmap::GroupIndexKind;
use alloc::vec::Vec;

use crate::base::table::{SlotHandle, Span, Table};

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

/// Where an agent stands in an index: or nowhere, or for a run of seats in the table of those that cells do not hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// The position of the block, or the number of the line; or where the run begins.
    at: u32,
    /// The bit in the block, or the member of the line behind all bits; behind both, how long the run is.
    which: u32,
}

/// Where an agent stands, in so many words.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SlotKind {
    BitPosition(BitPosition),
    Recency { line: usize, member: Member },
}

impl Slot {
    /// No seat.
    pub(crate) const NOWHERE: Self = Self {
        at: 0,
        which: u32::MAX,
    };
    /// Behind all bits and all members of lines.
    const BEYOND: u32 = 1 << 31;

    /// Stands for a run of seats in the table of those that cells do not hold.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the table is addressed with 32 bits"
    )]
    pub(crate) fn beyond(slots: Span<SlotHandle>) -> Self {
        let slots = slots.range();
        Self {
            at: slots.start as u32,
            which: Self::BEYOND + slots.len() as u32,
        }
    }

    /// The run of seats that it stands for, if it does.
    #[inline]
    pub(crate) fn span_beyond(self) -> Option<Span<SlotHandle>> {
        let count = self.which.checked_sub(Self::BEYOND)?;
        let start = self.at as usize;
        (!self.is_nowhere()).then(|| Span::new(start..start + count as usize))
    }

    #[inline]
    pub(crate) fn is_nowhere(self) -> bool {
        self.which == u32::MAX
    }

    /// The seat of a member of a shape.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index is addressed with 32 bits"
    )]
    pub(crate) fn new(shape: &GroupIndex, member: Member) -> Self {
        match shape.kind {
            GroupIndexKind::Bitmap { base } => {
                let BitPosition { block, bit } = BitPosition::new(shape, base, member);
                Self {
                    at: block,
                    which: bit,
                }
            }
            GroupIndexKind::Recency { line } => Self {
                at: line,
                which: u64::BITS + member.index() as u32,
            },
        }
    }

    #[inline]
    pub(crate) fn kind(self) -> SlotKind {
        match self.which.checked_sub(u64::BITS) {
            None => SlotKind::BitPosition(BitPosition {
                block: self.at,
                bit: self.which,
            }),
            Some(member) => SlotKind::Recency {
                line: self.at as usize,
                member: Member::from_index(member as usize),
            },
        }
    }
}
