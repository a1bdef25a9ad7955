//! `sqlmigrate`: the SQL of a migration, as it runs.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_migrations::Direction;
use rjango_migrations::executor::{History, script};
use rjango_orm::Engine;

use crate::migration_files::{applied_on, database, find, graph};
use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `sqlmigrate`. It reads a database only on SQLite, and only where a migration of one branch makes a table anew: what
/// runs then depends on what is applied of the others.
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
            let direction = if matches.get_flag("backwards") { Direction::Down } else { Direction::Up };
            // Where an engine is named, its database is one in which nothing is applied.
            let history = async || match matches.get_one::<String>("engine") {
                Some(_) => History::default(),
                None => applied_on(project, &graph, word("database")).await,
            };
            let sql = script(&graph, migration, direction, engine, history).await?;
            if sql != migration.sql(engine, direction)? {
                let file = migration.file(&direction.file_name(engine));
                terminal.say(format!(
                    "note: this is not the text of `{file}`: another branch adds columns, which the table that is made anew \
                     keeps"
                ));
            }
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
