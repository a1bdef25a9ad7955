//! The optimizer: fewer operations that lead from the same state to the same state. Pure.
//!
//! Two operations become one (or none) by the rules of [`reduce`]. Where others stand between them, one of the two must
//! first be moved to the other: it may change places with an operation that touches nothing of what it touches. SQL and
//! Rust functions are never moved, and nothing is moved over them.
//!
//! DIFFERENCE: Django prefers to move the earlier of two operations to the later; here the later moves to the earlier where
//! it can, so that fields keep their order. And Django trusts its rules, while here the result is held against the
//! original: should the states ever differ, the operations stay as they were.

mod reduce;

use crate::autodetector::same_state;
use crate::touched::commute;
use crate::{Operation, ProjectState};
use reduce::reduce;

/// Fewer operations of an app that lead from `before` to the same state, or the same operations.
pub fn optimize(app: &str, operations: &[Operation], before: &ProjectState) -> Vec<Operation> {
    let mut optimized = operations.to_vec();
    while pass(app, &mut optimized) {}
    let after = |operations: &[Operation]| {
        let mut state = before.clone();
        operations.iter().try_for_each(|operation| operation.apply(app, &mut state)).ok().map(|()| state)
    };
    match (after(operations), after(&optimized)) {
        (Some(one), Some(other)) if same_state(&one, &other) => optimized,
        _ => operations.to_vec(),
    }
}

/// Reduces each operation with those after it; says whether anything changed.
fn pass(app: &str, operations: &mut Vec<Operation>) -> bool {
    let mut changed = false;
    let mut at = 0;
    'next: while at < operations.len() {
        for later in at + 1..operations.len() {
            let Some(reduced) = reduce(&operations[at], &operations[later]) else {
                continue;
            };
            let between = &operations[at + 1..later];
            if between.iter().all(|operation| commute(app, operation, &operations[later])) {
                operations.remove(later);
                operations.splice(at..=at, reduced);
            } else if between.iter().all(|operation| commute(app, &operations[at], operation)) {
                operations.splice(later..=later, reduced);
                operations.remove(at);
            } else {
                continue;
            }
            changed = true;
            continue 'next;
        }
        at += 1;
    }
    changed
}
