//! `inspectdb`: models for the tables of a database that was there before them.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind};
use rjango_migrations::introspection::{TableKind, TableName, describe, models, tables};
use rjango_orm::join_table;

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
            let (own, known) = framework_tables(project);
            let (views, partitions) = (matches.get_flag("include-views"), matches.get_flag("include-partitions"));
            let wanted = |table: &&TableName| match table.kind {
                _ if !named.is_empty() => named.contains(&table.name.as_str()),
                // DIFFERENCE: Django makes models of its own tables too. Those have their models in the installed apps, and
                // nobody writes queries on the history.
                TableKind::Table => !table.name.starts_with("rjango_migrations_") && !own.contains(&table.name),
                TableKind::View => views,
                TableKind::Partition => partitions,
            };
            let mut described = Vec::new();
            let known: BTreeMap<String, String> =
                known.into_iter().filter(|(table, _)| !named.contains(&&**table)).collect();
            for table in there.iter().filter(wanted) {
                described.push(describe(&database, table).await?);
            }
            terminal.write(models(&described, database.engine(), &known))?;
            Ok(ExitStatus::Success)
        })
    }
}

/// The tables of the framework's installed apps, and the paths of the models that they have.
fn framework_tables(project: &Project) -> (BTreeSet<String>, BTreeMap<String, String>) {
    let (mut tables, mut paths) = (BTreeSet::new(), BTreeMap::new());
    for app in project.settings().installed_apps.iter().filter_map(|app| app.strip_prefix("rjango.contrib.")) {
        for meta in project.models.iter().filter(|meta| meta.schema.app == app) {
            let schema = &meta.schema;
            let joins = schema.many_to_many().filter_map(|field| join_table(schema, field));
            tables.extend(joins.map(|join| join.table()));
            tables.insert(schema.table());
            paths.insert(schema.table(), format!("rjango::contrib::{app}::{}", schema.name));
        }
    }
    (tables, paths)
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
