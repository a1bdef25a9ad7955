//! What PostgreSQL and MySQL have in common: the order in which the tables of an operation get their new shapes.
//!
//! Foreign keys cross tables, and neither engine changes the type of a column that has one: so those that go, or must get
//! out of the way, go first, and the new ones come last. In between each table is renamed, with its columns and whatever is
//! named after them; columns are added, altered and dropped, and indexes and constraints follow.

use super::keys::beside_field;
use super::objects::{Fates, Object, Place, retyped};
use super::{Change, Column, Fill, Renames, Table, TableStep, Translation};

/// Stands before keys that are still to be translated.
pub(super) const TAG: &str = "rjango:";

/// How a server spells the steps.
pub(super) trait Server {
    /// Everything on the table that has a name.
    fn objects(&self, table: &Table) -> Vec<Object>;
    /// A column's definition with those of these objects that are part of it.
    fn definition(&self, table: &str, column: &Column, objects: &[Object]) -> String;
    /// A constraint as it stands in `CREATE TABLE` and after `ADD`, without a semicolon.
    fn constraint(&self, object: &Object) -> String;
    /// Puts an object on the table.
    fn add(&self, table: &str, object: &Object) -> String;
    /// Takes an object away.
    fn drop(&self, table: &str, object: &Object) -> String;
    /// Gives an object another name; `None` where the engine has no way but to make it anew.
    fn rename(&self, table: &str, old: &str, object: &Object) -> Option<String>;
    /// Adds a column, filled. Its inline objects are part of it where `objects` holds them.
    fn add_column(&self, table: &str, column: &Column, fill: Option<&Fill>, objects: &[Object]) -> Vec<String>;
    /// Changes a column's type, numbering or nullability; it has its new name already.
    fn alter_column(&self, table: &str, before: &Column, after: &Column, fill: Option<&Fill>) -> Vec<String>;
    /// Brings a column whose keys become others from the old ones to the new.
    fn translate_column(&self, table: &str, before: &Column, after: &Column, translation: &Translation) -> Vec<String>;
    /// Adds the column beside a key that is made anew, filled.
    fn add_new_key(&self, table: &str, name: &str, key: &Column, fill: &Fill) -> Vec<String>;
    /// Gives a key the values that stand beside it.
    fn take_new_key(&self, table: &str, name: &str, before: &Column, after: &Column) -> Vec<String>;
    /// What must run before the keys of a changed table are dropped, and once they are there.
    fn around_keys(&self, _change: &Change) -> (Vec<String>, Vec<String>) {
        (Vec::new(), Vec::new())
    }
    /// What must stand between rows that were written and tables that are to change.
    fn after_rows(&self) -> Option<&'static str> {
        None
    }
    /// A fill as an expression for a column of this type.
    fn fill(&self, fill: &Fill, sql_type: &str) -> String;
    /// Whether an index must stay until another can serve the foreign key of its first column.
    fn foreign_keys_need_indexes(&self) -> bool;
    /// A name in quotes.
    fn quoted(&self, name: &str) -> String;
}

/// The statements of all steps.
pub(super) fn statements(server: &dyn Server, steps: &[TableStep]) -> Vec<String> {
    let changes = || {
        steps.iter().filter_map(|step| match step {
            TableStep::Change(change) => Some(change),
            _ => None,
        })
    };
    let mut renames = Renames::default();
    changes().for_each(|change| renames.note(change));
    let retyped = retyped(changes());
    let mut plans: Vec<Fates> = changes()
        .map(|change| {
            let (before, after) = (server.objects(&change.before), server.objects(&change.after));
            let mut fates = Fates::of(change, &renames, &retyped, before, after);
            fates.remake_what_cannot_be_renamed(server, change);
            fates
        })
        .collect();

    let mut statements = Vec::new();
    let mut last = Vec::new();
    for (change, fates) in changes().zip(&mut plans) {
        let gone: Vec<Object> = fates.dropped.extract_if(.., |object| object.is_foreign_key()).collect();
        statements.extend(gone.iter().map(|object| server.drop(&change.before.name, object)));
        let new: Vec<Object> = fates.added.extract_if(.., |object| object.is_foreign_key()).collect();
        last.extend(new.iter().map(|object| server.add(&change.after.name, object)));
    }
    for change in changes() {
        let fill = change.fills.get(&beside_field());
        let key = change.after.columns.iter().find(|column| change.makes_key(column));
        if let (Some(new_key), Some(key), Some(fill)) = (&change.new_key, key, fill) {
            statements.extend(server.add_new_key(&change.before.name, &new_key.beside, key, fill));
        }
    }
    // A key that is made anew stands beside the old one until every other table is translated.
    let mut made_anew = Vec::new();
    let mut plans = plans.into_iter();
    for step in steps {
        match step {
            TableStep::Copy(copy) => {
                let statement = copy.statement(&|name| server.quoted(name), &|fill, of| server.fill(fill, of));
                statements.push(statement);
                statements.extend(server.after_rows().map(str::to_owned));
            }
            TableStep::Create(table) => {
                let objects = server.objects(table);
                statements.push(create(server, table, &objects));
                for object in objects.iter().filter(|object| object.place == Place::After) {
                    let made = server.add(&table.name, object);
                    if object.is_foreign_key() { last.push(made) } else { statements.push(made) }
                }
            }
            TableStep::Drop(table) => statements.push(format!("DROP TABLE {};", server.quoted(&table.name))),
            TableStep::Change(change) => {
                if let Some(fates) = plans.next() {
                    let changed = change_table(server, change, &fates);
                    if change.new_key.is_some() { made_anew.extend(changed) } else { statements.extend(changed) }
                }
            }
        }
    }
    statements.extend(made_anew);
    statements.extend(last);
    statements
}

impl Fates {
    fn remake_what_cannot_be_renamed(&mut self, server: &dyn Server, change: &Change) {
        let renamed = std::mem::take(&mut self.renamed);
        for (old, object) in renamed {
            if server.rename(&change.after.name, &old, &object).is_some() {
                self.renamed.push((old, object));
                continue;
            }
            self.dropped.push(Object { name: old, ..object.clone() });
            self.added.push(object);
        }
    }
}

/// Makes a table with the objects that stand inside it.
fn create(server: &dyn Server, table: &Table, objects: &[Object]) -> String {
    let columns = table.columns.iter().map(|column| server.definition(&table.name, column, objects));
    let constraints = objects.iter().filter(|object| object.place == Place::Table);
    let parts: Vec<String> = columns.chain(constraints.map(|object| server.constraint(object))).collect();
    format!("CREATE TABLE {} (\n    {}\n);", server.quoted(&table.name), parts.join(",\n    "))
}

/// One table's way, foreign keys left out.
fn change_table(server: &dyn Server, change: &Change, fates: &Fates) -> Vec<String> {
    let (before, after) = (&change.before, &change.after);
    let mut statements = Vec::new();
    // What stands on dropped columns alone goes with them.
    let leaving: Vec<&str> = change.dropped().map(|column| column.name.as_str()).collect();
    let goes_along = |object: &&Object| {
        let columns = object.columns();
        !columns.is_empty() && columns.iter().all(|column| leaving.contains(column))
    };
    let is_held = |object: &&Object| {
        let first = object.columns().first().copied().map(str::to_owned);
        let now = first.map(|first| {
            let is_it = |column: &&Column| change.origin(column).is_some_and(|origin| origin.name == first);
            after.columns.iter().find(is_it).map_or(first.clone(), |column| column.name.clone())
        });
        server.foreign_keys_need_indexes() && now.is_some_and(|now| fates.held.contains(&now))
    };
    let (held, free): (Vec<&Object>, Vec<&Object>) =
        fates.dropped.iter().filter(|object| !goes_along(object)).partition(is_held);
    let (before_keys, after_keys) = server.around_keys(change);
    statements.extend(before_keys);
    statements.extend(free.into_iter().map(|object| server.drop(&before.name, object)));

    if before.name != after.name {
        let (old, new) = (server.quoted(&before.name), server.quoted(&after.name));
        statements.push(format!("ALTER TABLE {old} RENAME TO {new};"));
    }
    let table = server.quoted(&after.name);
    for column in &after.columns {
        if let Some(origin) = change.origin(column).filter(|origin| origin.name != column.name) {
            let (old, new) = (server.quoted(&origin.name), server.quoted(&column.name));
            statements.push(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new};"));
        }
    }
    statements.extend(fates.renamed.iter().filter_map(|(old, object)| server.rename(&after.name, old, object)));

    let mut part_of_column = Vec::new();
    // What refers to the table itself is translated before its key is another.
    let keys_last = after.columns.iter().filter(|column| !change.makes_key(column));
    for column in keys_last.chain(after.columns.iter().filter(|column| change.makes_key(column))) {
        let fill = change.fills.get(&column.field);
        match change.origin(column) {
            Some(origin) if change.makes_key(column) => {
                let beside = change.new_key.as_ref().map_or("", |new| new.beside.as_str());
                statements.extend(server.take_new_key(&after.name, beside, origin, column));
            }
            Some(origin) if change.translations.contains_key(&column.field) => {
                let translation = &change.translations[&column.field];
                statements.extend(server.translate_column(&after.name, origin, column, translation));
            }
            Some(origin) => statements.extend(server.alter_column(&after.name, origin, column, fill)),
            None => {
                // A filled column takes its constraints only when it has its values.
                let is_part = |object: &&Object| fill.is_none() && object.is_part_of(column);
                let parts: Vec<Object> = fates.added.iter().filter(is_part).cloned().collect();
                statements.extend(server.add_column(&after.name, column, fill, &parts));
                part_of_column.extend(parts);
            }
        }
    }
    // A primary key that a foreign key stands on goes when another index serves that, and before the new primary key comes.
    let (held_keys, held): (Vec<&Object>, Vec<&Object>) = held.into_iter().partition(|object| object.is_primary_key());
    let new = fates.added.iter().filter(|object| !part_of_column.contains(*object));
    let (keys, others): (Vec<&Object>, Vec<&Object>) =
        new.partition(|object| object.is_primary_key() && !held_keys.is_empty());
    statements.extend(others.into_iter().map(|object| server.add(&after.name, object)));
    statements.extend(held_keys.into_iter().map(|object| server.drop(&after.name, object)));
    statements.extend(keys.into_iter().map(|object| server.add(&after.name, object)));
    statements.extend(after_keys);
    statements.extend(held.into_iter().map(|object| server.drop(&after.name, object)));
    for column in change.dropped() {
        statements.push(format!("ALTER TABLE {table} DROP COLUMN {};", server.quoted(&column.name)));
    }
    statements
}

/// The columns of an index in quotes, those with the largest first marked.
pub(super) fn index_columns(server: &dyn Server, columns: &[(String, bool)], operators: Option<&str>) -> String {
    let columns = columns.iter().map(|(column, descending)| {
        let operators = operators.map(|operators| format!(" {operators}")).unwrap_or_default();
        format!("{}{operators}{}", server.quoted(column), if *descending { " DESC" } else { "" })
    });
    columns.collect::<Vec<_>>().join(", ")
}

/// The names in quotes, separated by commas.
pub(super) fn list(server: &dyn Server, columns: &[String]) -> String {
    columns.iter().map(|column| server.quoted(column)).collect::<Vec<_>>().join(", ")
}
