//! A query in Django's words, for `ask.py` to evaluate.

use std::fmt::Write as _;

use super::ask::{Ask, Condition, Expression, Give, How, Literal, Right, Rows, Step, Term, Way, Wrong};
use super::catalogue::Kind;

/// The whole query.
pub fn ask(ask: &Ask) -> String {
    let rows = &ask.rows;
    let columns = ask.give.columns();
    let unordered = matches!(ask.give, Give::Count | Give::Exists | Give::Aggregate(_) | Give::Get(_));
    let order = if unordered && rows.slice.is_none() { rows.order.clone() } else { rows.total_order(columns) };
    let mut text = match &ask.give {
        Give::Groups { by, aggregates, having } => {
            let mut text = steps(rows);
            let by: Vec<String> = by.iter().map(|way| quoted(&way.path())).collect();
            write!(text, ".values({})", by.join(", ")).expect("a text takes more");
            for (index, aggregate) in aggregates.iter().enumerate() {
                write!(text, ".annotate(a{index}={})", expression(aggregate)).expect("a text takes more");
            }
            if let Some((index, lookup, value)) = having {
                write!(text, ".filter(a{index}__{lookup}={})", literal(value)).expect("a text takes more");
            }
            let order: Vec<Term> = columns.iter().cloned().map(Term::up).collect();
            text.push_str(&order_by(&order));
            text.push_str(&slice(rows));
            return text;
        }
        // The columns of combined rows are chosen before.
        Give::Values { columns, by_name } if rows.combined.is_some() => combined(rows, &values(columns, *by_name)),
        _ => combined(rows, ""),
    };
    if let Some(order) = order {
        text.push_str(&order_by(&order));
    }
    if rows.reverse {
        text.push_str(".reverse()");
    }
    if rows.distinct {
        text.push_str(".distinct()");
    }
    if let Give::Values { columns, by_name } = &ask.give
        && rows.combined.is_none()
    {
        text.push_str(&values(columns, *by_name));
    }
    text.push_str(&slice(rows));
    if let Some(wrong) = ask.wrong {
        text.push_str(nonsense(wrong));
    }
    match &ask.give {
        Give::Rows | Give::Values { .. } | Give::Groups { .. } => {}
        Give::Aggregate(aggregates) => {
            let each = aggregates.iter().enumerate().map(|(index, of)| format!("a{index}={}", expression(of)));
            write!(text, ".aggregate({})", each.collect::<Vec<_>>().join(", ")).expect("a text takes more");
        }
        Give::Count => text.push_str(".count()"),
        Give::Exists => text.push_str(".exists()"),
        Give::First => text.push_str(".first()"),
        Give::Last => text.push_str(".last()"),
        Give::Get(conditions) => write!(text, ".get({})", listed(conditions)).expect("a text takes more"),
    }
    text
}

fn nonsense(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::FilterAfterSlice => "[:3].filter(pk=1)",
        Wrong::OrderAfterSlice => "[:3].order_by('pk')",
        Wrong::ReverseAfterSlice => "[:3].reverse()",
        Wrong::UnknownField => ".filter(nobody=1)",
        Wrong::UnknownLookup => ".filter(pk__nobody=1)",
        Wrong::UnknownOrder => ".order_by('nobody')",
        Wrong::GreaterThanNothing => ".filter(pk__gt=None)",
        Wrong::NullThatIsNoBool => ".filter(pk__isnull='perhaps')",
        Wrong::BoundsThatAreThree => ".filter(pk__range=[1, 2, 3])",
        Wrong::ListThatIsOne => ".filter(pk__in=1)",
        Wrong::TextForANumber => ".filter(pages='many')",
        Wrong::TextForADate => ".filter(published='soon')",
    }
}

fn values(columns: &[Way], by_name: bool) -> String {
    let names: Vec<String> = columns.iter().map(|way| quoted(&way.path())).collect();
    format!(".{}({})", if by_name { "values" } else { "values_list" }, names.join(", "))
}

fn steps(rows: &Rows) -> String {
    let mut text = format!("{}.objects", rows.model);
    for step in &rows.steps {
        match step {
            Step::Filter(conditions) => write!(text, ".filter({})", listed(conditions)),
            Step::Exclude(excluded) => write!(text, ".exclude({})", condition(excluded)),
            Step::Annotate { name, with } => write!(text, ".annotate({name}={})", expression(with)),
        }
        .expect("a text takes more");
    }
    if rows.steps.is_empty() {
        text.push_str(".all()");
    }
    text
}

fn listed(conditions: &[Condition]) -> String {
    conditions.iter().map(condition).collect::<Vec<_>>().join(", ")
}

fn combined(rows: &Rows, values: &str) -> String {
    let mut text = steps(rows);
    text.push_str(values);
    if let Some((how, other)) = &rows.combined {
        // Parts with an order of their own are refused on SQLite.
        text.push_str(".order_by()");
        let (name, all) = match how {
            How::Union => ("union", ""),
            How::UnionAll => ("union", ", all=True"),
            How::Intersection => ("intersection", ""),
            How::Difference => ("difference", ""),
        };
        write!(text, ".{name}({}{values}.order_by(){all})", steps(other)).expect("a text takes more");
    }
    text
}

fn order_by(terms: &[Term]) -> String {
    let terms: Vec<String> = terms
        .iter()
        .map(|term| {
            let path = term.by.path();
            match (term.nulls_first, term.descending) {
                (None, true) => quoted(&format!("-{path}")),
                (None, false) => quoted(&path),
                (Some(first), descending) => format!(
                    "F({}).{}(nulls_{}=True)",
                    quoted(&path),
                    if descending { "desc" } else { "asc" },
                    if first { "first" } else { "last" },
                ),
            }
        })
        .collect();
    format!(".order_by({})", terms.join(", "))
}

fn slice(rows: &Rows) -> String {
    match rows.slice {
        None => String::new(),
        Some((start, Some(end))) => format!("[{start}:{end}]"),
        Some((start, None)) => format!("[{start}:]"),
    }
}

/// A query inside another.
fn inner(rows: &Rows, column: Option<&Way>) -> String {
    let mut text = steps(rows);
    if rows.slice.is_some() {
        text.push_str(&order_by(&rows.total_order(&[]).unwrap_or_default()));
    }
    if rows.distinct {
        text.push_str(".distinct()");
    }
    if let Some(column) = column {
        write!(text, ".values({})", quoted(&column.path())).expect("a text takes more");
    }
    text.push_str(&slice(rows));
    text
}

fn condition(of: &Condition) -> String {
    match of {
        Condition::All(all) => joined(all, " & "),
        Condition::Any(any) => joined(any, " | "),
        // `~~Q` would be `Q`.
        Condition::Not(of) if matches!(**of, Condition::Not(_)) => format!("~Q({})", condition(of)),
        Condition::Not(of) => format!("~{}", condition(of)),
        Condition::Exists(rows) => format!("Q(Exists({}))", inner(rows, None)),
        Condition::Lookup { way, lookup, right } => {
            let path = way.path();
            let lookup = if *lookup == "exact" { String::new() } else { format!("__{lookup}") };
            let right = match right {
                Right::One(value) => literal(value),
                Right::Many(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
                Right::Expression(of) => expression(of),
                Right::Rows(rows, column) => inner(rows, column.as_ref()),
            };
            format!("Q({path}{lookup}={right})")
        }
    }
}

fn joined(conditions: &[Condition], by: &str) -> String {
    format!("({})", conditions.iter().map(condition).collect::<Vec<_>>().join(by))
}

fn expression(of: &Expression) -> String {
    match of {
        Expression::Column(way) => format!("F({})", quoted(&way.path())),
        Expression::Outer(way) => format!("OuterRef({})", quoted(&way.path())),
        Expression::Value(value) => format!("Value({})", literal(value)),
        Expression::Binary(left, operator, right) => {
            format!("({} {operator} {})", expression(left), expression(right))
        }
        Expression::Function { name, arguments, kind } => {
            let arguments = arguments.iter().map(expression).collect::<Vec<_>>().join(", ");
            match *name {
                "Cast" => format!("Cast({arguments}, {}())", field_class(*kind)),
                _ if MIXED.contains(name) => format!("{name}({arguments}, output_field={}())", field_class(*kind)),
                _ => format!("{name}({arguments})"),
            }
        }
        Expression::Aggregate { name, over, distinct, filter, .. } => {
            let distinct = if *distinct { ", distinct=True" } else { "" };
            let filter = filter.as_ref().map(|filter| format!(", filter={}", condition(filter))).unwrap_or_default();
            format!("{name}({}{distinct}{filter})", expression(over))
        }
        Expression::Case { branches, otherwise, kind } => {
            let mut parts: Vec<String> = branches
                .iter()
                .map(|(when, then)| format!("When({}, then={})", condition(when), expression(then)))
                .collect();
            parts.extend(otherwise.as_ref().map(|otherwise| format!("default={}", expression(otherwise))));
            format!("Case({}, output_field={}())", parts.join(", "), field_class(*kind))
        }
        Expression::Subquery(rows, column) => format!("Subquery({})", inner(rows, Some(column))),
        Expression::Exists(rows) => format!("Exists({})", inner(rows, None)),
    }
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Null => "None".to_owned(),
        Literal::Bool(true) => "True".to_owned(),
        Literal::Bool(false) => "False".to_owned(),
        Literal::Int(number) => number.to_string(),
        Literal::Float(number) => format!("{number:?}"),
        Literal::Decimal(text) => format!("D({})", quoted(text)),
        Literal::Text(text) => quoted(text),
        Literal::Date(text) => format!("date({})", quoted(text)),
        Literal::Moment(text) => format!("moment({})", quoted(text)),
        Literal::Time(text) => format!("time({})", quoted(text)),
        Literal::Span(microseconds) => format!("span({microseconds})"),
        Literal::Uuid(text) => format!("UUID({})", quoted(text)),
    }
}

/// A text in Python's quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Functions of several arguments: Django wants to be told their type where these are of a `CharField` and a `TextField`.
const MIXED: [&str; 5] = ["Coalesce", "NullIf", "Greatest", "Least", "Concat"];

/// Django's field of the kind.
pub fn field_class(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "BooleanField",
        Kind::Int => "BigIntegerField",
        Kind::Float => "FloatField",
        Kind::Decimal => "DecimalField",
        Kind::Text => "TextField",
        Kind::Date => "DateField",
        Kind::Moment => "DateTimeField",
        Kind::Time => "TimeField",
        Kind::Span => "DurationField",
        Kind::Uuid => "UUIDField",
        Kind::Json => "JSONField",
    }
}
