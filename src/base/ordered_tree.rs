//! An order-statistic treap: an ordered set that also answers ranks, with its links in the caller's rows.
//!
//! A treap (tree and heap) is a binary search tree in the order of the set, and a heap by a pseudorandom weight of each
//! node. The weights alone decide its shape: whatever is inserted and removed, in whatever order, its expected depth is
//! O(log n), and nothing has to be rebalanced. Each node also stores the size of its subtree. The sizes beside a path
//! from the root sum up to the number of nodes before its end (rank), and lead to the node of a rank (select).
//!
//! The tree is intrusive: [`Links`] are a field of the rows that it orders, and a row costs no allocation. The tree itself
//! is the handle of its root. It reads and writes the links through [`Nodes`], and nothing else in the rows.
//!
//! ```text
//!            d 7          order:  a < b < c < d < e < f < g
//!          /     \        weight: falls along each path from the root
//!        b 3     f 3      size:   7 at the root; d is at rank 3, since the subtree before it has 3 nodes
//!       /  \    /  \
//!     a 1  c 1 e 1  g 1
//! ```
//!
//! *Insertion* descends to the first node that is lighter than the new one, and splits the subtree below into the nodes
//! before and after it, which become its children. *Removal* merges the two subtrees of the node, which replace it.
//!
//! Every operation is a loop, not a recursion: an unlucky shape costs time, but no stack.
//!
//! A `BTreeSet` with the key of each row would take more memory per row, and finds no rank in less than O(n).

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::base::table::Handle;

/// The rows that a tree orders. `H` is the handle of a row.
pub(crate) trait Nodes<H> {
    /// Returns the links of a row.
    fn links(&self, node: H) -> &Links<H>;

    /// Returns the links of a row, for a change.
    fn links_mut(&mut self, node: H) -> &mut Links<H>;

    /// Returns `true` if a row comes before another one. The order is total, and does not change while a row is in a tree.
    fn is_before(&self, node: H, other: H) -> bool;
}

/// The links of a row in its tree: its children, and the number of rows in its subtree, itself included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Links<H> {
    left: Option<H>,
    right: Option<H>,
    /// At least 1 for a row in a tree.
    size: u32,
}

impl<H> Default for Links<H> {
    fn default() -> Self {
        Self {
            left: None,
            right: None,
            size: 0,
        }
    }
}

/// A side of a node.
#[derive(Clone, Copy, Debug)]
enum Side {
    Left,
    Right,
}

/// The edge above a subtree: the parent and the side, or `None` above the root.
type Edge<H> = Option<(H, Side)>;

/// A treap with the handle of its root.
///
/// Every operation takes O(log n) expected time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderedTree<H> {
    root: Option<H>,
}

impl<H: Handle + Eq> OrderedTree<H> {
    /// Makes an empty tree.
    pub(crate) fn new() -> Self {
        Self { root: None }
    }

    /// Inserts a row that is in no tree.
    pub(crate) fn insert(&mut self, nodes: &mut impl Nodes<H>, node: H) {
        // The new node goes above the first node on its search path that is lighter.
        let is_lighter = |at| weight(at) < weight(node);
        let (edge, below) = self.descend(nodes, node, is_lighter, |size| *size += 1);
        self.set_child(nodes, edge, Some(node));
        self.split(nodes, below, node);
    }

    /// Descends the search path of a node to the first node at which `stops` holds, and resizes the subtrees above.
    ///
    /// Returns that node and the edge above it. At the end of the path there is no node.
    fn descend(
        &self,
        nodes: &mut impl Nodes<H>,
        node: H,
        stops: impl Fn(H) -> bool,
        resize: impl Fn(&mut u32),
    ) -> (Edge<H>, Option<H>) {
        let (mut edge, mut next) = (None, self.root);
        while let Some(at) = next
            && !stops(at)
        {
            let is_before = nodes.is_before(node, at);
            let links = nodes.links_mut(at);
            resize(&mut links.size);
            (next, edge) = if is_before {
                (links.left, Some((at, Side::Left)))
            } else {
                (links.right, Some((at, Side::Right)))
            };
        }
        (edge, next)
    }

    /// Splits a subtree around a node: the rows before it become its left subtree, the others its right subtree.
    fn split(&mut self, nodes: &mut impl Nodes<H>, mut below: Option<H>, node: H) {
        // Counted first, so that each size is known on the way down. Expected O(1): few nodes are lighter than a new one.
        let mut smaller = rank_in(nodes, below, |at| nodes.is_before(at, node));
        let mut larger = size(nodes, below) - smaller;
        // Clear the links to former children as well, which a removed row keeps.
        *nodes.links_mut(node) = Links {
            size: smaller + larger + 1,
            ..Links::default()
        };
        let mut left_edge = Some((node, Side::Left));
        let mut right_edge = Some((node, Side::Right));
        // `left_edge` is where the next smaller row goes: below the last one, on its right side. `right_edge` mirrors it.
        while let Some(at) = below {
            let is_smaller = nodes.is_before(at, node);
            let Links { left, right, .. } = *nodes.links(at);
            if is_smaller {
                self.set_child(nodes, left_edge, below);
                nodes.links_mut(at).size = smaller;
                smaller -= size(nodes, left) + 1;
                (below, left_edge) = (right, Some((at, Side::Right)));
            } else {
                self.set_child(nodes, right_edge, below);
                nodes.links_mut(at).size = larger;
                larger -= size(nodes, right) + 1;
                (below, right_edge) = (left, Some((at, Side::Left)));
            }
        }
        // The last row on each side loses the child that it had on the inner side.
        self.set_child(nodes, left_edge, None);
        self.set_child(nodes, right_edge, None);
    }

    /// Removes a row that is in the tree.
    pub(crate) fn remove(&mut self, nodes: &mut impl Nodes<H>, node: H) {
        let (mut edge, _) = self.descend(nodes, node, |at| at == node, |size| *size -= 1);
        // Merges both subtrees of the node into one, which replaces the node below `edge`.
        let Links {
            mut left,
            mut right,
            ..
        } = *nodes.links(node);
        while let (Some(left_root), Some(right_root)) = (left, right) {
            let both = size(nodes, left) + size(nodes, right);
            // The heavier root goes up; its subtree on the inner side is merged with the other tree.
            if weight(left_root) >= weight(right_root) {
                self.set_child(nodes, edge, left);
                let links = nodes.links_mut(left_root);
                links.size = both;
                (left, edge) = (links.right, Some((left_root, Side::Right)));
            } else {
                self.set_child(nodes, edge, right);
                let links = nodes.links_mut(right_root);
                links.size = both;
                (right, edge) = (links.left, Some((right_root, Side::Left)));
            }
        }
        // One of the trees is used up: the rest of the other one stays as it is.
        self.set_child(nodes, edge, left.or(right));
    }

    /// Sets the child below an edge.
    fn set_child(&mut self, nodes: &mut impl Nodes<H>, edge: Edge<H>, child: Option<H>) {
        match edge {
            None => self.root = child,
            Some((parent, Side::Left)) => nodes.links_mut(parent).left = child,
            Some((parent, Side::Right)) => nodes.links_mut(parent).right = child,
        }
    }

    /// Returns the number of nodes for which `is_before` returns `true`: those before some point of the order, which need
    /// not be a node of the tree.
    pub(crate) fn rank(&self, nodes: &impl Nodes<H>, is_before: impl Fn(H) -> bool) -> u32 {
        rank_in(nodes, self.root, is_before)
    }

    /// Returns the node with `rank` nodes before it, if there is one.
    pub(crate) fn select(&self, nodes: &impl Nodes<H>, mut rank: u32) -> Option<H> {
        let mut next = self.root;
        while let Some(at) = next {
            let Links { left, right, .. } = *nodes.links(at);
            let before = size(nodes, left);
            match rank.cmp(&before) {
                Ordering::Equal => break,
                Ordering::Less => next = left,
                Ordering::Greater => {
                    // Skips the left subtree and the node itself.
                    rank -= before + 1;
                    next = right;
                }
            }
        }
        next
    }

    /// Iterates over the nodes in order, in O(log n) per node and without an allocation.
    pub(crate) fn iter<N: Nodes<H>>(self, nodes: &N) -> impl Iterator<Item = H> + use<'_, H, N> {
        (0..).map_while(move |rank| self.select(nodes, rank))
    }

    /// Returns whether order, heap and sizes hold at every node. Takes O(n).
    pub(crate) fn is_consistent(&self, nodes: &impl Nodes<H>) -> bool {
        let mut stack = Vec::from_iter(self.root);
        while let Some(at) = stack.pop() {
            let Links { left, right, size } = *nodes.links(at);
            let children = left.into_iter().chain(right);
            let is_heap = children.clone().all(|child| weight(child) <= weight(at));
            let sizes: u32 = children.clone().map(|child| nodes.links(child).size).sum();
            if !is_heap || size != sizes + 1 {
                return false;
            }
            stack.extend(children);
        }
        // The order is transitive, so it is enough to compare neighbours.
        let following = self.iter(nodes).skip(1);
        let mut neighbours = self.iter(nodes).zip(following);
        neighbours.all(|(node, next)| nodes.is_before(node, next))
    }
}

/// Returns the heap priority of a node: a hash of its handle.
///
/// A plain multiplication would not do. Its results have an order of their own, and a tree of rows in that order is a list.
fn weight(node: impl Handle) -> u64 {
    let mixed = (node.index() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// Returns the number of nodes of a subtree.
fn size<H: Copy>(nodes: &impl Nodes<H>, root: Option<H>) -> u32 {
    root.map_or(0, |root| nodes.links(root).size)
}

/// Returns the number of nodes of a subtree for which `is_before` returns `true`.
fn rank_in<H: Copy>(
    nodes: &impl Nodes<H>,
    mut root: Option<H>,
    is_before: impl Fn(H) -> bool,
) -> u32 {
    // INVARIANT: `is_before` holds for a prefix of the order, so one path from the root is enough.
    let mut rank = 0;
    while let Some(at) = root {
        let Links { left, right, .. } = *nodes.links(at);
        if is_before(at) {
            rank += size(nodes, left) + 1;
            root = right;
        } else {
            root = left;
        }
    }
    rank
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::{Links, Nodes, OrderedTree};
    use crate::base::slab::slab_handle;
    use crate::base::table::Handle;

    slab_handle! {
        /// A row of the tests.
        RowHandle
    }

    struct Row {
        key: u16,
        links: Links<RowHandle>,
    }

    struct Rows(Vec<Row>);

    impl Rows {
        fn new(keys: impl IntoIterator<Item = u16>) -> Self {
            let links = Links::default();
            let rows = keys.into_iter().map(|key| Row { key, links });
            Self(rows.collect())
        }

        fn handles(&self) -> impl Iterator<Item = RowHandle> + use<> {
            (0..self.0.len()).map(RowHandle::from_index)
        }

        /// The sort key of a row: its key, then its handle.
        fn key(&self, row: RowHandle) -> (u16, RowHandle) {
            (self.0[row.index()].key, row)
        }
    }

    impl Nodes<RowHandle> for Rows {
        fn links(&self, node: RowHandle) -> &Links<RowHandle> {
            &self.0[node.index()].links
        }

        fn links_mut(&mut self, node: RowHandle) -> &mut Links<RowHandle> {
            &mut self.0[node.index()].links
        }

        fn is_before(&self, node: RowHandle, other: RowHandle) -> bool {
            self.key(node) < self.key(other)
        }
    }

    proptest! {
        #[test]
        fn tree_behaves_like_a_sorted_vector(
            keys in vec(0..40_u16, 1..80),
            changes in vec(any::<Index>(), 0..200),
        ) {
            let mut rows = Rows::new(keys);
            let mut tree = OrderedTree::new();
            let mut model: Vec<(u16, RowHandle)> = Vec::new();
            for change in changes {
                let row = RowHandle::from_index(change.index(rows.0.len()));
                match model.binary_search(&rows.key(row)) {
                    Ok(position) => {
                        model.remove(position);
                        tree.remove(&mut rows, row);
                    }
                    Err(position) => {
                        model.insert(position, rows.key(row));
                        tree.insert(&mut rows, row);
                    }
                }
                prop_assert!(tree.is_consistent(&rows));
                prop_assert!(tree.iter(&rows).eq(model.iter().map(|(_, row)| *row)));
                for row in rows.handles() {
                    let rank = model.partition_point(|other| *other < rows.key(row));
                    let found = tree.rank(&rows, |node| rows.is_before(node, row));
                    prop_assert_eq!(found as usize, rank);
                }
            }
        }
    }

    #[test]
    fn depth_is_logarithmic_for_sorted_insertions() {
        const ROWS: u16 = 4_096;
        for is_ascending in [true, false] {
            let key = |row| if is_ascending { row } else { ROWS - row };
            let mut rows = Rows::new((0..ROWS).map(key));
            let mut tree = OrderedTree::new();
            for row in rows.handles() {
                tree.insert(&mut rows, row);
            }
            let mut depth = 0;
            let mut level = vec![tree.root.unwrap()];
            while !level.is_empty() {
                depth += 1;
                let links = level.iter().map(|node| rows.links(*node));
                level = links
                    .flat_map(|links| links.left.into_iter().chain(links.right))
                    .collect();
            }
            assert!(depth <= 5 * 12, "depth {depth} for {ROWS} nodes");
        }
    }

    #[test]
    fn check_finds_a_wrong_size_and_a_wrong_order() {
        let mut rows = Rows::new(0..9);
        let mut tree = OrderedTree::new();
        for row in rows.handles() {
            tree.insert(&mut rows, row);
        }
        assert!(tree.is_consistent(&rows));
        rows.0[4].links.size += 1;
        assert!(!tree.is_consistent(&rows));
        rows.0[4].links.size -= 1;
        rows.0[4].key = 100;
        assert!(!tree.is_consistent(&rows));
    }
}
