//! Lookups into SQL, with Django's rules for NULL and for negation over many-valued relations.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::FieldKind;

use super::conditions::{Clause, Needed, Position};
use super::dialect::ListedColumn;
use super::expressions::Written;
use super::joins::{JoinKind, Reuse};
use super::paths::{Target, primary_key, value_type};
use super::scope::Scope;
use super::select::subquery;
use super::writer::Sql;
use crate::connection::Engine;
use crate::query::{Expression, Function, Lookup, Operand, Path};
use crate::{Value, ValueType};

/// The right side of a lookup: as the query has it, or already written where it speaks of an outer SELECT.
pub(super) enum Right<'q> {
    Operand(&'q Operand),
    Written(Written),
}

static JSON_NULL: Operand = Operand::One(Expression::Value(Value::Json(serde_json::Value::Null)));

/// The comparison itself, before negation adds what NULL needs.
enum Compared {
    Constant(bool),
    /// The SQL, and the right side's own `IS NOT NULL` where it is a nullable column.
    Sql(Sql, Option<Sql>),
}

impl<'a> Scope<'a> {
    /// Writes a lookup; gives the joins whose rows it needs.
    pub(super) fn lookup(
        &mut self,
        left: &Expression,
        lookup: Lookup,
        right: Right<'_>,
        position: &mut Position,
    ) -> Result<(Clause, Needed)> {
        let of_no_row;
        let right = match right {
            Right::Operand(operand) if has_unsaved(operand) && self.is_own_key(left)? => {
                of_no_row = unsaved_as_null(operand);
                Right::Operand(&of_no_row)
            }
            right => right,
        };
        let right = match right {
            Right::Operand(Operand::One(Expression::Value(Value::Null)))
                if lookup == Lookup::Exact && self.is_document(left)? =>
            {
                Right::Operand(&JSON_NULL)
            }
            right => right,
        };
        let (lookup, right) = normalize(lookup, right)?;
        let of_years = self.years(left, lookup, &right)?;
        let (left, lookup, right) = match &of_years {
            Some((of, lookup, operand)) => (*of, *lookup, Right::Operand(operand)),
            None => (left, lookup, right),
        };
        let transformed = transformed(left).filter(|path| self.annotation(&path.0).is_none());
        if let Some(path) = transformed.filter(|_| position.split && position.in_negation) {
            let target = self.resolve(&path.0)?;
            if target.hops.iter().any(|hop| hop.many) {
                return Ok((self.split_exclude(left, &path.0, &target, lookup, right, position)?, Needed::new()));
            }
        }
        // The table and column on the left, where it is just a column.
        let mut home = None;
        let (written, mut used, guard) = match left {
            Expression::Column(path) if transformed.is_some() => {
                let target = self.resolve(&path.0)?;
                let (column, whole, way) = self.column(&target, &position.reuse);
                if let Reuse::Only(shared) = &mut position.reuse {
                    shared.extend(&way);
                }
                let nullable = column.nullable || self.joins.get(column.join).kind == JoinKind::Left;
                let sql = self.write_column(&column);
                home = Some((column.join, column.column.clone()));
                let guard = nullable.then(|| sql.clone());
                let joins: BTreeSet<usize> = whole.into_iter().filter(|join| *join != 0).collect();
                let value_type = Some(column.value_type);
                (Written { sql, value_type, nullable, joins: joins.clone(), affine: true }, joins, guard)
            }
            other => {
                let written = self.expression(other, &mut position.reuse, None)?;
                let written = match written.value_type {
                    Some(value_type) if !written.affine => {
                        Written { sql: self.cast(written.sql, value_type), ..written }
                    }
                    _ => written,
                };
                // As Django: what is computed may have a value where a related row is missing.
                let joins = if transformed.is_some() { written.joins.clone() } else { BTreeSet::new() };
                let joins = joins.into_iter().filter(|join| *join != 0).collect();
                let guard = (transformed.is_some() && written.nullable).then(|| written.sql.clone());
                (written, joins, guard)
            }
        };
        let is_null = match (&right, lookup) {
            (Right::Operand(Operand::One(Expression::Value(Value::Bool(is_null)))), Lookup::IsNull) => Some(*is_null),
            _ => None,
        };
        let compared = match is_null {
            Some(is_null) => {
                let mut sql = written.sql;
                sql.push(if is_null { " IS NULL" } else { " IS NOT NULL" });
                Compared::Sql(sql, None)
            }
            None => self.compare(
                written,
                lookup,
                right,
                position,
                &mut used,
                home.as_ref().map(|(join, column)| (*join, column.as_str())),
            )?,
        };
        if transformed.is_none() {
            used.clear();
        }
        // Also where the comparison is known before any row is read, as that with an empty list is.
        let outer = if position.negated { is_null != Some(true) } else { is_null == Some(true) };
        let clause = match compared {
            Compared::Constant(true) => Clause::True,
            Compared::Constant(false) => Clause::False,
            Compared::Sql(sql, right_guard) => {
                // NOT (column = value) is unknown where the column is NULL, and a NULL is not equal to the value:
                // NOT (column = value AND column IS NOT NULL) says so.
                let not_null = |mut sql: Sql| {
                    sql.push(" IS NOT NULL");
                    Clause::Sql(sql)
                };
                let guards = if position.negated && is_null.is_none() {
                    let right_guard = right_guard.filter(|_| transformed.is_some());
                    guard.into_iter().chain(right_guard).map(not_null).collect()
                } else {
                    Vec::new()
                };
                Clause::all(std::iter::once(Clause::Sql(sql)).chain(guards))
            }
        };
        Ok((clause, if outer { Needed::new() } else { used }))
    }

    fn compare(
        &mut self,
        left: Written,
        lookup: Lookup,
        right: Right<'_>,
        position: &mut Position,
        used: &mut Needed,
        home: Option<(usize, &str)>,
    ) -> Result<Compared> {
        let value_type = left.value_type.unwrap_or(ValueType::Text);
        let mut sql = left.sql;
        if value_type == ValueType::Json
            && let Right::Operand(operand) = &right
            && let Some(compared) = self.compare_json(&sql, lookup, operand)?
        {
            return Ok(Compared::Sql(compared, None));
        }
        if let Right::Operand(Operand::One(Expression::Value(value))) = &right
            && self.is_in_no_text(lookup, value)
        {
            return Ok(Compared::Constant(false));
        }
        match (lookup, right) {
            (Lookup::ContainedBy | Lookup::HasKey | Lookup::HasKeys | Lookup::HasAnyKeys, _) => {
                Err(Error::new(ErrorKind::Other, format!("the lookup `{}` is for JSON documents", lookup.name())))
            }
            (Lookup::In, Right::Operand(Operand::Many(options))) => {
                if options.len() > self.dialect.listed_values() {
                    if let Some(listed) = self.long_list(&sql, options, value_type, home) {
                        return Ok(listed);
                    }
                    // The rest of the statement has parameters too.
                    let most = self.dialect.max_parameters() / 2;
                    if options.len() > most {
                        return Err(wrong_operand(lookup, &format!("at most {most} values of this kind here")));
                    }
                }
                let mut pieces = Vec::with_capacity(options.len());
                for option in options {
                    // As Django: NULL is in no list.
                    let is_in_none = |value: &Value| value.is_null() || self.is_in_no_text(Lookup::Exact, value);
                    if matches!(option, Expression::Value(value) if is_in_none(value)) {
                        continue;
                    }
                    let option = self.expression(option, &mut position.reuse, Some(value_type))?;
                    used.extend(option.joins.into_iter().filter(|join| *join != 0));
                    pieces.push(option.sql);
                }
                if pieces.is_empty() {
                    return Ok(Compared::Constant(false));
                }
                sql.push(" IN (").append(Sql::join(pieces, ", ")).push(")");
                Ok(Compared::Sql(sql, None))
            }
            (Lookup::In | Lookup::Exact, Right::Operand(Operand::Query(query, expression))) => {
                if query.none {
                    return Ok(Compared::Constant(false));
                }
                let (mut query, mut expression) = (query.clone(), expression.as_deref().cloned());
                let outer = self.bind_outer(&mut query, expression.as_mut())?;
                used.extend(outer.into_iter().filter(|join| *join != 0));
                sql.push(if lookup == Lookup::In { " IN (" } else { " = (" });
                let inner = subquery(self.models, self.dialect, &query, expression.as_ref(), self.depth + 1)?;
                if query.limit.is_some() && !self.dialect.slices_subqueries() {
                    sql.push("SELECT * FROM (").append(inner).push(") subquery)");
                } else {
                    sql.append(inner).push(")");
                }
                Ok(Compared::Sql(sql, None))
            }
            (Lookup::Range, Right::Operand(Operand::Many(bounds))) if bounds.len() == 2 => {
                sql.push(" BETWEEN ");
                for (index, bound) in bounds.iter().enumerate() {
                    if index == 1 {
                        sql.push(" AND ");
                    }
                    let bound = self.expression(bound, &mut position.reuse, Some(value_type))?;
                    used.extend(bound.joins.into_iter().filter(|join| *join != 0));
                    sql.append(bound.sql);
                }
                Ok(Compared::Sql(sql, None))
            }
            (Lookup::In, _) => Err(wrong_operand(lookup, "a list or a query")),
            (Lookup::Range, _) => Err(wrong_operand(lookup, "two values")),
            (Lookup::IsNull, _) => Err(wrong_operand(lookup, "true or false")),
            (lookup, right) => {
                let pattern = is_pattern(lookup);
                let right = match right {
                    Right::Written(written) => written,
                    Right::Operand(Operand::One(Expression::Value(value))) if pattern => {
                        let text = match value {
                            Value::Text(text) => Cow::Borrowed(text.as_str()),
                            other => Cow::Owned(other.to_string()),
                        };
                        self.value(Value::Text(self.dialect.pattern(lookup, &text)), None)
                    }
                    Right::Operand(Operand::One(expression)) => {
                        let mut written = self.expression(expression, &mut position.reuse, Some(value_type))?;
                        if pattern {
                            let (before, after) = self.dialect.pattern_of(lookup);
                            written.sql = written.sql.wrapped(before, after);
                        }
                        written
                    }
                    Right::Operand(_) => return Err(wrong_operand(lookup, "one value")),
                };
                used.extend(right.joins.into_iter().filter(|join| *join != 0));
                let spelling = self.dialect.lookup(lookup, value_type);
                let right_guard = (right.affine && right.nullable).then(|| right.sql.clone());
                let mut out = Sql::text(spelling.before);
                out.append(sql).push(spelling.between).append(right.sql).push(spelling.after);
                Ok(Compared::Sql(out, right_guard))
            }
        }
    }

    /// Whether the left side of a lookup leads over a relation to many rows.
    pub(super) fn is_of_many(&self, left: &Expression) -> Result<bool> {
        match transformed(left).filter(|path| self.annotation(&path.0).is_none()) {
            Some(path) => Ok(self.resolve(&path.0)?.hops.iter().any(|hop| hop.many)),
            None => Ok(false),
        }
    }

    /// Whether no text can equal or have this one: PostgreSQL's have no NUL, and a LIKE of SQLite would end at it and match what
    /// it should not. A person who sends one finds nothing.
    fn is_in_no_text(&self, lookup: Lookup, value: &Value) -> bool {
        let asks_for_text = matches!(
            lookup,
            Lookup::Exact
                | Lookup::IExact
                | Lookup::Contains
                | Lookup::IContains
                | Lookup::StartsWith
                | Lookup::IStartsWith
                | Lookup::EndsWith
                | Lookup::IEndsWith
        );
        let ends_at_nul = match self.dialect.engine() {
            Engine::Postgres => true,
            Engine::Sqlite => lookup != Lookup::Exact,
            Engine::MySql => false,
        };
        asks_for_text && ends_at_nul && matches!(value, Value::Text(text) if text.contains('\0'))
    }

    /// Whether this is a document or a part of one. As Django: a document that equals nothing is JSON's `null`; that there is
    /// none is `isnull`.
    fn is_document(&self, left: &Expression) -> Result<bool> {
        match left {
            Expression::Function(Function::JsonKey | Function::JsonIndex, _) => Ok(true),
            Expression::Column(path) => match self.annotation(&path.0) {
                Some((_, annotation)) => Ok(annotation.value_type == ValueType::Json),
                None => Ok(value_type(self.models, self.resolve(&path.0)?.field) == ValueType::Json),
            },
            _ => Ok(false),
        }
    }

    /// Whether this is the primary key of the query's own rows: no row has the key of an unsaved instance, so a comparison
    /// with one is harmless and `exclude(q!(pk = self.id))` means what it says.
    fn is_own_key(&self, left: &Expression) -> Result<bool> {
        let Expression::Column(path) = left else { return Ok(false) };
        if self.annotation(&path.0).is_some() {
            return Ok(false);
        }
        let target = self.resolve(&path.0)?;
        Ok(target.hops.is_empty() && target.field.primary_key)
    }

    /// The list as a few parameters, where the engine can read it.
    fn long_list(
        &self,
        left: &Sql,
        options: &[Expression],
        value_type: ValueType,
        home: Option<(usize, &str)>,
    ) -> Option<Compared> {
        // As Django: NULL is in no list.
        let options = options.iter().filter(|option| !matches!(option, Expression::Value(Value::Null)));
        let values: Option<Vec<Value>> = options
            .map(|option| match option {
                Expression::Value(value) => Some(value.clone().coerce(value_type)),
                _ => None,
            })
            .collect();
        let values = values?;
        let Some(first) = values.first() else { return Some(Compared::Constant(false)) };
        let kind = std::mem::discriminant(first);
        if values.iter().any(|value| std::mem::discriminant(value) != kind) {
            return None;
        }
        let table = home.map(|(join, column)| (&self.joins.get(join).meta.schema, column));
        let names = table.map(|(schema, column)| {
            let field = schema.concrete_fields().find(|field| field.column() == column);
            (schema.table(), column, field.is_some_and(|field| matches!(field.kind, FieldKind::IpAddress { .. })))
        });
        let beside =
            names.as_ref().map(|(table, column, is_address)| ListedColumn { table, column, is_address: *is_address });
        let listed = self.dialect.long_list(&values, beside)?;
        let several = listed.parts.len() > 1;
        let pieces = listed.parts.into_iter().map(|(before, list, after)| {
            let mut piece = left.clone().wrapped(listed.left.0, listed.left.1);
            piece.push(" IN (").push(&before).push_value(list).push(&after).push(")");
            piece
        });
        let sql = Sql::join(pieces, " OR ");
        Some(Compared::Sql(if several { sql.wrapped("(", ")") } else { sql }, None))
    }

    /// A negated lookup over a many-valued relation: no related row satisfies it. Django's `split_exclude`.
    fn split_exclude(
        &mut self,
        left: &Expression,
        names: &[Cow<'static, str>],
        target: &Target<'a>,
        lookup: Lookup,
        right: Right<'_>,
        position: &mut Position,
    ) -> Result<Clause> {
        let many = target.hops.iter().position(|hop| hop.many).unwrap_or(0);
        let (prefix, hop) = (&target.hops[..many], &target.hops[many]);
        // The outer column that related rows refer to, on the nearest side that holds its value.
        let mut way = self.joins.follow(prefix, &position.reuse);
        let near = way.last().copied().unwrap_or(0);
        let mut column = hop.from.as_str();
        for hop in prefix.iter().rev() {
            if !hop.direct || column != hop.to {
                break;
            }
            column = &hop.from;
            if let Some(trimmed) = way.pop() {
                self.joins.release(trimmed);
            }
        }
        let mut outer = Sql::new();
        self.joins.write_column(self.dialect, way.last().copied().unwrap_or(0), column, &mut outer);
        // A right side with columns of its own speaks of the outer row.
        let right = match right {
            Right::Operand(Operand::One(expression)) if !matches!(expression, Expression::Value(_)) => {
                let written = self.expression(expression, &mut position.reuse, None)?;
                // The joins that it stands on are those of this SELECT, not of the one inside.
                Right::Written(Written { joins: BTreeSet::new(), ..written })
            }
            other => other,
        };
        let start = prefix.last().map_or(self.meta, |hop| hop.meta);
        let mut inner = Scope::new(self.models, self.dialect, &start.schema.label(), &[], self.depth + 1)?;
        let mut left = left.clone();
        if let Some(path) = transformed_mut(&mut left) {
            *path = Path(names[hop.name..].to_vec());
        }
        let mut plain =
            Position { reuse: Reuse::Only(BTreeSet::new()), negated: false, in_negation: false, split: true };
        let (clause, needed) = inner.lookup(&left, lookup, right, &mut plain)?;
        inner.joins.demote(needed);
        // A LEFT join must keep its first table: rows with nothing on the far side are what it looks for.
        let without_base = inner.joins.get(1).kind == JoinKind::Inner;
        let mut correlated = Sql::new();
        if without_base {
            inner.joins.write_column(self.dialect, 1, &hop.to, &mut correlated);
        } else {
            inner.joins.write_column(self.dialect, 0, &hop.from, &mut correlated);
        }
        // Where there is no row on the way, there is nothing at its end either.
        let without_way = (!without_base && prefix.iter().any(|hop| hop.nullable)).then(|| {
            let mut sql = outer.clone();
            sql.push(" IS NULL");
            Clause::Sql(sql)
        });
        correlated.push(" = ").append(outer);
        let mut clauses = vec![clause, Clause::Sql(correlated)];
        // Beside a positive condition of the same filter on the same relation, both speak of the same related row.
        if let Some(same) = self.joins.existing(near, hop, &position.reuse).filter(|_| without_base) {
            let key = primary_key(hop.meta)?.column();
            let mut row = Sql::new();
            inner.joins.write_column(self.dialect, 1, &key, &mut row);
            row.push(" = ");
            self.joins.write_column(self.dialect, same, &key, &mut row);
            clauses.push(Clause::Sql(row));
        }
        match Clause::all(clauses) {
            Clause::Sql(condition) => {
                let mut sql = Sql::text("EXISTS(SELECT 1");
                inner.joins.write_from(self.dialect, without_base, &mut sql);
                let limit = if self.dialect.limits_exists() { " LIMIT 1)" } else { ")" };
                sql.push(" WHERE ").append(condition).push(limit);
                Ok(Clause::any(std::iter::once(Clause::Sql(sql)).chain(without_way)))
            }
            constant => Ok(constant),
        }
    }
}

fn has_unsaved(operand: &Operand) -> bool {
    match operand {
        Operand::One(one) => matches!(one, Expression::Unsaved(_)),
        Operand::Many(many) => many.iter().any(|one| matches!(one, Expression::Unsaved(_))),
        Operand::Query(..) => false,
    }
}

fn unsaved_as_null(operand: &Operand) -> Operand {
    let null = |one: &Expression| match one {
        Expression::Unsaved(_) => Expression::Value(Value::Null),
        other => other.clone(),
    };
    match operand {
        Operand::One(one) => Operand::One(null(one)),
        Operand::Many(many) => Operand::Many(many.iter().map(null).collect()),
        Operand::Query(..) => operand.clone(),
    }
}

/// `exact` NULL is `isnull`; nothing else compares with NULL.
fn normalize(lookup: Lookup, right: Right<'_>) -> Result<(Lookup, Right<'_>)> {
    static TRUE: Operand = Operand::One(Expression::Value(Value::Bool(true)));
    match (&right, lookup) {
        (Right::Operand(Operand::One(Expression::Value(Value::Null))), Lookup::Exact | Lookup::IExact) => {
            Ok((Lookup::IsNull, Right::Operand(&TRUE)))
        }
        (Right::Operand(Operand::One(Expression::Value(Value::Null))), lookup) => {
            Err(Error::new(ErrorKind::Other, format!("the lookup `{}` cannot compare with nothing", lookup.name()))
                .with_hint("only `exact` and `isnull` can: `field__isnull=true`"))
        }
        _ => Ok((lookup, right)),
    }
}

/// The column that an expression is, or is a transform of: `name`, `created__year`. It is NULL where the column is.
pub(super) fn transformed(expression: &Expression) -> Option<&Path> {
    match expression {
        Expression::Column(path) => Some(path),
        Expression::Function(function, arguments) if function.is_strict() => match arguments.split_first() {
            Some((first, rest)) if rest.iter().all(|argument| matches!(argument, Expression::Value(_))) => {
                transformed(first)
            }
            _ => None,
        },
        _ => None,
    }
}

/// As [`transformed`], to change it.
fn transformed_mut(expression: &mut Expression) -> Option<&mut Path> {
    match expression {
        Expression::Column(path) => Some(path),
        Expression::Function(_, arguments) => arguments.first_mut().and_then(transformed_mut),
        _ => None,
    }
}

fn is_pattern(lookup: Lookup) -> bool {
    matches!(
        lookup,
        Lookup::IExact
            | Lookup::Contains
            | Lookup::IContains
            | Lookup::StartsWith
            | Lookup::IStartsWith
            | Lookup::EndsWith
            | Lookup::IEndsWith
            | Lookup::Regex
            | Lookup::IRegex
    )
}

#[cold]
pub(super) fn wrong_operand(lookup: Lookup, expected: &str) -> Error {
    Error::new(ErrorKind::Other, format!("the lookup `{}` takes {expected}", lookup.name()))
}
