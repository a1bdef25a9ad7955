//! Models for tables that are there, as Rust source: Django's `inspectdb`.
//!
//! Descriptions go in and text comes out. What a model cannot say, or what was guessed, stands in a comment at its place.

mod column;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use rjango_orm::Engine;
use rjango_schema::snake_case;

use super::{
    CheckDescription, ColumnDescription, ForeignKeyDescription, IndexDescription, TableDescription, TableKind,
};
use crate::sql::{index_name, renderer};
use column::{Guess, guess};

const HEADER: &str = "\
// Models of a database that was there before them, made by `rjango inspectdb`. To be done by hand:
//   * Look at each comment that says that something is a guess.
//   * Give each foreign key the `on_delete` that is meant: `do_nothing` leaves it to the database.
//   * Remove `managed = false` where migrations are to create and change the table from now on.
// The structs and their fields may be renamed: `table` and `column` say what they are called in the database.
use rjango::models::*;
";

/// The text of a module with a model for each table. `known` has the tables that models exist for already, each with the
/// path of its model: relations refer to those.
pub fn models(tables: &[TableDescription], engine: Engine, known: &BTreeMap<String, String>) -> String {
    let mut taken = BTreeSet::new();
    let structs: BTreeMap<&str, String> =
        tables.iter().map(|table| (table.name.as_str(), names::struct_name(&table.name, &mut taken))).collect();
    let longest = renderer(engine).longest_name();
    let mut text = HEADER.to_owned();
    for table in tables {
        text.push('\n');
        text.push_str(&Model { table, tables, structs: &structs, known, engine, longest }.text());
    }
    text
}

/// A table on its way to a struct.
struct Model<'a> {
    table: &'a TableDescription,
    tables: &'a [TableDescription],
    structs: &'a BTreeMap<&'a str, String>,
    /// The models that exist already, by their tables.
    known: &'a BTreeMap<String, String>,
    engine: Engine,
    /// The longest name of an index that the engine allows.
    longest: usize,
}

/// What the struct says above its name.
#[derive(Default)]
struct Options {
    notes: Vec<String>,
    entries: Vec<String>,
    names: BTreeSet<String>,
}

impl Model<'_> {
    fn text(&self) -> String {
        let table = self.table;
        let struct_name = &self.structs[table.name.as_str()];
        let key = self.key();
        let mut taken = BTreeSet::new();
        let mut fields: BTreeMap<&str, String> = BTreeMap::new();
        let mut body = String::new();
        let mut targets: BTreeSet<&str> = BTreeSet::new();
        for column in &table.columns {
            let relation = self.relation(column);
            let name = names::field_name(&column.name, relation.is_some(), &mut taken);
            body.push_str(&self.field(column, relation, &name, key, &mut targets));
            fields.insert(&column.name, name.name);
        }
        let mut options = Options { notes: table.notes.clone(), ..Options::default() };
        self.options(&fields, &mut options);
        let mut text = String::new();
        for line in table.comment.iter().flat_map(|comment| comment.lines()) {
            text.push_str(&format!("/// {}\n", line.trim_end()));
        }
        if table.kind == TableKind::View {
            text.push_str("// This is a view.\n");
        }
        for note in options.notes {
            text.push_str(&format!("// {note}\n"));
        }
        text.push_str("#[derive(Model, Debug, Clone)]\n");
        text.push_str(&format!("#[model(table = {:?}, managed = false)]\n", table.name));
        for entry in options.entries {
            text.push_str(&format!("#[model({entry})]\n"));
        }
        text.push_str(&format!("pub struct {struct_name} {{\n{body}}}\n"));
        text
    }

    /// The column that is the model's primary key: the key's first, for a model has one; where there is no key, what comes
    /// nearest to one.
    fn key(&self) -> Option<&str> {
        let table = self.table;
        if let Some(first) = table.primary_key.first() {
            return Some(first);
        }
        let unique = table.uniques.iter().filter_map(|unique| match unique.columns.as_slice() {
            [column] => table.columns.iter().find(|other| other.name == *column && !other.null),
            _ => None,
        });
        let plain = table.columns.iter().find(|column| !column.null).or(table.columns.first());
        unique.into_iter().next().or(plain).map(|column| column.name.as_str())
    }

    /// The foreign key of a column and the model that it refers to, where a model can have it: it is about the primary key of
    /// a table that is among these, or of one that has a model already.
    fn relation(&self, column: &ColumnDescription) -> Option<(&ForeignKeyDescription, &str)> {
        let key = self.foreign_key(column)?;
        // SQLite's names have no case.
        let target = self.tables.iter().find(|table| table.name == key.table);
        let target = target.or_else(|| self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(&key.table)));
        let Some(target) = target else {
            let by_key = key.target.as_deref().is_none_or(|target| target == "id");
            return self.known.get(&key.table).filter(|_| by_key).map(|path| (key, path.as_str()));
        };
        let by_key = match (target.primary_key.as_slice(), &key.target) {
            ([primary], Some(column)) => primary.eq_ignore_ascii_case(column),
            ([_], None) => true,
            _ => false,
        };
        by_key.then(|| (key, self.structs.get(target.name.as_str()).map_or("", String::as_str)))
    }

    fn foreign_key(&self, column: &ColumnDescription) -> Option<&ForeignKeyDescription> {
        self.table.foreign_keys.iter().find(|key| key.column.eq_ignore_ascii_case(&column.name))
    }

    fn field<'s>(
        &'s self,
        column: &'s ColumnDescription,
        relation: Option<(&'s ForeignKeyDescription, &'s str)>,
        name: &names::FieldName,
        key: Option<&str>,
        targets: &mut BTreeSet<&'s str>,
    ) -> String {
        let table = self.table;
        let primary = key == Some(column.name.as_str());
        let unique = self.unique(&column.name);
        let mut guess = guess(column, self.engine, primary, &self.checks_of(&column.name));
        let mut indexed = false;
        if let Some((key, struct_name)) = relation {
            let one = primary || self.any_unique(&column.name);
            let kind = if one { "OneToOne" } else { "ForeignKey" };
            let on_delete = match key.on_delete.to_uppercase().as_str() {
                "CASCADE" => "cascade",
                "SET NULL" if column.null => "set_null",
                _ => "do_nothing",
            };
            guess = Guess::plain(format!("{kind}<{struct_name}>"));
            guess.attributes.push(format!("on_delete = {on_delete:?}"));
            if !targets.insert(struct_name) || key.table == table.name {
                // Two ways back to one model need two names.
                let own = snake_case(&self.structs[table.name.as_str()]);
                guess.attributes.push(format!("related_name = \"{own}_{}_set\"", name.name.trim_matches('_')));
            }
            if !one && !table.indexes.iter().any(|index| is_over(index, &column.name)) {
                guess.attributes.push("index = false".to_owned());
            }
            indexed = true;
        } else if let Some(key) = self.foreign_key(column) {
            let target = key.target.as_ref().map_or_else(String::new, |target| format!(".{target}"));
            guess
                .notes
                .push(format!("It refers to `{}{target}`, which is not the primary key of a model here.", key.table));
        }
        if primary && !guess.auto {
            guess.attributes.push("primary_key".to_owned());
        } else if unique && !primary && relation.is_none() {
            guess.attributes.push("unique".to_owned());
        }
        if !indexed && !primary && !unique && self.has_own_index(&column.name) {
            guess.attributes.push("index".to_owned());
        }
        let default = if relation.is_some() { format!("{}_id", name.name) } else { name.name.clone() };
        if default != column.name {
            guess.attributes.push(format!("column = {:?}", column.name));
        }
        self.key_notes(column, primary, &mut guess);
        self.value_notes(column, &mut guess);
        let mut text = String::new();
        for line in column.comment.iter().flat_map(|comment| comment.lines()) {
            text.push_str(&format!("    /// {}\n", line.trim_end()));
        }
        for note in &guess.notes {
            text.push_str(&format!("    // {note}\n"));
        }
        if !guess.attributes.is_empty() {
            text.push_str(&format!("    #[field({})]\n", guess.attributes.join(", ")));
        }
        // A view's columns may all be NULL for what the engine knows; a key may not.
        let optional = column.null && !primary;
        let rust = if optional { format!("Option<{}>", guess.rust) } else { guess.rust };
        text.push_str(&format!("    pub {}: {rust},\n", name.written()));
        text
    }

    fn key_notes(&self, column: &ColumnDescription, primary: bool, guess: &mut Guess) {
        if !primary {
            return;
        }
        match self.table.primary_key.as_slice() {
            [] if self.any_unique(&column.name) => {
                guess.notes.push("There is no primary key: this column is unique, and taken for one.".to_owned());
            }
            [] => guess.notes.push(
                "There is no primary key: this column is taken for one, and is a guess. Does it tell all rows apart?"
                    .to_owned(),
            ),
            [_] => {}
            columns => guess.notes.push(format!(
                "The primary key is ({}). A model's key is one column: this is the first of them.",
                columns.join(", ")
            )),
        }
    }

    /// What the database does with the column's values by itself, which a model does not say.
    fn value_notes(&self, column: &ColumnDescription, guess: &mut Guess) {
        if let Some(collation) = &column.collation {
            guess.notes.push(format!("Its collation is `{collation}`."));
        }
        if let Some(sql) = &column.generated {
            guess.notes.push(format!("The database computes it, and refuses to write it: {}.", code(sql)));
        }
        let is_null = |default: &&String| default.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("null"));
        let default = column.default.as_ref().filter(|default| !is_null(default));
        if let Some(default) = default.filter(|_| !column.auto && self.table.kind != TableKind::View) {
            guess.notes.push(format!("The database's default is {}.", code(default)));
        }
        if let Some(key) = self.foreign_key(column).filter(|key| !is_nothing(&key.on_update)) {
            let action = key.on_update.to_lowercase();
            guess.notes.push(format!("Where the key there changes, the database does `{action}` here."));
        }
    }

    /// Whether a column is unique by itself, under a name that the engine or Django made up.
    fn unique(&self, column: &str) -> bool {
        let table = &self.table.name;
        self.table.uniques.iter().any(|unique| {
            unique.columns == [column]
                && unique.name.as_ref().is_none_or(|name| {
                    let numbered = name.strip_prefix(column).and_then(|rest| rest.strip_prefix('_'));
                    name == column
                        || numbered.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
                        || *name == format!("{table}_{column}_key")
                        || *name == index_name(table, &[column], "_uniq", self.longest)
                })
        })
    }

    fn any_unique(&self, column: &str) -> bool {
        self.table.uniques.iter().any(|unique| unique.columns == [column])
    }

    /// Whether a column has an index under the name that rjango and Django give it.
    fn has_own_index(&self, column: &str) -> bool {
        let name = index_name(&self.table.name, &[column], "", self.longest);
        self.table.indexes.iter().any(|index| index.name == name && is_over(index, column))
    }

    /// The conditions that name one column alone and come from its type.
    fn checks_of(&self, column: &str) -> Vec<column::Check> {
        self.table.checks.iter().filter_map(|check| column::check(&check.sql, column)).collect()
    }

    fn options(&self, fields: &BTreeMap<&str, String>, options: &mut Options) {
        let table = self.table;
        let related = |column: &str| table.columns.iter().any(|own| own.name == column && self.relation(own).is_some());
        let listed = |columns: &[String]| -> String {
            let names =
                columns.iter().map(|column| fields.get(column.as_str()).map_or(column.as_str(), String::as_str));
            names.collect::<Vec<_>>().join(", ")
        };
        if table.primary_key.len() > 1 {
            options.entries.push(format!("unique_together = {:?}", listed(&table.primary_key)));
        }
        for unique in &table.uniques {
            let columns = listed(&unique.columns);
            if let [column] = unique.columns.as_slice()
                && (self.unique(column) || related(column) || self.key() == Some(column))
            {
                continue;
            }
            let borrowed: Vec<&str> = unique.columns.iter().map(String::as_str).collect();
            match &unique.name {
                Some(name) if *name != index_name(&table.name, &borrowed, "_uniq", self.longest) => {
                    if options.names.insert(name.clone()) {
                        options.entries.push(format!("unique(name = {name:?}, fields = {columns:?})"));
                    }
                }
                _ => options.entries.push(format!("unique_together = {columns:?}")),
            }
        }
        for index in &table.indexes {
            self.index(index, fields, &related, options);
        }
        for check in &table.checks {
            self.check(check, options);
        }
    }

    fn index(
        &self,
        index: &IndexDescription,
        fields: &BTreeMap<&str, String>,
        related: &impl Fn(&str) -> bool,
        options: &mut Options,
    ) {
        if let [(column, false)] = index.columns.as_slice()
            && (related(column)
                || self.has_own_index(column)
                    && index.name == index_name(&self.table.name, &[column], "", self.longest))
        {
            return;
        }
        let names = index.columns.iter().map(|(column, descending)| {
            let name = fields.get(column.as_str()).map_or(column.as_str(), String::as_str);
            if *descending { format!("-{name}") } else { name.to_owned() }
        });
        let listed = names.collect::<Vec<_>>().join(", ");
        let initial = index.name.chars().next().unwrap_or('_');
        // What the parser of models demands of a name.
        if index.name.chars().count() > 30 || initial == '_' || initial.is_ascii_digit() {
            options
                .notes
                .push(format!("An index over ({listed}) has a name that a model cannot give: `{}`.", index.name));
        } else {
            options.entries.push(format!("index(fields = {listed:?}, name = {:?})", index.name));
        }
    }

    fn check(&self, check: &CheckDescription, options: &mut Options) {
        let of_type = self.table.columns.iter().any(|own| column::check(&check.sql, &own.name).is_some());
        match &check.name {
            _ if of_type => {}
            Some(name) if options.names.insert(name.clone()) => {
                options.entries.push(format!("check(name = {name:?}, sql = {:?})", check.sql));
            }
            _ => options.notes.push(format!("Every row satisfies `{}`.", check.sql.replace('\n', " "))),
        }
    }
}

/// SQL on one line, in the marks of code: two where it has such marks itself.
pub(super) fn code(sql: &str) -> String {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if sql.contains('`') { format!("`` {sql} ``") } else { format!("`{sql}`") }
}

/// Whether the action of a foreign key is to refuse.
fn is_nothing(action: &str) -> bool {
    matches!(action.to_uppercase().as_str(), "" | "NO ACTION" | "RESTRICT")
}

/// Whether an index is over this column alone, the smallest first.
fn is_over(index: &IndexDescription, column: &str) -> bool {
    matches!(index.columns.as_slice(), [(own, false)] if own == column)
}
