//! Which leaves can match a path at all: a tree of their literal prefixes that keeps their order.

/// A radix tree over bytes. A leaf hangs at the node of its literal prefix; the candidates for a path are the leaves
/// on the way down along it.
#[derive(Default)]
pub(super) struct Index {
    root: Node,
}

#[derive(Default)]
struct Node {
    edges: Vec<(Box<[u8]>, Node)>,
    /// Leaves whose prefix ends here and who match more than that.
    open: Vec<u32>,
    /// Leaves that match this prefix and nothing more.
    exact: Vec<u32>,
}

impl Index {
    pub(super) fn insert(&mut self, prefix: &str, exact: bool, leaf: u32) {
        let node = self.root.at(prefix.as_bytes());
        if exact {
            node.exact.push(leaf);
        } else {
            node.open.push(leaf);
        }
    }

    /// The leaves that may match, first defined first.
    pub(super) fn candidates(&self, path: &str) -> Vec<u32> {
        let mut found = Vec::new();
        let mut node = &self.root;
        let mut rest = path.as_bytes();
        loop {
            found.extend_from_slice(&node.open);
            if rest.is_empty() {
                found.extend_from_slice(&node.exact);
                break;
            }
            let Ok(edge) = node.edges.binary_search_by_key(&rest[0], |(label, _)| label[0]) else { break };
            let (label, next) = &node.edges[edge];
            let Some(after) = rest.strip_prefix(&label[..]) else { break };
            rest = after;
            node = next;
        }
        found.sort_unstable();
        found
    }
}

impl Node {
    /// The node of this prefix, made where it is missing. Labels are never empty and start with different bytes.
    fn at(&mut self, prefix: &[u8]) -> &mut Self {
        let Some(&first) = prefix.first() else { return self };
        let index = match self.edges.binary_search_by_key(&first, |(label, _)| label[0]) {
            Ok(index) => index,
            Err(index) => {
                self.edges.insert(index, (prefix.into(), Self::default()));
                return &mut self.edges[index].1;
            }
        };
        let (label, node) = &mut self.edges[index];
        let common = label.iter().zip(prefix).take_while(|(a, b)| a == b).count();
        if common < label.len() {
            let below = std::mem::take(node);
            node.edges.push((label[common..].into(), below));
            *label = label[..common].into();
        }
        self.edges[index].1.at(&prefix[common..])
    }
}
