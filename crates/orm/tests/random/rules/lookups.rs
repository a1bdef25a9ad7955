//! Every lookup of a query, wherever it stands.

use crate::ask::{Ask, Condition, Expression, Give, Right, Rows, Step, Way};

/// A lookup and where it stands.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub way: &'a Way,
    pub lookup: &'static str,
    pub right: &'a Right,
    /// Whether a negation is above it.
    pub negated: bool,
    /// Whether it stands in the filter of an aggregate, or in a branch.
    pub in_expression: bool,
}

#[derive(Clone, Copy, Default)]
struct Place {
    negated: bool,
    in_expression: bool,
}

/// Shows every lookup of a condition.
pub fn each_lookup_in(of: &Condition, show: &mut dyn FnMut(&Seen<'_>)) {
    condition(of, Place::default(), show);
}

/// Shows every lookup.
pub fn each_lookup(ask: &Ask, show: &mut dyn FnMut(&Seen<'_>)) {
    rows(&ask.rows, Place::default(), show);
    match &ask.give {
        Give::Groups { aggregates, .. } | Give::Aggregate(aggregates) => {
            aggregates.iter().for_each(|of| expression(of, Place::default(), show));
        }
        Give::Get(conditions) => conditions.iter().for_each(|of| condition(of, Place::default(), show)),
        _ => {}
    }
}

fn rows(of: &Rows, place: Place, show: &mut dyn FnMut(&Seen<'_>)) {
    for step in &of.steps {
        match step {
            Step::Filter(conditions) => conditions.iter().for_each(|of| condition(of, positive(place), show)),
            Step::Exclude(of) => condition(of, Place { negated: true, ..place }, show),
            Step::Annotate { with, .. } => expression(with, place, show),
        }
    }
    if let Some((_, other)) = &of.combined {
        rows(other, place, show);
    }
}

fn condition(of: &Condition, place: Place, show: &mut dyn FnMut(&Seen<'_>)) {
    match of {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|of| condition(of, place, show));
        }
        Condition::Not(of) => condition(of, Place { negated: true, ..place }, show),
        Condition::Exists(inner) => rows(inner, Place::default(), show),
        Condition::Lookup { way, lookup, right } => {
            let Place { negated, in_expression } = place;
            show(&Seen { way, lookup, right, negated, in_expression });
            match right {
                Right::Rows(inner, _) => rows(inner, Place::default(), show),
                Right::Expression(of) => expression(of, place, show),
                Right::One(_) | Right::Many(_) => {}
            }
        }
    }
}

fn expression(of: &Expression, place: Place, show: &mut dyn FnMut(&Seen<'_>)) {
    match of {
        Expression::Column(_) | Expression::Outer(_) | Expression::Value(_) => {}
        Expression::Binary(left, _, right) => {
            expression(left, place, show);
            expression(right, place, show);
        }
        Expression::Function { arguments, .. } => arguments.iter().for_each(|of| expression(of, place, show)),
        Expression::Aggregate { over, filter, .. } => {
            expression(over, place, show);
            if let Some(filter) = filter {
                condition(filter, Place { in_expression: true, ..positive(place) }, show);
            }
        }
        Expression::Case { branches, otherwise, .. } => {
            for (when, then) in branches {
                condition(when, Place { in_expression: true, ..positive(place) }, show);
                expression(then, place, show);
            }
            if let Some(otherwise) = otherwise {
                expression(otherwise, place, show);
            }
        }
        Expression::Subquery(inner, _) | Expression::Exists(inner) => rows(inner, Place::default(), show),
    }
}

/// The same place with no negation above.
fn positive(place: Place) -> Place {
    Place { negated: false, ..place }
}
