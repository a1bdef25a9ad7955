//! Makes a failing query smaller: a part goes, and stays away where the rest still fails.

use rjango_orm::Database;

use crate::ask::{Ask, Condition, Expression, Give, Rows, Step};
use crate::compare::{failure, put};
use crate::oracle::django::Django;
use crate::{python, rules};

/// How often something is taken away at most.
const ROUNDS: usize = 12;

/// The smallest query that still fails, of those that are found by taking away one part after the other.
pub async fn smallest(django: Django, database: &Database, ask: &Ask) -> Ask {
    let mut small = ask.clone();
    for _ in 0..ROUNDS {
        let mut smaller = asks(&small);
        smaller.retain(|ask| rules::why_not_asked(ask, database.engine()).is_none());
        let questions: Vec<String> = smaller.iter().map(python::ask).collect();
        if questions.is_empty() {
            break;
        }
        let theirs = put(django, database.settings(), &questions);
        let mut found = None;
        for (ask, question) in smaller.into_iter().zip(&questions) {
            // What both refuse, or one for want of what was taken away, is another failure.
            let refused = theirs[question].result.get("error").is_some();
            if !refused && failure(&ask, database.engine(), &theirs[question]).await.is_some() {
                found = Some(ask);
                break;
            }
        }
        match found {
            Some(ask) => small = ask,
            None => break,
        }
    }
    small
}

/// Each query that lacks one part.
fn asks(ask: &Ask) -> Vec<Ask> {
    let mut all: Vec<Ask> = rows(&ask.rows).into_iter().map(|rows| Ask { rows, ..ask.clone() }).collect();
    let mut give = |give| all.push(Ask { give, ..ask.clone() });
    match &ask.give {
        Give::Values { columns, by_name } => {
            give(Give::Rows);
            for columns in without(columns) {
                give(Give::Values { columns, by_name: *by_name });
            }
        }
        Give::Groups { by, aggregates, having } => {
            give(Give::Groups { by: by.clone(), aggregates: aggregates.clone(), having: None });
            for by in without(by) {
                give(Give::Groups { by, aggregates: aggregates.clone(), having: having.clone() });
            }
            for aggregates in without(aggregates).into_iter().filter(|_| having.is_none()) {
                give(Give::Groups { by: by.clone(), aggregates, having: None });
            }
            for aggregates in one_smaller(aggregates, expressions) {
                give(Give::Groups { by: by.clone(), aggregates, having: having.clone() });
            }
        }
        Give::Aggregate(aggregates) => {
            for aggregates in without(aggregates).into_iter().chain(one_smaller(aggregates, expressions)) {
                give(Give::Aggregate(aggregates));
            }
        }
        Give::Get(conditions) => {
            for conditions in one_smaller(conditions, self::conditions) {
                give(Give::Get(conditions));
            }
        }
        Give::Rows => {}
        _ => give(Give::Rows),
    }
    all
}

fn rows(rows: &Rows) -> Vec<Rows> {
    let mut all = Vec::new();
    for index in 0..rows.steps.len() {
        let mut fewer = rows.clone();
        fewer.steps.remove(index);
        all.push(fewer);
    }
    let mut with = |change: &dyn Fn(&mut Rows)| {
        let mut changed = rows.clone();
        change(&mut changed);
        all.push(changed);
    };
    if rows.combined.is_some() {
        with(&|rows| rows.combined = None);
    }
    if rows.slice.is_some() {
        with(&|rows| rows.slice = None);
    }
    if rows.distinct {
        with(&|rows| rows.distinct = false);
    }
    if rows.reverse {
        with(&|rows| rows.reverse = false);
    }
    if let Some(order) = &rows.order {
        for order in without(order) {
            with(&|rows| rows.order = Some(order.clone()));
        }
        with(&|rows| rows.order = Some(Vec::new()));
    }
    for (index, step) in rows.steps.iter().enumerate() {
        let steps: Vec<Step> = match step {
            Step::Filter(conditions) => {
                let fewer = without(conditions).into_iter().chain(one_smaller(conditions, self::conditions));
                fewer.map(Step::Filter).collect()
            }
            Step::Exclude(condition) => conditions(condition).into_iter().map(Step::Exclude).collect(),
            Step::Annotate { name, with } => {
                let smaller = expressions(with).into_iter().filter(|smaller| smaller.kind() == with.kind());
                smaller.map(|with| Step::Annotate { name: name.clone(), with }).collect()
            }
        };
        for step in steps {
            with(&|rows| rows.steps[index] = step.clone());
        }
    }
    if let Some((how, other)) = &rows.combined {
        for other in self::rows(other) {
            with(&|rows| rows.combined = Some((*how, Box::new(other.clone()))));
        }
    }
    all
}

fn conditions(condition: &Condition) -> Vec<Condition> {
    match condition {
        Condition::All(parts) => several(parts, Condition::All),
        Condition::Any(parts) => several(parts, Condition::Any),
        Condition::Not(part) => {
            let mut all = vec![(**part).clone()];
            all.extend(conditions(part).into_iter().map(|part| Condition::Not(Box::new(part))));
            all
        }
        Condition::Exists(inner) => rows(inner).into_iter().map(|rows| Condition::Exists(Box::new(rows))).collect(),
        Condition::Lookup { way, lookup, right } => match right {
            crate::ask::Right::Rows(inner, column) => {
                let with = |rows| Condition::Lookup {
                    way: way.clone(),
                    lookup,
                    right: crate::ask::Right::Rows(Box::new(rows), column.clone()),
                };
                rows(inner).into_iter().map(with).collect()
            }
            _ => Vec::new(),
        },
    }
}

fn several(parts: &[Condition], together: fn(Vec<Condition>) -> Condition) -> Vec<Condition> {
    let mut all = parts.to_vec();
    all.extend(without(parts).into_iter().chain(one_smaller(parts, conditions)).map(together));
    all
}

fn expressions(expression: &Expression) -> Vec<Expression> {
    match expression {
        Expression::Binary(left, operator, right) => {
            let mut all = vec![(**left).clone(), (**right).clone()];
            all.extend(
                expressions(left)
                    .into_iter()
                    .filter(|small| small.kind() == left.kind())
                    .map(|left| Expression::Binary(Box::new(left), operator, right.clone())),
            );
            all.extend(
                expressions(right)
                    .into_iter()
                    .filter(|small| small.kind() == right.kind())
                    .map(|right| Expression::Binary(left.clone(), operator, Box::new(right))),
            );
            all
        }
        Expression::Function { name, kind, arguments } => {
            let mut all = arguments.clone();
            let smaller = one_smaller(arguments, |of| {
                expressions(of).into_iter().filter(|small| small.kind() == of.kind()).collect()
            });
            all.extend(smaller.into_iter().map(|arguments| Expression::Function { name, kind: *kind, arguments }));
            all
        }
        Expression::Aggregate { name, kind, over, distinct, filter } => {
            let with = |over: Box<Expression>, distinct, filter| Expression::Aggregate {
                name,
                kind: *kind,
                over,
                distinct,
                filter,
            };
            let mut all = Vec::new();
            if *distinct {
                all.push(with(over.clone(), false, filter.clone()));
            }
            if let Some(condition) = filter {
                all.push(with(over.clone(), *distinct, None));
                all.extend(
                    conditions(condition).into_iter().map(|small| with(over.clone(), *distinct, Some(Box::new(small)))),
                );
            }
            let smaller = expressions(over).into_iter().filter(|small| small.kind() == over.kind());
            all.extend(smaller.map(|over| with(Box::new(over), *distinct, filter.clone())));
            all
        }
        Expression::Case { branches, otherwise, kind } => {
            let case = |branches, otherwise| Expression::Case { branches, otherwise, kind: *kind };
            let mut all: Vec<Expression> = branches.iter().map(|(_, then)| then.clone()).collect();
            all.extend(otherwise.iter().map(|otherwise| (**otherwise).clone()));
            if otherwise.is_some() {
                all.push(case(branches.clone(), None));
            }
            all.extend(without(branches).into_iter().map(|branches| case(branches, otherwise.clone())));
            let smaller = one_smaller(branches, |(when, then)| {
                let whens = conditions(when).into_iter().map(|when| (when, then.clone()));
                let thens = expressions(then).into_iter().filter(|small| small.kind() == then.kind());
                whens.chain(thens.map(|then| (when.clone(), then))).collect()
            });
            all.extend(smaller.into_iter().map(|branches| case(branches, otherwise.clone())));
            all
        }
        Expression::Subquery(inner, way) => {
            let kept = rows(inner).into_iter().filter(|rows| rows.slice.is_some());
            kept.map(|rows| Expression::Subquery(Box::new(rows), way.clone())).collect()
        }
        Expression::Exists(inner) => rows(inner).into_iter().map(|rows| Expression::Exists(Box::new(rows))).collect(),
        Expression::Column(_) | Expression::Outer(_) | Expression::Value(_) => Vec::new(),
    }
}

/// The list without each of its members, unless that leaves none.
fn without<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    if list.len() < 2 {
        return Vec::new();
    }
    let lacking = |index: usize| list.iter().enumerate().filter(move |(at, _)| *at != index).map(|(_, of)| of.clone());
    (0..list.len()).map(|index| lacking(index).collect()).collect()
}

/// The list with each of its members smaller.
fn one_smaller<T: Clone>(list: &[T], smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut all = Vec::new();
    for (index, of) in list.iter().enumerate() {
        for small in smaller(of) {
            let mut list = list.to_vec();
            list[index] = small;
            all.push(list);
        }
    }
    all
}
