//! `sqlmigrate`: the SQL of a migration, as it runs.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_orm::Engine;

use crate::migration_files::{database, find, graph};
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
                Arg::new("engine")
                    .long("engine")
                    .value_name("ENGINE")
                    .value_parser(["sqlite", "postgres", "mysql"])
                    .conflicts_with("database")
                    .help("The engine itself, where no database has it"),
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
            let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
            let graph = graph(project)?;
            let migration = find(&graph, word("app_label"), word("migration_name"))?;
            let engine = match matches.get_one::<String>("engine") {
                Some(engine) => Engine::from_name(engine)?,
                None => database(project, word("database"))?.engine(),
            };
            let sql =
                if matches.get_flag("backwards") { migration.down_sql(engine)? } else { migration.up_sql(engine)? };
            let sql = sql.trim_end();
            // MySQL commits before and after each change of a table, so there is nothing to begin.
            match engine {
                _ if !migration.atomic => terminal.line(sql)?,
                Engine::MySql => terminal.line(sql)?,
                _ => terminal.line(format!("BEGIN;\n{sql}\nCOMMIT;"))?,
            }
            Ok(ExitStatus::Success)
        })
    }
}
