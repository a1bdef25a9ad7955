//! Where rjango and Django differ on purpose: which queries are not asked, and which answers may differ. Most are also pairs of
//! `typed/oracle` that are marked as different.

mod lookups;

use rjango_orm::Engine;
use serde_json::Value as Json;

use crate::ask::{Ask, Expression, Give, Literal, Right, Step, Way};
use crate::catalogue::Kind;
use crate::oracle::django::Answer;

use lookups::{Seen, each_lookup, each_lookup_in};

/// Why the query is not put to both, if it is not.
pub fn why_not_asked(ask: &Ask, engine: Engine) -> Option<&'static str> {
    let order = || ask.rows.order.iter().flatten();
    if order().any(|term| term.by.many) && matches!(ask.give, Give::Count | Give::Aggregate(_)) {
        return Some("an order by many related rows gives a row for each, and they count; Django counts without it");
    }
    if order().any(|term| term.by.relation) && !ask.give.columns().is_empty() {
        return Some("a relation means its model's order; Django takes the column once it is among the values");
    }
    if let Give::Aggregate(aggregates) = &ask.give
        && ask.rows.slice.is_some()
        && aggregates.iter().any(is_over_many)
    {
        return Some("which of the rows that a join multiplies stand in a slice is left to the engine");
    }
    if ask.rows.order.is_none()
        && ask.rows.model == "Authorship"
        && ask.give.columns().iter().any(|way| way.path() == "book")
    {
        return Some("the same of the model's own order, which begins with a relation");
    }
    if ask.rows.combined.is_some() && ask.rows.slice.is_some() && matches!(ask.give, Give::Exists) {
        return Some("Django takes one row of each of the combined queries, and looks for the slice in these");
    }
    if engine == Engine::Postgres && expressions(ask).into_iter().any(|expression| is_sum_of_keys(ask, expression)) {
        return Some("a sum of keys: Django leaves the numeric that PostgreSQL makes of it");
    }
    if engine == Engine::Postgres && expressions(ask).into_iter().any(is_day_cut_inside) {
        return Some("Django takes the start of a day's month for a moment there, unless that is all there is");
    }
    let mut why = None;
    each_lookup(ask, &mut |seen| why = why.or_else(|| why_not_looked_up(seen, engine)));
    let mut none = false;
    each_lookup(ask, &mut |seen| none |= is_of_nothing(seen));
    if none && ask.rows.combined.is_some() {
        return Some("Django leaves out a query that gives nothing, and then the equal rows of the other stay");
    }
    why
}

fn why_not_looked_up(seen: &Seen<'_>, engine: Engine) -> Option<&'static str> {
    let Seen { way, lookup, right, negated, in_expression } = *seen;
    if in_expression && is_of_nothing(seen) {
        return Some(
            "a branch or filter that is never taken: Django joins for it, and gives nothing for what stands beside it",
        );
    }
    if engine == Engine::Postgres && is_beyond_its_column(seen) {
        return Some("a number beyond the column: Django takes every row for smaller, those without a number too");
    }
    if engine == Engine::Sqlite && way.keys.is_some() && matches!(lookup, "gt" | "gte" | "lt" | "lte") {
        return Some(
            "numbers in documents compare with numbers alone; asked by Django, every text and truth is larger",
        );
    }
    if negated && way.keys.is_some() && !matches!(lookup, "isnull" | "has_key" | "has_keys" | "has_any_keys") {
        return Some("what lacks a key is not equal to a value; Django leaves it out of both `filter` and `exclude`");
    }
    if negated && engine == Engine::Postgres && way.keys.is_some() && lookup.starts_with("has_") {
        return Some(
            "what lacks a key has no keys; Django finds that on SQLite alone, and here the row is in neither answer",
        );
    }
    let elsewhere = |expression: &Expression| match expression {
        Expression::Column(to) => to.names.len() > 1,
        Expression::Outer(_) => true,
        _ => false,
    };
    if negated && matches!(right, Right::Expression(expression) if elsewhere(expression)) {
        return Some(
            "nothing is more than a row that is missing; Django cares for a nullable field, not for a missing row",
        );
    }
    if negated && way.many && matches!(right, Right::Expression(Expression::Binary(..))) {
        return Some("Django reads the columns of what is computed from another row than those of a plain column");
    }
    None
}

/// Whether a whole number is compared with a larger one than its column can hold.
fn is_beyond_its_column(seen: &Seen<'_>) -> bool {
    let largest = match seen.way.names.last().map(String::as_str) {
        Some("founded" | "stars" | "position") => i64::from(i16::MAX),
        Some("pages" | "width") => i64::from(i32::MAX),
        _ => return false,
    };
    matches!(seen.right, Right::One(Literal::Int(number)) if *number > largest)
}

/// Whether it is known to hold of no row.
fn is_of_nothing(seen: &Seen<'_>) -> bool {
    seen.lookup == "in" && matches!(seen.right, Right::Many(values) if values.is_empty())
}

/// What is annotated and aggregated.
fn expressions(ask: &Ask) -> Vec<&Expression> {
    let mut all: Vec<&Expression> = Vec::new();
    all.extend(ask.rows.steps.iter().filter_map(|step| match step {
        Step::Annotate { with, .. } => Some(with),
        _ => None,
    }));
    match &ask.give {
        Give::Groups { aggregates, .. } | Give::Aggregate(aggregates) => all.extend(aggregates),
        _ => {}
    }
    all
}

fn is_sum_of_keys(ask: &Ask, expression: &Expression) -> bool {
    let Expression::Aggregate { name: "Sum", over, .. } = expression else { return false };
    is_key(ask, over)
}

/// Whether a key is meant, or the largest or smallest one by the name of an annotation.
fn is_key(ask: &Ask, expression: &Expression) -> bool {
    match expression {
        Expression::Aggregate { name: "Max" | "Min", over, .. } => is_key(ask, over),
        Expression::Column(way) => {
            let annotated = ask.rows.steps.iter().any(|step| match step {
                Step::Annotate { name, with } => way.names == [name.clone()] && is_key(ask, with),
                _ => false,
            });
            annotated || way.relation || way.names.last().is_some_and(|name| name == "id" || name == "pk")
        }
        _ => false,
    }
}

/// Whether a day is cut to the start of its month, say, inside of something else.
fn is_day_cut_inside(expression: &Expression) -> bool {
    fn cuts(expression: &Expression) -> bool {
        match expression {
            Expression::Function { name, kind, .. } if name.starts_with("Trunc") => *kind == Kind::Date,
            other => is_day_cut_inside(other),
        }
    }
    match expression {
        Expression::Function { name, arguments, .. } => !name.starts_with("Trunc") && arguments.iter().any(cuts),
        Expression::Case { branches, otherwise, .. } => {
            branches.iter().any(|(_, then)| cuts(then)) || otherwise.as_deref().is_some_and(cuts)
        }
        Expression::Binary(left, _, right) => cuts(left) || cuts(right),
        _ => false,
    }
}

/// Whether the right side is computed over a relation to many rows.
fn is_of_many(right: &Right) -> bool {
    let of_many = |way: &Way| way.many;
    match right {
        Right::Expression(Expression::Column(way)) => of_many(way),
        Right::Expression(Expression::Binary(left, _, _)) => {
            matches!(&**left, Expression::Column(way) if of_many(way))
        }
        _ => false,
    }
}

/// Whether an aggregate is over a relation to many rows, or filtered by one.
fn is_over_many(aggregate: &Expression) -> bool {
    let Expression::Aggregate { over, filter, .. } = aggregate else { return false };
    let mut many = match &**over {
        Expression::Column(way) => way.many,
        Expression::Binary(left, _, _) => matches!(&**left, Expression::Column(way) if way.many),
        _ => false,
    };
    if let Some(filter) = filter {
        each_lookup_in(filter, &mut |seen| many |= seen.way.many || is_of_many(seen.right));
    }
    many
}

/// Why the two may answer differently, if they may.
pub fn why_different(ask: &Ask, _engine: Engine, theirs: &Answer) -> Option<&'static str> {
    let Answer { result: theirs, sql } = theirs;
    const DATABASES: [&str; 5] =
        ["DatabaseError", "DataError", "InternalError", "OperationalError", "ProgrammingError"];
    let error = theirs.get("error").and_then(Json::as_str).unwrap_or_default();
    let message = theirs.get("message").and_then(Json::as_str).unwrap_or_default();
    if DATABASES.contains(&error) {
        return Some("Django wrote SQL that the database refuses, where rjango's may be right");
    }
    if matches!(error, "AttributeError" | "AssertionError" | "IndexError" | "KeyError")
        || message.contains("'NoneType'")
    {
        return Some("Django stumbles over itself");
    }
    if message.starts_with("Unsupported lookup") && message.contains("for ForeignKey") {
        return Some("the key that a subquery gives is compared as any value of its type is");
    }
    if ask.wrong.is_some() && error.is_empty() && sql.is_empty() {
        return Some("Django does not look at what is wrong with a query that it knows to be empty, and asks nothing");
    }
    if sql.iter().any(|sql| takes_another_row(sql)) {
        return Some("Django takes a table of the query around for one of the query inside, which has the same name");
    }
    if message.contains("output_field") {
        return Some("Django wants to be told the type of what is computed, which rjango knows");
    }
    None
}

/// Whether a query inside compares its primary key with that of a table around: `U2."id" = (T3."id")`.
fn takes_another_row(sql: &str) -> bool {
    sql.match_indices(".\"id\" = (").any(|(at, found)| {
        let right = &sql[at + found.len()..];
        right.split(')').next().is_some_and(|right| right.ends_with(".\"id\"") && !right.contains(' '))
    })
}
