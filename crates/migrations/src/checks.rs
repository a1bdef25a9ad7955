//! What `check` and `makemigrations` find wrong with models before anything is written: names that an engine cuts, refuses or
//! cannot tell apart, and conditions that are not SQL.

mod conditions;

use std::collections::BTreeMap;

use rjango_core::checks::CheckMessage;
use rjango_orm::{Engine, Models};
use rjango_schema::{ConstraintSchema, FieldSchema, ModelSchema};

use crate::ProjectState;
use crate::sql::renderer;
use conditions::condition;

/// The problems of these models on these engines, each with the id by which a setting silences it.
pub fn check_models(models: &Models, engines: &[Engine]) -> Vec<CheckMessage> {
    let state = ProjectState::from_models(models);
    let mut found = Vec::new();
    let mut names: BTreeMap<String, (&ModelSchema, &str)> = BTreeMap::new();
    for model in state.iter().filter(|model| model.managed) {
        own_names(model, &mut names, &mut found);
    }
    for model in state.iter() {
        columns(model, engines, &mut found);
        if model.managed {
            lengths(model, &state, engines, &mut found);
            conditions(model, engines, &mut found);
        }
    }
    found
}

/// The indexes and constraints of a model whose names a person gave: the word for each, and Django's ids for a name that
/// the model has twice, and that two models have.
fn named(model: &ModelSchema) -> impl Iterator<Item = (&str, &'static str, [&'static str; 2])> {
    let indexes = model.indexes.iter().map(|index| (index.name.as_str(), "index", ["models.E029", "models.E030"]));
    let constraints =
        model.constraints.iter().map(|constraint| (constraint.name(), "constraint", ["models.E031", "models.E032"]));
    indexes.chain(constraints)
}

/// Indexes and constraints share one name space in a schema of PostgreSQL, and SQLite takes no notice of case.
fn own_names<'m>(
    model: &'m ModelSchema,
    names: &mut BTreeMap<String, (&'m ModelSchema, &'m str)>,
    found: &mut Vec<CheckMessage>,
) {
    for (name, what, [within, among]) in named(model) {
        let Some((other, first)) = names.insert(name.to_lowercase(), (model, name)) else { continue };
        let (label, hint) = (model.label(), "give one of them another name");
        let spelled =
            if first == name { String::new() } else { format!(" (as `{first}`: their case makes no difference)") };
        let message = if std::ptr::eq(other, model) {
            CheckMessage::error(within, format!("the {what} name `{name}` is used twice in `{label}`{spelled}"))
        } else {
            let text = format!("the {what} name `{name}` of `{label}` is used in `{}` too{spelled}", other.label());
            CheckMessage::error(among, text)
        };
        found.push(at(message.with_hint(hint), model, None));
    }
}

/// SQLite and MySQL take columns for one that differ in case alone.
fn columns(model: &ModelSchema, engines: &[Engine], found: &mut Vec<CheckMessage>) {
    if !engines.iter().any(|engine| *engine != Engine::Postgres) {
        return;
    }
    let mut columns: BTreeMap<String, &FieldSchema> = BTreeMap::new();
    for field in model.concrete_fields() {
        let Some(other) = columns.insert(field.column().to_lowercase(), field) else { continue };
        let text = format!(
            "the fields `{}` and `{}` of `{}` have the same column to SQLite and MySQL, which take no notice of case",
            other.name,
            field.name,
            model.label()
        );
        let hint = "give one of them another name, or another column: `#[field(column = \"..\")]`";
        found.push(at(CheckMessage::error("models.E007", text).with_hint(hint), model, field.line));
    }
}

/// PostgreSQL cuts a name after 63 bytes in silence, and MySQL refuses one with more than 64 characters.
fn lengths(model: &ModelSchema, state: &ProjectState, engines: &[Engine], found: &mut Vec<CheckMessage>) {
    let limits = engines.iter().filter(|engine| **engine != Engine::Sqlite);
    let limits: Vec<(Engine, usize)> = limits.map(|engine| (*engine, renderer(*engine).longest_name())).collect();
    let mut check = |what: String, name: &str, hint: &str, line: Option<usize>| {
        let length = |engine| if engine == Engine::Postgres { name.len() } else { name.chars().count() };
        let Some((engine, limit)) = limits.iter().find(|(engine, limit)| length(*engine) > *limit) else { return };
        let unit = if *engine == Engine::Postgres { "bytes" } else { "characters" };
        let text =
            format!("{what} has the name `{name}` in the database, and {engine} has names of {limit} {unit} at most");
        found.push(at(CheckMessage::error("models.E008", text).with_hint(hint.to_owned()), model, line));
    };
    check(
        format!("the table of `{}`", model.label()),
        &model.table(),
        "give it a shorter one: `#[model(table = \"..\")]`",
        None,
    );
    for field in model.concrete_fields() {
        let what = format!("the column of `{}.{}`", model.label(), field.name);
        check(what, &field.column(), "give it a shorter one: `#[field(column = \"..\")]`", field.line);
    }
    for join in model.many_to_many().filter_map(|field| state.join_model(model, field)) {
        check(
            format!("the table of `{}`", join.label()),
            &join.table(),
            "give it a shorter one: `#[field(db_table = \"..\")]`",
            None,
        );
    }
    for (name, what, _) in named(model) {
        check(format!("the {what} of `{}`", model.label()), name, "give it a shorter one", None);
    }
}

fn conditions(model: &ModelSchema, engines: &[Engine], found: &mut Vec<CheckMessage>) {
    for constraint in &model.constraints {
        let ConstraintSchema::Check { name, sql } = constraint else { continue };
        let problem = engines.iter().find_map(|engine| condition(model, sql, *engine));
        if let Some((problem, hint)) = problem {
            let text = format!("the condition of the constraint `{name}` of `{}` {problem}: `{sql}`", model.label());
            found.push(at(CheckMessage::error("models.E012", text).with_hint(hint), model, None));
        }
    }
}

fn at(message: CheckMessage, model: &ModelSchema, line: Option<usize>) -> CheckMessage {
    match &model.origin {
        Some(origin) => message.at(origin.file.clone(), line.unwrap_or(origin.line), 0),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use rjango_schema::{FieldKind, IndexSchema};

    use super::*;

    fn model(name: &str, fields: &[&str]) -> ModelSchema {
        let mut model = ModelSchema::new("shop", name);
        model.fields = vec![FieldSchema::new("id", FieldKind::BigAuto)];
        model.fields[0].primary_key = true;
        model.fields.extend(fields.iter().map(|name| FieldSchema::new(*name, FieldKind::Integer)));
        model
    }

    fn found(models: &[ModelSchema], engines: &[Engine]) -> Vec<String> {
        let models =
            Models::from_schemas(models.iter().cloned().map(std::sync::Arc::new)).expect("models that go together");
        check_models(&models, engines).iter().map(|found| format!("{} {}", found.id, found.message)).collect()
    }

    fn check(sql: &str) -> ConstraintSchema {
        ConstraintSchema::Check { name: "c".to_owned(), sql: sql.to_owned() }
    }

    #[test]
    fn names_that_are_used_twice_are_found() {
        let (mut one, mut other) = (model("One", &["x"]), model("Other", &["x"]));
        one.indexes = ["i", "j"].map(|name| IndexSchema { name: name.to_owned(), fields: vec!["x".to_owned()] }).into();
        one.constraints = vec![check("x > 0"), ConstraintSchema::Unique { name: "C".into(), fields: vec!["x".into()] }];
        other.constraints = vec![ConstraintSchema::Unique { name: "i".to_owned(), fields: vec!["x".to_owned()] }];
        assert_eq!(
            found(&[one.clone(), other.clone()], &Engine::ALL),
            [
                "models.E031 the constraint name `C` is used twice in `shop.One` (as `c`: their case makes no difference)",
                "models.E032 the constraint name `i` of `shop.Other` is used in `shop.One` too",
            ]
        );
        other.constraints.clear();
        other.indexes = vec![one.indexes[1].clone(), one.indexes[1].clone()];
        one.constraints.clear();
        assert_eq!(
            found(&[one, other.clone()], &Engine::ALL),
            [
                "models.E030 the index name `j` of `shop.Other` is used in `shop.One` too",
                "models.E029 the index name `j` is used twice in `shop.Other`",
            ]
        );
        other.managed = false;
        assert_eq!(found(&[other], &Engine::ALL), [""; 0], "the database has them already");
    }

    #[test]
    fn columns_that_differ_in_case_alone_are_found() {
        let model = model("One", &["val", "VAL"]);
        assert_eq!(found(std::slice::from_ref(&model), &[Engine::Postgres]), [""; 0]);
        for engine in [Engine::Sqlite, Engine::MySql] {
            let found = found(std::slice::from_ref(&model), &[engine]);
            assert!(found[0].starts_with("models.E007 the fields `val` and `VAL` of `shop.One`"), "{found:?}");
        }
    }

    #[test]
    fn names_beyond_the_engines_limits_are_found() {
        let long = "x".repeat(64);
        let mut model = model("One", &[&long]);
        assert_eq!(found(std::slice::from_ref(&model), &[Engine::Sqlite, Engine::MySql]), [""; 0]);
        assert!(found(std::slice::from_ref(&model), &[Engine::Postgres])[0].contains("names of 63 bytes at most"));
        model.fields.truncate(1);
        model.table = Some("t".repeat(65));
        model.constraints = vec![ConstraintSchema::Unique { name: "u".repeat(65), fields: vec!["id".to_owned()] }];
        let found = found(&[model], &[Engine::Sqlite, Engine::MySql]);
        assert!(found[0].starts_with("models.E008 the table of `shop.One`"), "{found:?}");
        assert!(found[1].starts_with("models.E008 the constraint of `shop.One`"), "{found:?}");
    }

    #[test]
    fn tables_that_no_engine_could_name_are_shortened() {
        let name = "A".repeat(80);
        assert_eq!(found(&[model(&name, &[])], &Engine::ALL), [""; 0]);
    }

    #[test]
    fn conditions_that_are_no_sql_are_found() {
        for (sql, expected) in [
            ("price > 0", None),
            ("price > 0 AND (stock < 9 OR \"Odd Column\" IS NOT NULL)", None),
            ("length(name) > 3 and name like 'a;b)%'", None),
            ("\"1st\" > 0", None),
            ("price::text <> '' OR CAST(stock AS text) = '1'", None),
            ("stock BETWEEN 1 AND 5 /* so */", None),
            ("pirce > 0", Some("names `pirce`, which is not a column")),
            ("price > 0 AND stcok > 1", Some("names `stcok`, which is not a column")),
            ("1 = 1", Some("names no column")),
            ("", Some("is empty")),
            ("price > 0)", Some("is not SQL")),
            ("(price > 0", Some("is not SQL")),
            ("name <> 'a", Some("is not SQL")),
            ("price > 0; DROP TABLE x", Some("is not SQL")),
            ("price > 0 -- so", Some("is not SQL")),
            ("price > 0) OR (stock > 1", Some("is not SQL")),
            ("price > > 0", Some("is not SQL")),
            ("price >", Some("is not SQL")),
            ("AND price > 0", Some("is not SQL")),
            ("price > 0 AND", Some("is not SQL")),
            ("price > 0 AND OR stock > 1", Some("is not SQL")),
            ("price > 0 stock > 1", Some("is not SQL")),
            ("price 0", Some("is not SQL")),
            ("price = 'a' stock", Some("is not SQL")),
            ("price IN (1,, 2)", Some("is not SQL")),
            ("(price > ) OR stock = 1", Some("is not SQL")),
            ("price >= -1 AND price <> +2", None),
            ("NOT price = 0 AND price IS NOT NULL", None),
            ("price->>'a' = 'x' OR price - -1 > 0", None),
            ("price % 2 = 0 AND price NOT IN (1, 2)", None),
            ("name ~* '^a' AND name LIKE 'a' ESCAPE '!'", None),
            ("price > 1.5 AND (price BETWEEN 1 AND 5)", None),
            ("CASE WHEN price > 0 THEN stock ELSE 1 END = 1", None),
            ("coalesce(price, 0) > ALL (ARRAY[1, 2])", None),
            ("extract(year from price) > 2000 AND interval '1 day' < price", None),
        ] {
            let mut model = model("One", &["price", "stock", "name", "odd", "first"]);
            model.fields[4].column = Some("Odd Column".to_owned());
            model.fields[5].column = Some("1st".to_owned());
            model.constraints = vec![check(sql)];
            for engine in [Engine::Sqlite, Engine::Postgres] {
                let found = found(std::slice::from_ref(&model), &[engine]);
                match expected {
                    None => assert_eq!(found, [""; 0], "{sql}"),
                    Some(words) => assert!(found.len() == 1 && found[0].contains(words), "{sql}: {found:?}"),
                }
            }
        }
    }
}
