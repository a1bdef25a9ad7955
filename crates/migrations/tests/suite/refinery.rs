//! refinery's own runner on our histories, and ours on its.

use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use refinery_core::{Migration, Runner};
use rjango_migrations::executor::{History, Target};
use rjango_migrations::{Graph, MigrationKey};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::models::state;
use crate::project::{Project, Scripted, tables};

/// A database as refinery's runner uses it: this is all that its drivers do.
struct Connection(Database);

#[derive(Debug)]
struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl AsyncTransaction for Connection {
    type Error = Refused;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(&'a mut self, queries: T) -> Result<usize, Refused> {
        let mut count = 0;
        for query in queries {
            self.0.execute_script(query).await.map_err(|error| Refused(error.to_string()))?;
            count += 1;
        }
        Ok(count)
    }
}

impl AsyncQuery<Vec<Migration>> for Connection {
    async fn query<'a>(&'a mut self, query: &'a str) -> Result<Vec<Migration>, Refused> {
        let types = [ValueType::Int, ValueType::Text, ValueType::Text, ValueType::Text];
        let rows = self.0.fetch(&Statement::new(query), &types).await.map_err(|error| Refused(error.to_string()))?;
        let row = |row: Vec<Value>| match row.as_slice() {
            [Value::Int(version), Value::Text(name), Value::Text(on), Value::Text(checksum)] => Ok(Migration::applied(
                i32::try_from(*version).unwrap(),
                name.clone(),
                OffsetDateTime::parse(on, &Rfc3339).unwrap(),
                checksum.parse().unwrap(),
            )),
            other => Err(Refused(format!("{other:?}"))),
        };
        rows.into_iter().map(row).collect()
    }
}

impl AsyncMigrate for Connection {}

/// Our migrations as refinery's, in this order.
fn theirs(graph: &Graph, engine: Engine) -> Vec<Migration> {
    let theirs = graph.order().iter().zip(1..).map(|(key, version): (&MigrationKey, i32)| {
        let sql = graph.get(key).unwrap().up_sql(engine).unwrap();
        Migration::unapplied(&format!("V{version}__{}", key.name), &sql).unwrap()
    });
    theirs.collect()
}

async fn run(database: &Database, migrations: &[Migration]) -> Result<Vec<String>, refinery_core::Error> {
    let mut runner = Runner::new(migrations);
    runner.set_migration_table_name("rjango_migrations_shop");
    let report = runner.run_async(&mut Connection(database.clone())).await?;
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}

const MODELS: [&str; 3] = [
    "struct Product { id: Auto, #[field(max_length = 20)] name: String }",
    "struct Product { id: Auto, #[field(max_length = 20)] name: String, stock: Option<i32> }",
    "struct Product { id: Auto, #[field(max_length = 20)] name: String, stock: Option<i32>, sold: Option<i32> }",
];

fn make(project: &Project, models: &[&str]) {
    for models in models {
        project.make(&state(models), &mut Scripted::new(Vec::new())).unwrap();
    }
}

async fn history(project: &Project) -> (Graph, History) {
    let graph = project.graph().unwrap();
    let history = History::read(&project.database, &graph).await.unwrap();
    (graph, history)
}

#[tokio::test]
async fn refinerys_runner_verifies_our_history_and_goes_on_with_it() {
    for engine in Engine::ALL {
        let project = Project::on(engine).await;
        make(&project, &MODELS[..2]);
        project.migrate(&Target::All).await.unwrap();
        // It aborts where anything is missing or divergent: nothing is.
        let graph = project.graph().unwrap();
        assert_eq!(run(&project.database, &theirs(&graph, engine)).await.unwrap(), [""; 0], "{engine}");
        let mut edited = theirs(&graph, engine);
        edited[0] = Migration::unapplied("V1__0001_initial", "SELECT 1;").unwrap();
        let error = run(&project.database, &edited).await.unwrap_err();
        assert!(error.to_string().contains("V1__0001_initial is different than"), "{error}");

        make(&project, &MODELS[2..]);
        let graph = project.graph().unwrap();
        let applied = run(&project.database, &theirs(&graph, engine)).await.unwrap();
        assert_eq!(applied, ["V3__0003_product_sold"], "{engine}");
        // What it applied, we know as applied and unchanged; and we take it back.
        let (graph, history) = history(&project).await;
        assert!(history.plan(&graph, &Target::All).is_empty());
        project.migrate(&Target::Zero("shop".to_owned())).await.unwrap();
        assert!(tables(&project.database).await.is_empty());
        project.close().await;
    }
}

#[tokio::test]
async fn history_that_refinery_began_is_read_and_gone_on_with() {
    for engine in Engine::ALL {
        let project = Project::on(engine).await;
        make(&project, &MODELS[..2]);
        let graph = project.graph().unwrap();
        assert_eq!(run(&project.database, &theirs(&graph, engine)).await.unwrap().len(), 2);
        make(&project, &MODELS[2..]);
        let (graph, history) = history(&project).await;
        let steps: Vec<String> = history.plan(&graph, &Target::All).iter().map(|step| step.key.to_string()).collect();
        assert_eq!(steps, ["shop.0003_product_sold"], "{engine}");
        project.migrate(&Target::All).await.unwrap();
        assert_eq!(run(&project.database, &theirs(&graph, engine)).await.unwrap(), [""; 0], "{engine}");
        // An edit of a file that refinery ran is one to us.
        let up = format!("shop/migrations/0001_initial/up.{}.sql", engine.name());
        project.write(&up, &format!("{}-- edited\n", project.read(&up)));
        let error = project.migrate(&Target::All).await.unwrap_err();
        assert!(error.to_string().contains("was changed after it was applied"), "{error}");
        project.close().await;
    }
}

#[tokio::test]
async fn histories_with_the_checksums_of_before_are_unchanged_ones() {
    let project = Project::new();
    make(&project, &MODELS[..2]);
    project.migrate(&Target::All).await.unwrap();
    let graph = project.graph().unwrap();
    for key in graph.order() {
        let sql = graph.get(key).unwrap().up_sql(Engine::Sqlite).unwrap();
        let before = Migration::unapplied(&format!("V{}__{}", key.number(), key.words()), &sql).unwrap().checksum();
        let set = format!("UPDATE rjango_migrations_shop SET checksum = '{before}' WHERE name = '{}'", key.name);
        project.database.execute_script(&set).await.unwrap();
    }
    project.migrate(&Target::All).await.unwrap();
    let up = "shop/migrations/0001_initial/up.sqlite.sql";
    project.write(up, &format!("\u{feff}{}", project.read(up).replace('\n', "\r\n")));
    project.migrate(&Target::All).await.unwrap();
    project.write(up, &format!("{}-- edited\n", project.read(up)));
    project.migrate(&Target::All).await.unwrap_err();
}
