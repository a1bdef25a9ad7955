//! What was renamed in place, and with it every reference: the database follows by itself.

use std::collections::BTreeMap;

use super::{Change, Reference, Table};

/// Tables and columns that were renamed in place, and what refers to them.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    tables: BTreeMap<String, String>,
    columns: BTreeMap<(String, String), String>,
}

impl Renames {
    /// Notes what a change renames.
    pub(crate) fn note(&mut self, change: &Change) {
        if change.before.name != change.after.name {
            self.tables.insert(change.before.name.clone(), change.after.name.clone());
        }
        for column in &change.after.columns {
            if let Some(origin) = change.origin(column)
                && origin.name != column.name
            {
                self.columns.insert((change.after.name.clone(), origin.name.clone()), column.name.clone());
            }
        }
    }

    /// Gives a shape from before the references that the database has given it by now.
    pub(crate) fn follow(&self, table: &mut Table) {
        for reference in table.columns.iter_mut().filter_map(|column| column.references.as_mut()) {
            *reference = self.followed(reference);
        }
    }

    /// A reference from before as the database has it by now.
    pub(crate) fn followed(&self, reference: &Reference) -> Reference {
        let table = self.tables.get(&reference.table).unwrap_or(&reference.table).clone();
        let column = self.columns.get(&(table.clone(), reference.column.clone())).unwrap_or(&reference.column).clone();
        Reference { table, column }
    }
}
