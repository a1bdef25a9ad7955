//! Statements that were prepared before somebody altered their table.
//!
//! PostgreSQL refuses such a statement once, if what it gives has another type now. Outside of a transaction it is simply
//! prepared anew. Inside one the refusal would end the transaction, so there the first use of each statement that gives rows
//! stands behind a savepoint, or is the first thing that the block does and can be begun again. What has run
//! once in a transaction holds a lock on its tables: nobody alters them before the end.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::pool::savepoint_name;

const SAVEPOINT: &str = "SAVEPOINT rjango_plan";
const NEXT: &str = "RELEASE SAVEPOINT rjango_plan; SAVEPOINT rjango_plan";

/// How a statement that was refused is undone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// There is nothing to undo: no transaction is open.
    Nothing,
    /// By this SQL.
    By(String),
    /// The transaction is begun again: it had done nothing yet.
    Whole,
    /// Only with the rest of the transaction.
    Impossible,
}

/// What has run in the transaction that is open.
#[derive(Default)]
pub(super) struct Plans {
    /// Nothing has run since the innermost block began.
    fresh: bool,
    /// There is a savepoint of ours in the innermost block.
    guarded: bool,
    /// The present statement is the first of its block.
    is_first: bool,
    /// The statements that ran in this transaction, hashed.
    ran: HashSet<u64>,
}

impl Plans {
    /// A transaction or a savepoint has begun; this many are open now.
    pub(super) fn begun(&mut self, depth: usize) {
        if depth == 1 {
            self.ran.clear();
        }
        self.fresh = true;
        self.guarded = false;
    }

    /// The innermost block has ended.
    pub(super) fn ended(&mut self) {
        self.fresh = false;
        self.guarded = false;
        // What a savepoint's end undid has given its locks back.
        self.ran.clear();
    }

    /// What to run before a statement that gives rows.
    pub(super) fn guard(&mut self, depth: usize, sql: &str) -> Option<&'static str> {
        self.is_first = self.fresh;
        if depth == 0 || self.fresh || self.ran.contains(&hash(sql)) {
            return None;
        }
        let guard = if self.guarded { NEXT } else { SAVEPOINT };
        self.guarded = true;
        Some(guard)
    }

    /// A statement has run; an empty one stands for any that gives no rows.
    pub(super) fn ran(&mut self, depth: usize, sql: &str, well: bool) {
        self.fresh = false;
        if depth > 0 && well && !sql.is_empty() {
            self.ran.insert(hash(sql));
        }
    }

    /// What has run may have altered tables itself.
    pub(super) fn doubt(&mut self) {
        self.fresh = false;
        self.ran.clear();
    }

    /// What undoes the refused statement alone.
    pub(super) fn undo(&self, depth: usize) -> Undo {
        match depth {
            0 => Undo::Nothing,
            _ if self.guarded => Undo::By("ROLLBACK TO SAVEPOINT rjango_plan".to_owned()),
            _ if !self.is_first => Undo::Impossible,
            1 => Undo::Whole,
            depth => Undo::By(format!("ROLLBACK TO SAVEPOINT {}", savepoint_name(depth - 1))),
        }
    }
}

fn hash(sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sql.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Plans, Undo};

    #[test]
    fn the_first_statement_of_a_block_needs_no_savepoint_and_the_next_ones_share_one() {
        let mut plans = Plans::default();
        assert_eq!(plans.guard(0, "a"), None);
        plans.begun(1);
        assert_eq!(plans.guard(1, "a"), None);
        assert_eq!(plans.undo(1), Undo::Whole);
        plans.ran(1, "a", true);
        assert_eq!(plans.guard(1, "a"), None);
        assert_eq!(plans.guard(1, "b"), Some("SAVEPOINT rjango_plan"));
        assert_eq!(plans.undo(1), Undo::By("ROLLBACK TO SAVEPOINT rjango_plan".to_owned()));
        plans.ran(1, "b", true);
        assert_eq!(plans.guard(1, "c"), Some("RELEASE SAVEPOINT rjango_plan; SAVEPOINT rjango_plan"));
    }

    #[test]
    fn a_savepoint_never_outlives_its_block() {
        let mut plans = Plans::default();
        plans.begun(1);
        plans.ran(1, "", true);
        assert_eq!(plans.guard(1, "a"), Some("SAVEPOINT rjango_plan"));
        plans.begun(2);
        assert_eq!(plans.guard(2, "b"), None);
        assert_eq!(plans.undo(2), Undo::By("ROLLBACK TO SAVEPOINT rjango_1".to_owned()));
        plans.ended();
        assert_eq!(plans.guard(1, "b"), Some("SAVEPOINT rjango_plan"));
    }
}
