//! `migrate`: applies migrations, or takes them back.

mod prune;

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::autodetector::{Answer, Question, Questioner, changes};
use rjango_migrations::executor::{Executor, History, Step, Target};
use rjango_migrations::{Direction, Graph, MigrationKey, PostMigrate, PostMigrateContext, Waiting, watched};
use rjango_orm::{Database, Databases, Engine};

use crate::data_migrations::hand_over;
use crate::migration_files::{database, graph, tell, wanted_state};
use crate::migration_progress::TerminalProgress;
use crate::{Command, ExitStatus, Paint, Project, Running, Terminal};

/// Django's `migrate`.
pub struct Migrate;

impl Command for Migrate {
    fn name(&self) -> &'static str {
        "migrate"
    }

    fn about(&self) -> &'static str {
        "Brings the database to where the migrations say, or back"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let flag =
            |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
        command
            .arg(Arg::new("app_label").value_name("APP").help("The app to migrate (default: all)"))
            .arg(
                Arg::new("migration_name")
                    .value_name("MIGRATION")
                    .requires("app_label")
                    .help("The migration to go to, by number or name; `zero` takes all of the app's back"),
            )
            .arg(
                Arg::new("database")
                    .long("database")
                    .value_name("ALIAS")
                    .default_value("default")
                    .help("The database to migrate"),
            )
            .arg(flag("plan", "Show what would be done, and do nothing"))
            .arg(flag("check", "Do nothing, and exit with 1 if there is something to do"))
            .arg(flag("fake", "Only record the migrations, without running their SQL"))
            .arg(flag(
                "fake-initial",
                "Only record an app's first migration where its tables and columns are there already",
            ))
            .arg(flag("prune", "Forget the applied migrations of the app whose files are gone"))
            .arg(flag("run-syncdb", "Not there: every app gets its tables from migrations (says what to do)"))
            .arg(flag("noinput", "Ask nothing (it never does)").visible_alias("no-input"))
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            if matches.get_flag("run-syncdb") {
                return Err(no_syncdb(project)?);
            }
            let alias = matches.get_one::<String>("database").map_or("default", String::as_str);
            let database = database(project, alias)?;
            if let Some(primary) = &database.settings().replica_of {
                return Err(replica(alias, primary));
            }
            let graph = graph(project)?;
            let mut aside = terminal.aside();
            let tell = move |waiting| match waiting {
                Waiting::For(what) => aside.say("note:", what),
                Waiting::Over => aside.say("note:", "the wait is over, going on"),
            };
            watched(&database, tell, async || migrate(project, matches, &database, graph, terminal).await).await
        })
    }
}

/// Does what the command line says, over one connection.
async fn migrate(
    project: &Project,
    matches: &ArgMatches,
    database: &Database,
    graph: Graph,
    terminal: &mut Terminal,
) -> Result<ExitStatus> {
    let alias = database.alias();
    let history = History::read(database, &graph).await?;
    let graph = graph.with_history(&history)?;
    let app = matches.get_one::<String>("app_label").map(String::as_str);
    let name = matches.get_one::<String>("migration_name").map(String::as_str);
    let executor = Executor::new(database, &graph);
    if matches.get_flag("prune") {
        return prune::run(&executor, &graph, &history, app, terminal).await;
    }
    // Before the target: an app whose applied migrations are gone has lost them, it is not without any.
    let recorded_next: BTreeSet<MigrationKey> = match Target::parse(&graph, app, name) {
        Ok(target) if matches.get_flag("fake") => {
            let steps = history.plan(&graph, &target).into_iter();
            steps.filter(|step| !step.backwards).map(|step| step.key).collect()
        }
        _ => BTreeSet::new(),
    };
    let mut problems = executor.problems_before_recording(&history, &recorded_next)?;
    problems.extend(graph.check_conflicts().err());
    let (check, plan) = (matches.get_flag("check"), matches.get_flag("plan"));
    if check {
        problems.extend(unwritten(&graph, &history, database.engine()));
    }
    if !problems.is_empty() {
        tell(&problems, terminal);
        return Ok(ExitStatus::Failure);
    }
    let target = Target::parse(&graph, app, name)?;
    let steps = history.plan(&graph, &target);
    let left_behind = executor.left_behind(&history, &steps);
    if plan {
        show_plan(&graph, &history, &steps, terminal)?;
    }
    if check || plan {
        tell(left_behind.as_slice(), terminal);
    }
    if check {
        if !steps.is_empty() {
            let name = |step: &Step| format!("{}{}", step.key, history.half_applied_note(&step.key));
            let names: Vec<String> = steps.iter().map(name).collect();
            terminal.say(format!("{} unapplied migration(s): {}", names.len(), names.join(", ")));
        }
        return Ok(if steps.is_empty() && left_behind.is_none() { ExitStatus::Success } else { ExitStatus::Failure });
    }
    if plan {
        return Ok(ExitStatus::Success);
    }
    if let Some(error) = left_behind {
        return Err(error);
    }
    let faked = if matches.get_flag("fake") {
        steps.iter().map(|step| step.key.clone()).collect()
    } else if matches.get_flag("fake-initial") {
        executor.soft_applied(&steps).await?
    } else {
        BTreeSet::new()
    };
    let mut faked: BTreeSet<MigrationKey> = faked;
    // As Django: what belongs into another database is recorded here and makes no tables.
    let databases = project.site.require::<Databases>()?;
    let elsewhere = steps.iter().filter(|step| !databases.allow_migrate(alias, &step.key.app));
    faked.extend(elsewhere.map(|step| step.key.clone()));
    let run_steps: Vec<Step> = steps.iter().filter(|step| !faked.contains(&step.key)).cloned().collect();
    if let Some(status) = hand_over(project, &graph, &run_steps, database.engine(), terminal)? {
        return Ok(status);
    }
    let run = Run { project, database, graph: &graph, executor, history };
    run.migrate(&target, &steps, &faked, terminal).await?;
    Ok(ExitStatus::Success)
}

#[cold]
fn replica(alias: &str, primary: &str) -> Error {
    Error::new(ErrorKind::Command, format!("`{alias}` is a replica of `{primary}`, and its tables come from there"))
        .with_hint(format!("migrate `{primary}`"))
}

/// The SQL that a migration has not got yet, or that is still to be written by hand.
fn unwritten(graph: &Graph, history: &History, engine: Engine) -> Vec<Error> {
    let unapplied = graph.iter().filter(|migration| !history.is_applied(graph, &migration.key));
    unapplied.filter_map(|migration| migration.check_sql(engine, Direction::Up).err()).collect()
}

/// DIFFERENCE: Django makes the tables of apps without migrations with `--run-syncdb`. Tables that no migration knows are
/// tables that no migration can change, so there are none here.
fn no_syncdb(project: &Project) -> Result<Error> {
    let graph = graph(project)?;
    let state = wanted_state(project);
    let without = project.migrations.iter().map(|migrations| migrations.app.as_ref());
    let without = without.filter(|app| graph.leaf(app).is_none() && state.iter().any(|model| model.app == **app));
    let apps: Vec<&str> = without.collect();
    let hint = if apps.is_empty() {
        "leave it out: every app with models has migrations".to_owned()
    } else {
        format!(
            "`rjango makemigrations {}` writes the migrations that are missing; then `rjango migrate`",
            apps.join(" ")
        )
    };
    Ok(Error::new(ErrorKind::Command, "there is no `--run-syncdb`: every table comes from a migration").with_hint(hint))
}

struct Run<'a> {
    project: &'a Project,
    database: &'a Database,
    graph: &'a Graph,
    executor: Executor<'a>,
    history: History,
}

impl Run<'_> {
    async fn migrate(
        &self,
        target: &Target,
        steps: &[Step],
        faked: &BTreeSet<MigrationKey>,
        terminal: &mut Terminal,
    ) -> Result<()> {
        if terminal.verbosity() >= 1 {
            terminal.line(terminal.paint_data(Paint::Strong, "Operations to perform:"))?;
            terminal.line(match target {
                Target::All => format!("  Apply all migrations: {}", self.graph.apps().collect::<Vec<_>>().join(", ")),
                Target::App(app) => format!("  Apply all migrations: {app}"),
                Target::Zero(app) => format!("  Unapply all migrations: {app}"),
                Target::Migration(key) => format!("  Target specific migration: {}, from {}", key.name, key.app),
            })?;
            terminal.line(terminal.paint_data(Paint::Strong, "Running migrations:"))?;
        }
        if steps.is_empty() {
            if terminal.verbosity() >= 1 {
                terminal.line("  No migrations to apply.")?;
            }
            self.executor.run(steps, false, &mut ()).await?;
            self.mention_changes(terminal)?;
        } else {
            let mut progress = TerminalProgress::new(terminal, steps.len());
            let mut outcome = Ok(());
            for steps in steps.chunk_by(|one, other| faked.contains(&one.key) == faked.contains(&other.key)) {
                let fake = steps.first().is_some_and(|step| faked.contains(&step.key));
                outcome = self.executor.run(steps, fake, progress.faking(fake)).await;
                if outcome.is_err() {
                    break;
                }
            }
            progress.close();
            outcome?;
        }
        let history = if steps.is_empty() { self.history.clone() } else { self.executor.history().await? };
        let state = self.graph.state_after(&history.applied_in(self.graph))?;
        let context = PostMigrateContext { database: self.database, models: &self.project.models, state: &state };
        PostMigrate::run_all(&context).await
    }

    /// A nod to `makemigrations`, where the models have moved on.
    fn mention_changes(&self, terminal: &mut Terminal) -> Result<()> {
        let own = |app: &str| {
            self.project.migrations.iter().any(|migrations| migrations.app == app && migrations.folder().is_some())
        };
        let to = wanted_state(self.project).only_apps(own);
        let from = self.graph.state()?.only_apps(own);
        // A question stands for a change too; nothing is written here, so any answer does.
        let Ok(changes) = changes(&from, &to, &mut AnyAnswer) else {
            return Ok(());
        };
        let mut apps: Vec<&str> = changes.operations().map(|(app, _)| app).collect();
        apps.sort_unstable();
        apps.dedup();
        if !apps.is_empty() {
            let apps = apps.join("', '");
            let notice = format!(
                "  Your models in app(s): '{apps}' have changes that are not yet reflected in a migration, and so won't \
                 be applied.\n  Run 'rjango makemigrations' to make new migrations, and then re-run 'rjango migrate' to \
                 apply them."
            );
            terminal.say(terminal.paint(Paint::Warning, notice));
        }
        Ok(())
    }
}

/// Answers only so that the autodetector goes on.
struct AnyAnswer;

impl Questioner for AnyAnswer {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Error> {
        Ok(match question {
            Question::NotNullAddition { .. } => Answer::Value(rjango_schema::DefaultValue::Int(0)),
            Question::UniqueAddition { .. } => Answer::Yes,
            _ => Answer::No,
        })
    }
}

fn show_plan(graph: &Graph, history: &History, steps: &[Step], terminal: &mut Terminal) -> Result<()> {
    terminal.line(terminal.paint_data(Paint::Strong, "Planned operations:"))?;
    if steps.is_empty() {
        terminal.line("  No planned migration operations.")?;
    }
    for step in steps {
        let half = history.half_applied_note(&step.key);
        terminal.line(format!("{}{half}", terminal.paint_data(Paint::Strong, &step.key)))?;
        let Some(migration) = graph.get(&step.key) else {
            continue;
        };
        for operation in &migration.operations {
            let undo = if step.backwards { "Undo " } else { "" };
            terminal.line(format!("    {undo}{}", operation.describe()))?;
        }
    }
    Ok(())
}
