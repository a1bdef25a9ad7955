//! What hangs on a table by a name of its own in PostgreSQL and MySQL: keys, constraints and indexes.
//!
//! SQLite makes a table anew where one of them changes; the servers add, drop and rename each by its name. So the names
//! must be known while the SQL is written: they are Django's, derived from the table and its columns, and what a rename
//! would leave under an old name is renamed along.
// DIFFERENCE: Django asks the database for the names when it alters a table, and leaves constraints their old names when it
// renames one. Our SQL is written ahead; renaming along keeps a migrated schema equal to a fresh one.

use super::{Change, Column, Constraint, IndexKind, Reference, Renames, Table};

/// Something on a table that has a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) what: What,
    pub(super) place: Place,
}

/// Where an object is made together with its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In its column's definition, in `CREATE TABLE` and `ADD COLUMN`.
    Column,
    /// At the end of `CREATE TABLE`.
    Table,
    /// By a statement of its own.
    After,
}

/// The kinds of things on a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    PrimaryKey {
        column: String,
    },
    Unique {
        columns: Vec<String>,
    },
    Check {
        sql: String,
    },
    /// The check of a positive integer's column.
    Positive {
        column: String,
    },
    Index {
        columns: Vec<(String, bool)>,
        operators: Option<&'static str>,
    },
    ForeignKey {
        column: String,
        reference: Reference,
    },
}

impl Object {
    pub(super) fn new(name: impl Into<String>, what: What, place: Place) -> Self {
        Self { name: name.into(), what, place }
    }

    /// Whether it is part of this column's definition.
    pub(super) fn is_part_of(&self, column: &Column) -> bool {
        self.place == Place::Column && self.columns() == [column.name.as_str()]
    }

    pub(super) fn is_foreign_key(&self) -> bool {
        matches!(self.what, What::ForeignKey { .. })
    }

    pub(super) fn is_primary_key(&self) -> bool {
        matches!(self.what, What::PrimaryKey { .. })
    }

    /// The columns that it is about, where the database knows them.
    pub(super) fn columns(&self) -> Vec<&str> {
        match &self.what {
            What::PrimaryKey { column } | What::Positive { column } | What::ForeignKey { column, .. } => vec![column],
            What::Unique { columns } => columns.iter().map(String::as_str).collect(),
            What::Index { columns, .. } => columns.iter().map(|(column, _)| column.as_str()).collect(),
            What::Check { .. } => Vec::new(),
        }
    }
}

/// What becomes of a table's objects in a change.
#[derive(Debug, Default)]
pub(super) struct Fates {
    /// Those that go, as they are called before.
    pub(super) dropped: Vec<Object>,
    /// Those that stay under another name: the name before, and the object after.
    pub(super) renamed: Vec<(String, Object)>,
    /// Those that are new.
    pub(super) added: Vec<Object>,
    /// The columns, by their names after, on which a foreign key stays throughout.
    pub(super) held: Vec<String>,
}

impl Fates {
    /// The fates of `before` in view of `after`. `retyped` are the columns, by table and name after, whose type changes: a
    /// foreign key on one, or to one, cannot live through that.
    pub(super) fn of(
        change: &Change,
        renames: &Renames,
        retyped: &[(String, String)],
        before: Vec<Object>,
        mut after: Vec<Object>,
    ) -> Self {
        let mut fates = Self::default();
        let before: Vec<(Object, What)> = before
            .into_iter()
            .map(|object| {
                let followed = followed(&object.what, change, renames);
                (object, followed)
            })
            .collect();
        let stays = |heir: &Object| before.iter().any(|(it, followed)| it.name == heir.name && *followed == heir.what);
        let staying: Vec<String> = after.iter().filter(|heir| stays(heir)).map(|heir| heir.name.clone()).collect();
        for (object, followed) in before {
            // Where two would fit, such as two indexes of one column, the name decides; no other takes what keeps its name.
            let same = |candidate: &&Object| candidate.what == followed;
            let heir = after.iter().filter(same).find(|heir| heir.name == object.name);
            let is_free = |heir: &&Object| !staying.contains(&heir.name);
            let heir = heir.or_else(|| after.iter().filter(same).find(is_free)).map(|heir| heir.name.clone());
            let position = heir.and_then(|name| after.iter().position(|it| it.name == name && it.what == followed));
            let Some(position) = position.filter(|_| !is_retyped(&followed, change, retyped)) else {
                fates.dropped.push(object);
                continue;
            };
            let heir = after.remove(position);
            if let What::ForeignKey { column, .. } = &heir.what {
                fates.held.push(column.clone());
            }
            if heir.name != object.name {
                fates.renamed.push((object.name, heir));
            }
        }
        fates.added = after;
        fates
    }
}

fn is_retyped(what: &What, change: &Change, retyped: &[(String, String)]) -> bool {
    let What::ForeignKey { column, reference } = what else {
        return false;
    };
    let has = |table: &str, column: &str| retyped.iter().any(|(of, name)| of == table && name == column);
    has(&change.after.name, column) || has(&reference.table, &reference.column)
}

/// The thing in the words of the shape after: columns and tables under their new names.
fn followed(what: &What, change: &Change, renames: &Renames) -> What {
    let now = |name: &String| {
        let is_it = |column: &&Column| change.origin(column).is_some_and(|origin| origin.name == *name);
        change.after.columns.iter().find(is_it).map_or_else(|| name.clone(), |column| column.name.clone())
    };
    match what {
        What::PrimaryKey { column } => What::PrimaryKey { column: now(column) },
        What::Unique { columns } => What::Unique { columns: columns.iter().map(now).collect() },
        What::Check { sql } => What::Check { sql: sql.clone() },
        What::Positive { column } => What::Positive { column: now(column) },
        What::Index { columns, operators } => What::Index {
            columns: columns.iter().map(|(column, descending)| (now(column), *descending)).collect(),
            operators: *operators,
        },
        What::ForeignKey { column, reference } => {
            What::ForeignKey { column: now(column), reference: renames.followed(reference) }
        }
    }
}

/// The columns, by table and name after, whose type, numbering or values change.
pub(super) fn retyped<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<(String, String)> {
    let mut retyped = Vec::new();
    for change in changes {
        for column in &change.after.columns {
            let gets_others = change.makes_key(column) || change.translations.contains_key(&column.field);
            let differs =
                |origin: &Column| gets_others || origin.sql_type != column.sql_type || origin.auto != column.auto;
            if change.origin(column).is_some_and(differs) {
                retyped.push((change.after.name.clone(), column.name.clone()));
            }
        }
    }
    retyped
}

/// The foreign keys of a table, each with the name that the engine's rule gives it.
pub(super) fn foreign_keys(table: &Table, name: impl Fn(&Column, &Reference) -> String) -> Vec<Object> {
    let keys = table.columns.iter().filter_map(|column| Some((column, column.references.as_ref()?)));
    keys.map(|(column, reference)| {
        let what = What::ForeignKey { column: column.name.clone(), reference: reference.clone() };
        Object::new(name(column, reference), what, Place::After)
    })
    .collect()
}

/// The constraints that the author named.
pub(super) fn named_constraints(table: &Table) -> impl Iterator<Item = Object> {
    table.constraints.iter().map(|constraint| match constraint {
        Constraint::Unique { name, columns } => {
            Object::new(name, What::Unique { columns: columns.clone() }, Place::Table)
        }
        Constraint::Check { name, sql } => Object::new(name, What::Check { sql: sql.clone() }, Place::Table),
    })
}

/// The groups of `unique_together`, which the servers have as constraints.
pub(super) fn together(table: &Table) -> impl Iterator<Item = Object> {
    let groups = table.indexes.iter().filter(|index| index.kind == IndexKind::Together);
    groups.map(|index| {
        let columns = index.columns.iter().map(|(column, _)| column.clone()).collect();
        Object::new(&index.name, What::Unique { columns }, Place::After)
    })
}
