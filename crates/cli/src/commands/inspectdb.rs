//! `inspectdb`: models for the tables of a database that was there before them.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind};
use rjango_migrations::introspection::{TableKind, TableName, describe, models, tables};

use crate::migration_files::database;
use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `inspectdb`.
pub struct InspectDb;

impl Command for InspectDb {
    fn name(&self) -> &'static str {
        "inspectdb"
    }

    fn about(&self) -> &'static str {
        "Prints models for the tables of an existing database"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let flag =
            |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
        command
            .arg(
                Arg::new("table")
                    .value_name("TABLE")
                    .action(ArgAction::Append)
                    .help("The tables, views or partitions to look at (default: all tables)"),
            )
            .arg(
                Arg::new("database")
                    .long("database")
                    .value_name("ALIAS")
                    .default_value("default")
                    .help("The database to look into"),
            )
            .arg(flag("include-views", "Look at views too"))
            .arg(flag("include-partitions", "Look at the partitions of PostgreSQL's tables too"))
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let alias = matches.get_one::<String>("database").map_or("default", String::as_str);
            let database = database(project, alias)?;
            let there = tables(&database).await?;
            let named: Vec<&str> =
                matches.get_many::<String>("table").into_iter().flatten().map(String::as_str).collect();
            if let Some(missing) = named.iter().find(|name| !there.iter().any(|table| table.name == **name)) {
                return Err(missing_table(missing, alias, &there));
            }
            let (views, partitions) = (matches.get_flag("include-views"), matches.get_flag("include-partitions"));
            let wanted = |table: &&TableName| match table.kind {
                _ if !named.is_empty() => named.contains(&table.name.as_str()),
                // DIFFERENCE: Django makes a model of `django_migrations` too. Nobody writes queries on the history.
                TableKind::Table => !table.name.starts_with("rjango_migrations_"),
                TableKind::View => views,
                TableKind::Partition => partitions,
            };
            let mut described = Vec::new();
            for table in there.iter().filter(wanted) {
                described.push(describe(&database, table).await?);
            }
            terminal.write(models(&described, database.engine()))?;
            Ok(ExitStatus::Success)
        })
    }
}

fn missing_table(name: &str, alias: &str, there: &[TableName]) -> Error {
    let names: Vec<&str> = there.iter().map(|table| table.name.as_str()).take(20).collect();
    let hint = if names.is_empty() {
        "the database has no tables".to_owned()
    } else {
        format!("it has {}{}", names.join(", "), if there.len() > names.len() { ", ..." } else { "" })
    };
    Error::new(ErrorKind::Command, format!("the database `{alias}` has no table `{name}`")).with_hint(hint)
}
