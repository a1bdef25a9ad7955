//! `sqlmigrate`: the SQL of a migration, as it runs.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind};
use rjango_migrations::executor::Target;

use crate::migration_files::{database, graph};
use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `sqlmigrate`. It connects to no database.
pub struct SqlMigrate;

impl Command for SqlMigrate {
    fn name(&self) -> &'static str {
        "sqlmigrate"
    }

    fn about(&self) -> &'static str {
        "Prints the SQL of a migration"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(Arg::new("app_label").value_name("APP").required(true).help("The migration's app"))
            .arg(
                Arg::new("migration_name")
                    .value_name("MIGRATION")
                    .required(true)
                    .help("The migration's number, or the beginning of its name"),
            )
            .arg(
                Arg::new("database")
                    .long("database")
                    .value_name("ALIAS")
                    .default_value("default")
                    .help("The database whose engine is meant"),
            )
            .arg(
                Arg::new("backwards")
                    .long("backwards")
                    .action(ArgAction::SetTrue)
                    .help("Print the SQL that takes the migration back"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let word = |name: &str| matches.get_one::<String>(name).map(String::as_str);
            let graph = graph(project)?;
            let target = Target::parse(&graph, word("app_label"), word("migration_name"))?;
            let migration = match &target {
                Target::Migration(key) => graph.get(key),
                _ => None,
            };
            let migration = migration.ok_or_else(|| {
                Error::new(ErrorKind::Command, "`zero` is no migration: it has no SQL")
                    .with_hint("name a migration; `rjango showmigrations` lists them")
            })?;
            let engine = database(project, word("database").unwrap_or("default"))?.engine();
            let sql =
                if matches.get_flag("backwards") { migration.down_sql(engine)? } else { migration.up_sql(engine)? };
            terminal.line(format!("BEGIN;\n{}\nCOMMIT;", sql.trim_end()))?;
            Ok(ExitStatus::Success)
        })
    }
}
