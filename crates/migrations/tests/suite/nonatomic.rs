//! `atomic = false` on the engines that have transactions: what a failure leaves, and how the next run goes on.

use std::sync::Arc;

use expect_test::{Expect, expect};
use rjango_core::{Result, Settings, Site};
use rjango_migrations::executor::{Executor, Target};
use rjango_orm::Engine;

use crate::models::state;
use crate::project::{Project, Scripted, rows, texts};

const PRODUCT: &str = "struct Product { id: Auto, #[field(max_length = 20)] name: String }";

/// A project with a table, two equal rows, and a second migration that is no transaction.
async fn project(engine: Engine, up: &str) -> Project {
    let project = Project::on(engine).await;
    project.make(&state(PRODUCT), &mut Scripted::new(Vec::new())).unwrap();
    migrate(&project, "0001").await.unwrap();
    project.database.execute_script("INSERT INTO shop_product (name) VALUES ('Tea'), ('Tea')").await.unwrap();
    let folder = "shop/migrations/0002_by_hand";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0001_initial\"]\natomic = false\n");
    for other in Engine::ALL {
        project.write(&format!("{folder}/up.{other}.sql"), up);
        project.write(&format!("{folder}/down.{other}.sql"), "-- Nothing to undo.\n");
    }
    project
}

async fn migrate(project: &Project, name: &str) -> Result<()> {
    let target = Target::parse(&project.graph()?, Some("shop"), Some(name))?;
    Arc::new(Site::new(Settings::for_tests())).scope(project.migrate(&target)).await
}

async fn is_applied(project: &Project, name: &str) -> bool {
    let graph = project.graph().unwrap();
    let history = Executor::new(&project.database, &graph).history().await.unwrap();
    history.applied().any(|applied| applied.key.name == name)
}

fn check_error(outcome: Result<()>, expected: &Expect) {
    expected.assert_eq(&format!("{:?}\n", outcome.unwrap_err()));
}

const FILE: &str = "shop/migrations/0002_by_hand/up.sqlite.sql";

#[tokio::test]
async fn what_was_done_before_a_failure_stays_and_is_not_done_again() {
    let project = project(Engine::Sqlite, "UPDATE shop_product SET name = name || '!';\nSELECT nothing;\n").await;
    check_error(
        migrate(&project, "0002").await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.sqlite.sql:2: `shop.0002_by_hand` cannot be applied
              caused by: statement 2 of 2 failed: SELECT nothing
              caused by: the database refused: near "nothing": syntax error
            hint: the first statement is carried out, and stays: fix the cause, or the file from statement 2 on, and run `migrate` again: it goes on there
        "#]],
    );
    assert!(!is_applied(&project, "0002_by_hand").await);
    expect![[r#"
        shop_product: id=1 name='Tea!'
        shop_product: id=2 name='Tea!'
    "#]]
    .assert_eq(&rows(&project.database).await);

    // Nothing else is done on half a migration, and what is done is not edited.
    check_error(
        migrate(&project, "zero").await,
        &expect![[r#"
            `shop.0002_by_hand` is applied by half: an earlier run stopped after 1 statement, and what it did stays
            hint: go on with `rjango migrate shop 0002_by_hand` first; or finish it by hand and run `rjango migrate shop 0002_by_hand --fake`; or undo by hand what it did, and then run `DELETE FROM rjango_migrations__progress WHERE app = 'shop' AND name = '0002_by_hand'`
        "#]],
    );
    project.write(FILE, "UPDATE shop_product SET name = name || '?';\n");
    check_error(
        migrate(&project, "0002").await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.sqlite.sql: `shop.0002_by_hand` cannot be applied
              caused by: the first statement is carried out, and what the file says there was changed since
            hint: restore them as they were; only what comes after them may still be changed
        "#]],
    );

    project.write(FILE, "UPDATE shop_product SET name = name || '!';\nUPDATE shop_product SET name = name || '2';\n");
    migrate(&project, "0002").await.unwrap();
    assert!(is_applied(&project, "0002_by_hand").await);
    expect![[r#"
        shop_product: id=1 name='Tea!2'
        shop_product: id=2 name='Tea!2'
    "#]]
    .assert_eq(&rows(&project.database).await);
    migrate(&project, "0001").await.unwrap();
    assert!(!is_applied(&project, "0002_by_hand").await);
}

#[tokio::test]
async fn functions_and_statements_that_refuse_transactions_run() {
    let up = "-- rjango: run data_migrations::fill_names\nVACUUM;\nUPDATE shop_product SET name = name || '!';\n";
    let project = project(Engine::Sqlite, up).await;
    migrate(&project, "0002").await.unwrap();
    expect![[r#"
        shop_product: id=1 name='Filled!'
        shop_product: id=2 name='Filled!'
    "#]]
    .assert_eq(&rows(&project.database).await);
}

#[tokio::test]
async fn rows_without_their_target_are_refused_before_they_are_committed() {
    let up = "CREATE TABLE part (id integer, whole integer REFERENCES shop_product (id));\nINSERT INTO part VALUES (1, 7);\n";
    let project = project(Engine::Sqlite, up).await;
    let error = migrate(&project, "0002").await.unwrap_err();
    assert!(format!("{error:?}").contains("rows of `part` would refer to rows of `shop_product`"), "{error:?}");
    assert!(texts(&project.database, "SELECT id FROM part", 1).await.is_empty());
}

/// The names and states of the indexes that were made by hand.
async fn indexes(project: &Project) -> Vec<Vec<String>> {
    let sql = "SELECT c.relname::text, i.indisvalid::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
               WHERE c.relnamespace = current_schema()::regnamespace AND c.relname LIKE 'by_%' ORDER BY 1";
    texts(&project.database, sql, 2).await
}

#[tokio::test]
async fn invalid_index_of_a_failed_build_is_dropped_and_built_again() {
    let up = "UPDATE shop_product SET name = name || '!';\n\
              DROP INDEX CONCURRENTLY IF EXISTS by_name;\n\
              CREATE UNIQUE INDEX CONCURRENTLY by_name ON shop_product (name);\n";
    let project = project(Engine::Postgres, up).await;
    check_error(
        migrate(&project, "0002").await,
        &expect![[r#"
            shop/migrations/0002_by_hand/up.postgres.sql:3: `shop.0002_by_hand` cannot be applied
              caused by: statement 3 of 3 failed: CREATE UNIQUE INDEX CONCURRENTLY by_name ON shop_product (name)
              caused by: the database refused: could not create unique index "by_name"
            hint: the first statement is carried out, and stays: fix the cause, or the file from statement 2 on, and run `migrate` again: it goes on there
        "#]],
    );
    assert_eq!(indexes(&project).await, [["by_name", "false"]], "PostgreSQL leaves the broken index behind");

    project.database.execute_script("DELETE FROM shop_product WHERE id > 1").await.unwrap();
    migrate(&project, "0002").await.unwrap();
    assert_eq!(indexes(&project).await, [["by_name", "true"]]);
    assert_eq!(texts(&project.database, "SELECT name FROM shop_product", 1).await, [["Tea!"]]);
    project.close().await;
}

#[tokio::test]
async fn index_is_built_and_dropped_concurrently() {
    for engine in Engine::ALL {
        let project = project(engine, "").await;
        let operation = "[[operations]]\ntype = \"add_index_concurrently\"\nmodel = \"Product\"\n\
                         index = { name = \"by_name\", fields = [\"name\"] }\n";
        let folder = "shop/migrations/0002_by_hand";
        let toml = format!("dependencies = [\"shop.0001_initial\"]\natomic = false\n\n{operation}");
        project.write(&format!("{folder}/migration.toml"), &toml);
        let graph = project.graph().unwrap();
        let migration = graph.iter().find(|migration| migration.key.name == "0002_by_hand").unwrap();
        let files = rjango_migrations::writer::files(&migration.as_new(), &state(PRODUCT), &[engine]).unwrap();
        for (file, text) in files {
            project.write(&format!("{folder}/{file}"), &text);
        }
        let before = schema(&project).await;
        migrate(&project, "0002").await.unwrap();
        assert!(schema(&project).await.contains("by_name"), "{engine}");
        migrate(&project, "0001").await.unwrap();
        assert_eq!(schema(&project).await, before, "{engine}");
        project.close().await;
    }
}

async fn schema(project: &Project) -> String {
    match project.database.engine() {
        Engine::Sqlite => crate::project::schema(&project.database).await,
        _ => crate::server::schema(&project.database).await,
    }
}
