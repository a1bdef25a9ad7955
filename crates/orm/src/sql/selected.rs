//! What a SELECT reads, and what it is grouped by.

use std::borrow::Cow;

use rjango_core::Result;
use rjango_schema::FieldSchema;

use super::Dialect;
use super::groups::{Beside, has_window};
use super::joins::Reuse;
use super::outer_aggregates::inner_name;
use super::paths::{primary_key, value_type};
use super::scope::Scope;
use super::select::related_paths;
use super::writer::Sql;
use crate::query::{Expression, Query};
use crate::{Value, ValueType};

/// One column of a SELECT.
pub(super) struct Piece {
    pub(super) sql: Sql,
    /// The name that it gets, where it is to be known by one.
    pub(super) name: Option<Cow<'static, str>>,
}

impl Piece {
    /// The column as it stands in the SELECT.
    pub(super) fn written(self, dialect: &dyn Dialect) -> Sql {
        let Self { mut sql, name } = self;
        if let Some(name) = name {
            sql.push(" AS ").push_name(dialect, &name);
        }
        sql
    }
}

/// The columns of a SELECT as they are collected.
#[derive(Default)]
pub(super) struct Selected {
    pub(super) pieces: Vec<Piece>,
    pub(super) types: Vec<ValueType>,
    /// What a grouped query groups by, beside the model's key.
    keys: Vec<Sql>,
    /// The columns beside aggregates, in what is selected and in conditions on groups.
    pub(super) beside: Vec<Beside>,
    /// Whether an expression is an aggregate, so that the others are the group.
    pub(super) aggregates: bool,
    /// Whether the group is the expressions alone, not the model's rows.
    by_expressions: bool,
}

impl Selected {
    /// The model's own columns, those of related rows, and the annotations.
    pub(super) fn model(&mut self, scope: &mut Scope<'_>, query: &Query) -> Result<()> {
        self.fields(scope, 0, |field| query.reads(field));
        for path in related_paths(query) {
            let target = scope.resolve(&path.0)?;
            let join = scope.joins.follow(&target.hops, &Reuse::All).last().copied().unwrap_or(0);
            self.fields(scope, join, |_| true);
            let mut key = Sql::new();
            scope.joins.write_column(scope.dialect, join, &primary_key(target.meta)?.column(), &mut key);
            self.keys.push(key);
        }
        for (index, annotation) in scope.annotations.iter().enumerate().filter(|(_, annotation)| annotation.selected) {
            let written = scope.annotated(index, annotation, &mut Reuse::All, None)?;
            if scope.is_aggregate(&annotation.expression) || has_window(&annotation.expression) {
                scope.beside_aggregates(&annotation.expression, &mut Reuse::All, &mut self.beside)?;
            } else if !matches!(annotation.expression, Expression::Value(_)) {
                self.keys.push(written.sql.clone());
            }
            let value_type = scope.read_as(&annotation.expression, annotation.value_type);
            self.push(written.sql, Some(annotation.name.clone()), value_type);
        }
        Ok(())
    }

    fn push(&mut self, sql: Sql, name: Option<Cow<'static, str>>, value_type: ValueType) {
        self.pieces.push(Piece { sql, name });
        self.types.push(value_type);
    }

    fn fields(&mut self, scope: &Scope<'_>, join: usize, is_read: impl Fn(&FieldSchema) -> bool) {
        let meta = scope.joins.get(join).meta;
        for field in meta.schema.concrete_fields().filter(|field| is_read(field)) {
            let mut sql = Sql::default();
            scope.joins.write_column(scope.dialect, join, &field.column(), &mut sql);
            self.push(sql, None, value_type(scope.models, field));
        }
    }

    /// Expressions in the place of the model's columns.
    pub(super) fn expressions(
        &mut self,
        scope: &mut Scope<'_>,
        expressions: &[(Expression, ValueType)],
        named: bool,
    ) -> Result<()> {
        self.aggregates = expressions.iter().any(|(expression, _)| scope.is_aggregate(expression));
        self.by_expressions = self.aggregates && scope.annotations.is_empty();
        for (index, (expression, value_type)) in expressions.iter().enumerate() {
            if let Expression::Value(Value::Int(number)) = expression {
                // A whole number needs no parameter.
                self.push(Sql::text(number.to_string()), None, *value_type);
                continue;
            }
            let written = scope.expression(expression, &mut Reuse::All, Some(*value_type))?;
            if scope.is_aggregate(expression) || has_window(expression) {
                scope.beside_aggregates(expression, &mut Reuse::All, &mut self.beside)?;
            } else if !matches!(expression, Expression::Value(_)) {
                self.keys.push(written.sql.clone());
            }
            self.push(written.sql, named.then(|| inner_name(index).into()), scope.read_as(expression, *value_type));
        }
        Ok(())
    }

    /// What a grouped query groups by.
    pub(super) fn group(&self, scope: &Scope<'_>) -> Result<Vec<Sql>> {
        let mut group = Vec::with_capacity(self.keys.len() + 1);
        if !self.by_expressions {
            // The model's key decides all of its columns.
            let mut key = Sql::new();
            scope.joins.write_column(scope.dialect, 0, &primary_key(scope.meta)?.column(), &mut key);
            group.push(key);
        }
        let beside = self.beside.iter().filter(|beside| self.by_expressions || !beside.own);
        for key in self.keys.iter().chain(beside.map(|beside| &beside.column)) {
            if !group.contains(key) {
                group.push(key.clone());
            }
        }
        Ok(group)
    }
}
