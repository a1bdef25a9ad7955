//! A query as the ORM's data: what the typed face builds, and what the SQL compiler reads.

use std::borrow::Cow;

use chrono::TimeDelta;
use rjango_core::{Result, Site};
use rjango_orm::dynamic::{Argument, parse_lookup};
use rjango_orm::query::{
    self, AggregateFunction, Annotation, BinaryOperator, Combinator, Combined, DatePart, Function, Lookup, Operand,
    Ordering, Path, Query,
};
use rjango_orm::{Models, Value, ValueType};

use crate::ask::{Ask, Condition, Expression, Give, How, Literal, Right, Rows, Step, Term, Way};
use crate::catalogue::Kind;

/// The query, and the columns that are read in the place of rows.
pub fn query(ask: &Ask) -> Result<(Query, Vec<(query::Expression, ValueType)>)> {
    let (rows, columns) = (&ask.rows, ask.give.columns());
    let mut query = steps(rows)?;
    if let Some((how, other)) = &rows.combined {
        let how = match how {
            How::Union => Combinator::Union,
            How::UnionAll => Combinator::UnionAll,
            How::Intersection => Combinator::Intersection,
            How::Difference => Combinator::Difference,
        };
        query = Query {
            default_ordering: false,
            combined: Some(Box::new(Combined { how, queries: vec![query, steps(other)?] })),
            ..Query::new(label(rows.model))
        };
    }
    let unordered = matches!(ask.give, Give::Count | Give::Exists | Give::Aggregate(_) | Give::Get(_));
    let order = match &ask.give {
        Give::Groups { .. } => Some(columns.iter().cloned().map(Term::up).collect()),
        _ if unordered && rows.slice.is_none() => rows.order.clone(),
        _ => rows.total_order(columns),
    };
    if let Some(order) = order {
        query.default_ordering = false;
        query.ordering = ordering(&order);
    } else if rows.reverse {
        query.default_ordering = false;
        query.ordering = ordering(&own_order(rows));
    }
    if rows.reverse {
        turn(&mut query);
    }
    query.distinct = rows.distinct;
    if let Some((start, end)) = rows.slice {
        query.offset = start;
        query.limit = end.map(|end| end - start);
    }
    let mut read: Vec<_> = columns.iter().map(|way| (column(way), value_type(way.kind))).collect();
    match &ask.give {
        Give::Groups { aggregates, having, .. } => {
            for aggregate in aggregates {
                read.push((expression(aggregate, rows.model)?, value_type(aggregate.kind())));
            }
            if let Some((index, lookup, value)) = having {
                query.filter(query::Condition::Lookup {
                    left: expression(&aggregates[*index], rows.model)?,
                    lookup: Lookup::from_name(lookup).expect("it is a lookup"),
                    right: Operand::One(query::Expression::Value(literal(value))),
                });
            }
        }
        Give::Aggregate(aggregates) => {
            for aggregate in aggregates {
                read.push((expression(aggregate, rows.model)?, value_type(aggregate.kind())));
            }
        }
        Give::First => limit_to_first(&mut query, rows),
        Give::Last => {
            if query.ordering.is_empty() {
                query.ordering = ordering(&own_order(rows));
                query.default_ordering = false;
            }
            turn(&mut query);
            limit_to_first(&mut query, rows);
        }
        Give::Get(conditions) => {
            query.filter(all(conditions, rows.model)?);
            // As both faces do: one row has no order.
            query.ordering.clear();
            query.default_ordering = false;
            query.limit = Some(21);
        }
        _ => {}
    }
    Ok((query, read))
}

fn limit_to_first(query: &mut Query, rows: &Rows) {
    if query.ordering.is_empty() {
        query.ordering = ordering(&own_order(rows));
        query.default_ordering = false;
    }
    query.limit = Some(query.limit.map_or(1, |limit| limit.min(1)));
}

fn own_order(rows: &Rows) -> Vec<Term> {
    rows.model().ordering.iter().map(|name| Term::up(Way::own(name, Kind::Text))).collect()
}

fn turn(query: &mut Query) {
    for term in &mut query.ordering {
        term.descending = !term.descending;
        term.nulls_first = term.nulls_first.map(|first| !first);
    }
}

pub fn label(model: &str) -> String {
    format!("oracle.{model}")
}

fn steps(rows: &Rows) -> Result<Query> {
    let mut query = Query::new(label(rows.model));
    for step in &rows.steps {
        match step {
            Step::Filter(conditions) => query.filter(all(conditions, rows.model)?),
            Step::Exclude(excluded) => {
                query.filter(query::Condition::Not(Box::new(condition(excluded, rows.model)?)));
            }
            Step::Annotate { name, with } => query.annotations.push(Annotation {
                name: Cow::Owned(name.clone()),
                expression: expression(with, rows.model)?,
                value_type: value_type(with.kind()),
                after: query.filters.len(),
                selected: true,
            }),
        }
    }
    Ok(query)
}

/// A query inside another.
fn inner(rows: &Rows) -> Result<Query> {
    let mut query = steps(rows)?;
    query.distinct = rows.distinct;
    if let Some((start, end)) = rows.slice {
        query.default_ordering = false;
        query.ordering = ordering(&rows.total_order(&[]).unwrap_or_else(|| own_order(rows)));
        query.offset = start;
        query.limit = end.map(|end| end - start);
    }
    Ok(query)
}

fn all(conditions: &[Condition], model: &str) -> Result<query::Condition> {
    let all = conditions.iter().map(|of| condition(of, model)).collect::<Result<Vec<_>>>()?;
    Ok(query::Condition::All(all))
}

pub fn condition(of: &Condition, model: &str) -> Result<query::Condition> {
    Ok(match of {
        Condition::All(conditions) => all(conditions, model)?,
        Condition::Any(conditions) => {
            query::Condition::Any(conditions.iter().map(|of| condition(of, model)).collect::<Result<_>>()?)
        }
        Condition::Not(of) => query::Condition::Not(Box::new(condition(of, model)?)),
        Condition::Exists(rows) => query::Condition::Holds(query::Expression::Exists(Box::new(inner(rows)?))),
        Condition::Lookup { way, lookup, right } if way.keys.is_some() || way.kind == Kind::Json => {
            by_name(way, lookup, right, model)?
        }
        Condition::Lookup { way, lookup, right } => {
            let lookup = Lookup::from_name(lookup).expect("it is a lookup");
            let right = match right {
                Right::One(value) => Operand::One(query::Expression::Value(literal(value))),
                Right::Many(values) => {
                    Operand::Many(values.iter().map(|value| query::Expression::Value(literal(value))).collect())
                }
                Right::Expression(of) => Operand::One(expression(of, model)?),
                Right::Rows(rows, of) => {
                    Operand::Query(Box::new(inner(rows)?), of.as_ref().map(|of| Box::new(column(of))))
                }
            };
            query::Condition::Lookup { left: parted(way), lookup, right }
        }
    })
}

/// A lookup as by name.
pub fn by_name(way: &Way, lookup: &str, right: &Right, model: &str) -> Result<query::Condition> {
    let site = Site::current()?;
    let models = site.require::<Models>()?;
    let meta = models.require(&label(model))?;
    let name = if lookup == "exact" { way.path() } else { format!("{}__{lookup}", way.path()) };
    let right = match right {
        Right::One(value) => Argument::Value(literal(value)),
        Right::Many(values) => Argument::List(values.iter().map(literal).collect()),
        Right::Expression(_) | Right::Rows(..) => {
            return condition(&Condition::Lookup { way: way.clone(), lookup: "exact", right: right.clone() }, model);
        }
    };
    parse_lookup(models, meta, &name, right)
}

pub fn path(way: &Way) -> Path {
    Path(way.names.iter().map(|name| Cow::Owned(name.clone())).collect())
}

fn column(way: &Way) -> query::Expression {
    query::Expression::Column(path(way))
}

fn parted(way: &Way) -> query::Expression {
    let function = match way.part {
        None => return column(way),
        Some("date") => Function::TruncDate(None),
        Some("time") => Function::TruncTime(None),
        Some(part) => Function::Extract(date_part(part), None),
    };
    query::Expression::Function(function, vec![column(way)])
}

fn date_part(name: &str) -> DatePart {
    let same = |part: &DatePart| part.name() == name || part.name().replace('_', "") == name.to_lowercase();
    DatePart::ALL.into_iter().find(same).expect("it is a part")
}

fn ordering(terms: &[Term]) -> Vec<Ordering> {
    terms
        .iter()
        .map(|term| Ordering { by: column(&term.by), descending: term.descending, nulls_first: term.nulls_first })
        .collect()
}

fn expression(of: &Expression, model: &str) -> Result<query::Expression> {
    let boxed = |of: &Expression| Ok::<_, rjango_core::Error>(Box::new(expression(of, model)?));
    Ok(match of {
        Expression::Column(way) => parted(way),
        Expression::Outer(way) => query::Expression::Outer(Box::new(column(way))),
        Expression::Value(value) => query::Expression::Value(literal(value)),
        Expression::Binary(left, operator, right) => {
            let operator = match *operator {
                "+" => BinaryOperator::Add,
                "-" => BinaryOperator::Subtract,
                "*" => BinaryOperator::Multiply,
                "/" => BinaryOperator::Divide,
                _ => BinaryOperator::Modulo,
            };
            query::Expression::Binary(boxed(left)?, operator, boxed(right)?)
        }
        Expression::Function { name, arguments, kind } => {
            let arguments = arguments.iter().map(|of| expression(of, model)).collect::<Result<_>>()?;
            query::Expression::Function(function(name, *kind), arguments)
        }
        Expression::Aggregate { name, over, distinct, filter, .. } => query::Expression::Aggregate {
            function: match *name {
                "Count" => AggregateFunction::Count,
                "Sum" => AggregateFunction::Sum,
                "Avg" => AggregateFunction::Avg,
                "Min" => AggregateFunction::Min,
                "Max" => AggregateFunction::Max,
                "StdDev" => AggregateFunction::StdDev { sample: false },
                _ => AggregateFunction::Variance { sample: false },
            },
            over: Some(boxed(over)?),
            distinct: *distinct,
            filter: match filter {
                Some(filter) => Some(Box::new(condition(filter, model)?)),
                None => None,
            },
        },
        Expression::Case { branches, otherwise, .. } => query::Expression::Case {
            branches: branches
                .iter()
                .map(|(when, then)| Ok((condition(when, model)?, expression(then, model)?)))
                .collect::<Result<_>>()?,
            otherwise: match otherwise {
                Some(otherwise) => Some(boxed(otherwise)?),
                None => None,
            },
        },
        Expression::Subquery(rows, way) => {
            query::Expression::Subquery(Box::new(inner(rows)?), Box::new(column(way)), value_type(way.kind))
        }
        Expression::Exists(rows) => query::Expression::Exists(Box::new(inner(rows)?)),
    })
}

fn function(name: &str, kind: Kind) -> Function {
    match name {
        "Lower" => Function::Lower,
        "Upper" => Function::Upper,
        "Trim" => Function::Trim,
        "LTrim" => Function::LTrim,
        "RTrim" => Function::RTrim,
        "Length" => Function::Length,
        "Concat" => Function::Concat,
        "Substr" => Function::Substr,
        "Replace" => Function::Replace,
        "Left" => Function::Left,
        "Right" => Function::Right,
        "StrIndex" => Function::StrIndex,
        "Coalesce" => Function::Coalesce,
        "NullIf" => Function::NullIf,
        "Greatest" => Function::Greatest,
        "Least" => Function::Least,
        "Abs" => Function::Abs,
        "Ceil" => Function::Ceil,
        "Floor" => Function::Floor,
        "Sqrt" => Function::Sqrt,
        _ => match (name.strip_prefix("Extract"), name.strip_prefix("Trunc")) {
            (Some(part), _) => Function::Extract(date_part(part), None),
            (_, Some(part)) => Function::Trunc(date_part(part), None),
            _ => Function::Cast(value_type(kind)),
        },
    }
}

pub fn value_type(kind: Kind) -> ValueType {
    match kind {
        Kind::Bool => ValueType::Bool,
        Kind::Int => ValueType::Int,
        Kind::Float => ValueType::Float,
        Kind::Decimal => ValueType::Decimal(None),
        Kind::Text => ValueType::Text,
        Kind::Date => ValueType::Date,
        Kind::Moment => ValueType::DateTime,
        Kind::Time => ValueType::Time,
        Kind::Span => ValueType::Duration,
        Kind::Uuid => ValueType::Uuid,
        Kind::Json => ValueType::Json,
    }
}

pub fn literal(value: &Literal) -> Value {
    match value {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(number) => Value::Int(*number),
        Literal::Float(number) => Value::Float(*number),
        Literal::Decimal(text) => Value::Decimal(text.parse().expect("a decimal")),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Date(text) => Value::Date(text.parse().expect("a day")),
        Literal::Moment(text) => Value::DateTime(format!("{text}Z").parse().expect("a moment")),
        Literal::Time(text) => Value::Time(text.parse().expect("a time")),
        Literal::Span(microseconds) => Value::Duration(TimeDelta::microseconds(*microseconds)),
        Literal::Uuid(text) => Value::Uuid(text.parse().expect("a UUID")),
    }
}
