//! What a migration does to a site that is running: locks, rewritten tables, code of the last release that breaks.
//!
//! Each rule has a file and a name that never changes. A rule looks at an operation with the states around it, one engine
//! at a time, and at SQL that a person wrote; it knows what the engine does and says the safer way. Nothing here touches a
//! database: migrations go in, findings come out, and what they look like is for the command to say.
//!
//! Where an operation's SQL was edited, what the file says counts and not the operation: whoever follows the advice makes
//! the finding go. What breaks old code breaks it under any SQL, so those rules look at the operation all the same.

mod selection;
mod sql;
mod step;
mod storage;
mod walk;

mod add_check;
mod add_foreign_key;
mod add_not_null;
mod add_unique;
mod change_type;
mod concurrently_in_transaction;
mod data_with_schema;
mod drop_column;
mod drop_index;
mod drop_table;
mod index_without_concurrently;
mod irreversible;
mod lose_values;
mod mysql_table_copy;
mod narrow_type;
mod rename_column;
mod rename_index;
mod rename_table;
mod set_not_null;
mod sqlite_rebuild;
mod transaction_control;
mod write_without_where;

use std::fmt;

use rjango_orm::Engine;

use crate::MigrationKey;

pub use selection::Selection;
pub use walk::lint;

use sql::Sql;
use step::{Step, Whole};

/// Every rule, in the order in which a migration's findings are told.
const RULES: &[&dyn Rule] = &[
    &drop_table::DropTable,
    &drop_column::DropColumn,
    &lose_values::LoseValues,
    &rename_table::RenameTable,
    &rename_column::RenameColumn,
    &add_not_null::AddNotNull,
    &set_not_null::SetNotNull,
    &narrow_type::NarrowType,
    &change_type::ChangeType,
    &add_unique::AddUnique,
    &add_foreign_key::AddForeignKey,
    &add_check::AddCheck,
    &index_without_concurrently::IndexWithoutConcurrently,
    &drop_index::DropIndex,
    &rename_index::RenameIndex,
    &sqlite_rebuild::SqliteRebuild,
    &mysql_table_copy::MysqlTableCopy,
    &write_without_where::WriteWithoutWhere,
    &data_with_schema::DataWithSchema,
    &concurrently_in_transaction::ConcurrentlyInTransaction,
    &transaction_control::TransactionControl,
    &irreversible::Irreversible,
];

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It is slow, or cannot be taken back, but breaks nothing by itself.
    Warning,
    /// It stops or breaks a site that is running.
    Error,
}

impl Severity {
    /// The word of the reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something in a migration that a running site would feel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The migration.
    pub migration: MigrationKey,
    /// The engines on which it is so.
    pub engines: Vec<Engine>,
    /// The file, as messages show it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The operation or statement, for example `Rename field title on product to name`.
    pub subject: String,
    /// What happens.
    pub message: String,
    /// The safer way, step by step.
    pub steps: Vec<String>,
}

/// A rule as `lintmigrations --rules` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// The name, by which it is allowed or excluded.
    pub name: &'static str,
    /// What it finds, in half a sentence.
    pub summary: &'static str,
    /// The engines for which it has something to say.
    pub engines: &'static [Engine],
}

/// Every rule, in the order in which findings are told.
pub fn rules() -> impl Iterator<Item = RuleInfo> {
    RULES.iter().map(|rule| rule.info())
}

/// What an edit of the SQL can make good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Concern {
    /// Code that is still running: no SQL helps.
    Code,
    /// What the engine does: the SQL that runs decides.
    Engine,
}

/// A finding without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Advice {
    severity: Severity,
    message: String,
    steps: Vec<String>,
}

impl Advice {
    fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), steps: Vec::new() }
    }

    fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, message: message.into(), steps: Vec::new() }
    }

    fn step(mut self, step: impl Into<String>) -> Self {
        self.steps.push(step.into());
        self
    }
}

/// A rule. It is asked for its engines alone.
trait Rule: Sync {
    /// Its name and what it is for.
    fn info(&self) -> RuleInfo;

    /// What an edit of the SQL can make good.
    fn concern(&self) -> Concern {
        Concern::Engine
    }

    /// What an operation does.
    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let _ = step;
        Vec::new()
    }

    /// What a statement does that a person wrote.
    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let _ = sql;
        Vec::new()
    }

    /// What the migration as a whole does, and the position of the operation to point at, where it is one.
    fn migration(&self, whole: &Whole<'_>) -> Option<(Option<usize>, Advice)> {
        let _ = whole;
        None
    }
}
