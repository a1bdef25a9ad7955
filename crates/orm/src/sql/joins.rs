//! The tables of one SELECT: aliases, sharing, and which joins are LEFT ones.
//!
//! The rules are Django's, for their results are what people expect: a join over a nullable or reverse relation is
//! LEFT until a condition that needs a row on the far side makes it INNER; within one `filter()` joins over
//! many-valued relations are shared, between two they are not.

use std::collections::BTreeSet;

use super::Dialect;
use super::paths::Hop;
use super::writer::Sql;
use crate::model::ModelMeta;

/// Which joins over many-valued relations may be shared.
#[derive(Debug, Default)]
pub(super) enum Reuse {
    /// All of them.
    #[default]
    All,
    /// These: the ones of the same `filter()`.
    Only(BTreeSet<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JoinKind {
    Base,
    Inner,
    Left,
}

#[derive(Debug)]
pub(super) struct Join<'a> {
    pub(super) alias: String,
    pub(super) meta: &'a ModelMeta,
    pub(super) kind: JoinKind,
    table: String,
    parent: usize,
    from: String,
    to: String,
    nullable: bool,
    uses: usize,
}

/// The tables of one SELECT; the first is the query's own model.
#[derive(Debug)]
pub(super) struct Joins<'a> {
    joins: Vec<Join<'a>>,
    prefix: String,
    nested: bool,
}

impl<'a> Joins<'a> {
    /// Starts at a model. `depth` 0 is the outermost SELECT, whose aliases are the tables' names; a subquery's are
    /// `U0`, `U1`, and one inside it has `V0`.
    pub(super) fn new(meta: &'a ModelMeta, depth: usize) -> Self {
        const LETTERS: [&str; 7] = ["T", "U", "V", "W", "X", "Y", "Z"];
        let prefix = LETTERS.get(depth).map_or_else(|| format!("S{depth}_"), |letter| (*letter).to_owned());
        let table = meta.schema.table();
        let alias = if depth > 0 { format!("{prefix}0") } else { table.clone() };
        let base = Join {
            alias,
            meta,
            kind: JoinKind::Base,
            table,
            parent: 0,
            from: String::new(),
            to: String::new(),
            nullable: false,
            uses: 1,
        };
        Self { joins: vec![base], prefix, nested: depth > 0 }
    }

    pub(super) fn get(&self, index: usize) -> &Join<'a> {
        &self.joins[index]
    }

    /// Joins along the hops; gives the index of each, the base's first.
    pub(super) fn follow(&mut self, hops: &[Hop<'a>], reuse: &Reuse) -> Vec<usize> {
        let mut path = Vec::with_capacity(hops.len() + 1);
        path.push(0);
        let mut at = 0;
        for hop in hops {
            at = self.join(at, hop, reuse);
            path.push(at);
        }
        path
    }

    /// The join that stands for this hop already and may be shared.
    pub(super) fn existing(&self, parent: usize, hop: &Hop<'a>, reuse: &Reuse) -> Option<usize> {
        let table = hop.meta.schema.table();
        (1..self.joins.len()).rev().find(|&index| {
            let join = &self.joins[index];
            join.parent == parent
                && join.table == table
                && join.from == hop.from
                && join.to == hop.to
                && match reuse {
                    Reuse::Only(shared) if hop.many => shared.contains(&index),
                    _ => true,
                }
        })
    }

    fn join(&mut self, parent: usize, hop: &Hop<'a>, reuse: &Reuse) -> usize {
        if let Some(index) = self.existing(parent, hop, reuse) {
            self.joins[index].uses += 1;
            return index;
        }
        let table = hop.meta.schema.table();
        let alias = if self.nested {
            format!("{}{}", self.prefix, self.joins.len())
        } else if self.joins.iter().any(|join| join.alias == table) {
            format!("{}{}", self.prefix, self.joins.len() + 1)
        } else {
            table.clone()
        };
        let left = hop.nullable || self.joins[parent].kind == JoinKind::Left;
        self.joins.push(Join {
            alias,
            meta: hop.meta,
            kind: if left { JoinKind::Left } else { JoinKind::Inner },
            table,
            parent,
            from: hop.from.clone(),
            to: hop.to.clone(),
            nullable: hop.nullable,
            uses: 1,
        });
        self.joins.len() - 1
    }

    /// Gives up one use of a join; one without uses is not written.
    pub(super) fn release(&mut self, index: usize) {
        let join = &mut self.joins[index];
        join.uses = join.uses.saturating_sub(1);
    }

    /// Whether any table beside the first is read.
    pub(super) fn any(&self) -> bool {
        self.joins.iter().skip(1).any(|join| join.uses > 0)
    }

    pub(super) fn inner(&self) -> BTreeSet<usize> {
        (0..self.joins.len()).filter(|&index| self.joins[index].kind == JoinKind::Inner).collect()
    }

    /// Makes LEFT joins of these, and of those that hang on them.
    pub(super) fn promote(&mut self, indices: impl IntoIterator<Item = usize>) {
        let mut queue: Vec<usize> = indices.into_iter().collect();
        while let Some(index) = queue.pop() {
            let join = &self.joins[index];
            if join.kind != JoinKind::Inner {
                continue;
            }
            if join.nullable || self.joins[join.parent].kind == JoinKind::Left {
                self.joins[index].kind = JoinKind::Left;
                queue.extend((1..self.joins.len()).filter(|&child| self.joins[child].parent == index));
            }
        }
    }

    /// Makes INNER joins of these, and of those they hang on.
    pub(super) fn demote(&mut self, indices: impl IntoIterator<Item = usize>) {
        for mut index in indices {
            while self.joins[index].kind == JoinKind::Left {
                self.joins[index].kind = JoinKind::Inner;
                index = self.joins[index].parent;
            }
        }
    }

    /// Writes `FROM` and the joins. `without_base` leaves the first table out where the first join stands for it.
    pub(super) fn write_from(&self, dialect: &dyn Dialect, without_base: bool, out: &mut Sql) {
        out.push(" FROM ");
        let first = usize::from(without_base);
        for (index, join) in self.joins.iter().enumerate().skip(first) {
            if index != first && join.uses == 0 {
                continue;
            }
            if index != first {
                out.push(if join.kind == JoinKind::Left { " LEFT OUTER JOIN " } else { " INNER JOIN " });
            }
            out.push_name(dialect, &join.table);
            if join.alias != join.table {
                out.push(" ").push(&join.alias);
            }
            if index != first {
                out.push(" ON (");
                self.write_column(dialect, join.parent, &join.from, out);
                out.push(" = ");
                self.write_column(dialect, index, &join.to, out);
                out.push(")");
            }
        }
    }

    /// Writes `"alias"."column"`.
    pub(super) fn write_column(&self, dialect: &dyn Dialect, index: usize, column: &str, out: &mut Sql) {
        self.write_alias(dialect, index, out);
        out.push(".").push_name(dialect, column);
    }

    /// Writes the name by which the statement knows a table.
    pub(super) fn write_alias(&self, dialect: &dyn Dialect, index: usize, out: &mut Sql) {
        let join = &self.joins[index];
        if join.alias == join.table {
            out.push_name(dialect, &join.alias);
        } else {
            out.push(&join.alias);
        }
    }
}
