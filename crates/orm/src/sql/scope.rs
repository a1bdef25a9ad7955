//! One SELECT while it is compiled: the models, its tables and its annotations.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rjango_core::Result;

use super::Dialect;
use super::expressions::Written;
use super::joins::{Joins, Reuse};
use super::paths::{Target, read_as, resolve, value_type};
use super::writer::Sql;
use crate::model::{ModelMeta, Models};
use crate::query::{Annotation, Condition, Expression, Function, Operand};
use crate::{Value, ValueType};

/// One SELECT while it is compiled.
pub(super) struct Scope<'a> {
    pub(super) models: &'a Models,
    pub(super) dialect: &'a dyn Dialect,
    pub(super) meta: &'a ModelMeta,
    pub(super) joins: Joins<'a>,
    pub(super) annotations: &'a [Annotation],
    /// The annotations that were written ahead of a filter, by their position: who names one means its joins.
    written: BTreeMap<usize, Written>,
    pub(super) depth: usize,
}

/// A column, once its joins are there.
#[derive(Debug, Clone)]
pub(super) struct ColumnRef {
    pub(super) join: usize,
    pub(super) column: String,
    pub(super) value_type: ValueType,
    pub(super) nullable: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        models: &'a Models,
        dialect: &'a dyn Dialect,
        model: &str,
        annotations: &'a [Annotation],
        depth: usize,
    ) -> Result<Self> {
        let meta = models.require(model)?;
        let joins = Joins::new(meta, depth);
        Ok(Self { models, dialect, meta, joins, annotations, written: BTreeMap::new(), depth })
    }

    /// The annotation of this name, and its position.
    pub(super) fn annotation(&self, names: &[Cow<'static, str>]) -> Option<(usize, &'a Annotation)> {
        match names {
            [name] => self.annotations.iter().enumerate().find(|(_, annotation)| annotation.name == *name),
            _ => None,
        }
    }

    /// Writes the annotations that stand before the filter of this position, so that it does not narrow them.
    pub(super) fn annotate_before(&mut self, filter: usize) -> Result<()> {
        let annotations = self.annotations;
        for (index, annotation) in annotations.iter().enumerate() {
            if annotation.after <= filter && !self.written.contains_key(&index) {
                let written = self.annotated(index, annotation, &mut Reuse::All, None)?;
                self.written.insert(index, written);
            }
        }
        Ok(())
    }

    /// Writes an annotation, or gives what was written already.
    pub(super) fn annotated(
        &mut self,
        index: usize,
        annotation: &Annotation,
        reuse: &mut Reuse,
        beside: Option<ValueType>,
    ) -> Result<Written> {
        if let Some(written) = self.written.get(&index) {
            return Ok(written.clone());
        }
        let mut written = match &annotation.expression {
            // Alone, a text has no type there: `$1 IS NULL` says nothing about it.
            text @ Expression::Value(Value::Text(_)) if self.dialect.numbers_parameters() => {
                let cast = Expression::Function(Function::Cast(ValueType::Text), vec![text.clone()]);
                self.expression(&cast, reuse, beside)?
            }
            other => self.expression(other, reuse, beside)?,
        };
        written.value_type = Some(annotation.value_type);
        Ok(written)
    }

    pub(super) fn resolve(&self, names: &[Cow<'static, str>]) -> Result<Target<'a>> {
        resolve(self.models, self.meta, names)
    }

    /// How an expression is read that was asked for as this type.
    pub(super) fn read_as(&self, expression: &Expression, wanted: ValueType) -> ValueType {
        read_as(self.models, self.meta, self.annotations, expression, wanted)
    }

    /// Joins along the target's hops and gives its column, without the joins at the end that only compare keys: the
    /// column on the near side holds the same value. Also gives the joins of the whole way and of the shortened one.
    pub(super) fn column(&mut self, target: &Target<'a>, reuse: &Reuse) -> (ColumnRef, Vec<usize>, Vec<usize>) {
        let whole = self.joins.follow(&target.hops, reuse);
        let mut way = whole.clone();
        let mut column = target.field.column();
        let mut nullable = target.field.null;
        for hop in target.hops.iter().rev() {
            if !hop.direct || column != hop.to {
                break;
            }
            column.clone_from(&hop.from);
            nullable = hop.nullable;
            if let Some(trimmed) = way.pop() {
                self.joins.release(trimmed);
            }
        }
        let join = way.last().copied().unwrap_or(0);
        let value_type = value_type(self.models, target.field);
        (ColumnRef { join, column, value_type, nullable }, whole, way)
    }

    pub(super) fn write_column(&self, column: &ColumnRef) -> Sql {
        let mut out = Sql::new();
        self.joins.write_column(self.dialect, column.join, &column.column, &mut out);
        out
    }

    /// Whether the expression is computed over a group.
    pub(super) fn is_aggregate(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Aggregate { .. } => true,
            Expression::Binary(left, _, right) => self.is_aggregate(left) || self.is_aggregate(right),
            Expression::Column(path) => {
                self.annotation(&path.0).is_some_and(|(_, annotation)| self.is_aggregate(&annotation.expression))
            }
            Expression::Function(_, arguments) => arguments.iter().any(|argument| self.is_aggregate(argument)),
            Expression::Case { branches, otherwise } => {
                branches.iter().any(|(when, then)| self.is_about_groups(when) || self.is_aggregate(then))
                    || otherwise.as_deref().is_some_and(|otherwise| self.is_aggregate(otherwise))
            }
            // What a window computes is computed after the groups; other queries have groups of their own.
            Expression::Value(_)
            | Expression::Unsaved(_)
            | Expression::Window(_)
            | Expression::Subquery(..)
            | Expression::Exists(_)
            | Expression::Outer(_)
            | Expression::Prepared(_) => false,
        }
    }

    /// Whether the condition speaks of a group rather than of a row.
    pub(super) fn is_about_groups(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(conditions) | Condition::Any(conditions) => {
                conditions.iter().any(|condition| self.is_about_groups(condition))
            }
            Condition::Not(condition) => self.is_about_groups(condition),
            Condition::Holds(expression) => self.is_aggregate(expression),
            Condition::Lookup { left, right, .. } => {
                self.is_aggregate(left)
                    || match right {
                        Operand::One(right) => self.is_aggregate(right),
                        Operand::Many(right) => right.iter().any(|right| self.is_aggregate(right)),
                        Operand::Query(..) => false,
                    }
            }
        }
    }
}
