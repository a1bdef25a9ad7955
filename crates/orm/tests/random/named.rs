//! A query by names alone, as the shell, the admin and templates put it: with [`Objects`].

use rjango_core::{Result, Site};
use rjango_orm::Models;
use rjango_orm::dynamic::{Argument, Objects};
use rjango_orm::query;
use serde_json::{Map, Value as Json, json};

use crate::ask::{Ask, Condition, Give, Right, Rows, Step, Term, Wrong};
use crate::data::{by_name, label, literal};
use crate::oracle::plain;

/// Whether names can say it.
pub fn can_say(ask: &Ask) -> bool {
    let rows = &ask.rows;
    let said = |condition: &Condition| says(condition);
    let is_said = |step: &Step| match step {
        Step::Filter(conditions) => conditions.iter().all(said),
        Step::Exclude(condition) => said(condition),
        Step::Annotate { .. } => false,
    };
    rows.combined.is_none()
        && rows.steps.iter().all(is_said)
        && rows.order.iter().flatten().all(|term| term.nulls_first.is_none())
        && match &ask.give {
            Give::Groups { .. } | Give::Aggregate(_) => false,
            Give::Get(conditions) => conditions.iter().all(said),
            _ => true,
        }
}

fn says(condition: &Condition) -> bool {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().all(says),
        Condition::Not(condition) => says(condition),
        Condition::Exists(_) => false,
        Condition::Lookup { right, .. } => matches!(right, Right::One(_) | Right::Many(_)),
    }
}

/// The rows before it is said what is read of them.
pub fn objects(ask: &Ask) -> Result<Objects> {
    let rows = &ask.rows;
    let mut objects = Objects::new(Site::current()?.require::<Models>()?, &label(rows.model))?;
    for step in &rows.steps {
        objects = match step {
            Step::Filter(conditions) => filtered(objects, conditions, rows, false)?,
            Step::Exclude(excluded) => filtered(objects, std::slice::from_ref(excluded), rows, true)?,
            Step::Annotate { .. } => objects,
        };
    }
    let unordered = matches!(ask.give, Give::Count | Give::Exists | Give::Get(_));
    let order =
        if unordered && rows.slice.is_none() { rows.order.clone() } else { rows.total_order(ask.give.columns()) };
    if let Some(order) = order {
        objects = objects.order_by(order.iter().map(term))?;
    }
    if rows.reverse {
        objects = objects.reverse()?;
    }
    if rows.distinct {
        objects = objects.distinct()?;
    }
    if let Some((start, end)) = rows.slice {
        objects = objects.slice(start, end);
    }
    match ask.wrong {
        Some(wrong) => nonsense(objects, wrong),
        None => Ok(objects),
    }
}

fn filtered(objects: Objects, conditions: &[Condition], rows: &Rows, exclude: bool) -> Result<Objects> {
    if let [Condition::Lookup { way, lookup, right: Right::One(value) }] = conditions {
        let name = format!("{}__{lookup}", way.path());
        return if exclude {
            objects.exclude([(name, literal(value))])
        } else {
            objects.filter([(name, literal(value))])
        };
    }
    let all = conditions.iter().map(|of| condition(of, rows.model)).collect::<Result<Vec<_>>>()?;
    let all = query::Condition::All(all);
    objects.filter_by(if exclude { query::Condition::Not(Box::new(all)) } else { all })
}

fn condition(of: &Condition, model: &str) -> Result<query::Condition> {
    let several =
        |conditions: &[Condition]| conditions.iter().map(|of| condition(of, model)).collect::<Result<Vec<_>>>();
    Ok(match of {
        Condition::All(conditions) => query::Condition::All(several(conditions)?),
        Condition::Any(conditions) => query::Condition::Any(several(conditions)?),
        Condition::Not(of) => query::Condition::Not(Box::new(condition(of, model)?)),
        Condition::Lookup { way, lookup, right } => by_name(way, lookup, right, model)?,
        Condition::Exists(_) => unreachable!("`can_say` lets none through"),
    })
}

fn term(term: &Term) -> String {
    format!("{}{}", if term.descending { "-" } else { "" }, term.by.path())
}

fn nonsense(objects: Objects, wrong: Wrong) -> Result<Objects> {
    let sliced = || objects.clone().slice(0, Some(3));
    match wrong {
        Wrong::FilterAfterSlice => sliced().filter([("pk", 1)]),
        Wrong::OrderAfterSlice => sliced().order_by(["pk"]),
        Wrong::ReverseAfterSlice => sliced().reverse(),
        Wrong::UnknownField => objects.filter([("nobody", 1)]),
        Wrong::UnknownLookup => objects.filter([("pk__nobody", 1)]),
        Wrong::UnknownOrder => objects.order_by(["nobody"]),
        Wrong::GreaterThanNothing => objects.filter([("pk__gt", Argument::Value(rjango_orm::Value::Null))]),
        Wrong::NullThatIsNoBool => objects.filter([("pk__isnull", "perhaps")]),
        Wrong::BoundsThatAreThree => {
            let bounds = [1, 2, 3].map(rjango_orm::Value::Int).to_vec();
            objects.filter([("pk__range", Argument::List(bounds))])
        }
        Wrong::ListThatIsOne => objects.filter([("pk__in", 1)]),
        Wrong::TextForANumber => objects.filter([("pages", "many")]),
        Wrong::TextForADate => objects.filter([("published", "soon")]),
    }
}

/// What it gives.
pub async fn answer(ask: &Ask) -> Result<Json> {
    let objects = objects(ask)?;
    let name = ask.rows.model;
    let instance = |found: &rjango_orm::dynamic::Instance| json!({ name: plain::value(found.pk().clone()) });
    Ok(match &ask.give {
        Give::Rows => objects.all().await?.iter().map(instance).collect(),
        Give::Values { columns, by_name } => {
            let names: Vec<String> = columns.iter().map(crate::ask::Way::path).collect();
            let rows = objects.values(&names).await?;
            rows.into_iter().map(|row| listed(&names, row, *by_name)).collect()
        }
        Give::Count => json!(objects.count().await?),
        Give::Exists => json!(objects.exists().await?),
        Give::First => objects.first().await?.as_ref().map_or(Json::Null, instance),
        Give::Last => objects.last().await?.as_ref().map_or(Json::Null, instance),
        Give::Get(conditions) => {
            let objects = filtered(objects, conditions, &ask.rows, false)?;
            instance(&objects.get(std::iter::empty::<(&str, Argument)>()).await?)
        }
        Give::Groups { .. } | Give::Aggregate(_) => unreachable!("`can_say` lets none through"),
    })
}

/// A row of values as a list, or by name.
pub fn listed(names: &[String], row: Vec<rjango_orm::Value>, by_name: bool) -> Json {
    let values = row.into_iter().map(plain::value);
    if by_name { Json::Object(names.iter().cloned().zip(values).collect::<Map<_, _>>()) } else { values.collect() }
}
