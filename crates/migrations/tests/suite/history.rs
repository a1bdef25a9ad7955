//! The history's tables: their names, those of earlier versions, who may read them, and whose checksums count.

use expect_test::expect;
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::{AppMigrations, Graph, loader};
use rjango_orm::{Database, Engine};

use crate::models::state;
use crate::project::{Project, Scripted, texts};

const MODELS: &str = "struct Product { id: Auto, #[field(max_length = 20)] name: String }";

/// A project whose one app has this label, and the graph of its migrations.
async fn project(engine: Engine, label: &str) -> (Project, Graph) {
    let project = Project::on(engine).await;
    project.make(&state(MODELS), &mut Scripted::new(Vec::new())).unwrap();
    let folder = project.folder.path().join("shop/migrations");
    let apps = [AppMigrations::directory(label.to_owned(), folder)];
    let graph = loader::load(&apps, project.folder.path(), &[engine]).unwrap();
    (project, graph)
}

async fn applied(database: &Database, graph: &Graph) -> Vec<String> {
    let history = Executor::new(database, graph).history().await.unwrap();
    history.applied().map(|applied| applied.key.to_string()).collect()
}

async fn migrate(database: &Database, graph: &Graph) {
    let executor = Executor::new(database, graph);
    let history = executor.history().await.unwrap();
    executor.verify(&history).unwrap();
    executor.run(&history.plan(graph, &Target::All), false, &mut ()).await.unwrap();
}

/// The tables whose names begin as those of histories do, in any case.
async fn histories(database: &Database) -> Vec<String> {
    let sql = match database.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'rjango_migrations%'",
        Engine::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'rjango%'"
        }
        Engine::MySql => {
            "SELECT concat(table_name, '') FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name LIKE 'rjango%'"
        }
    };
    let mut names: Vec<String> = texts(database, sql, 1).await.into_iter().flatten().collect();
    names.retain(|name| name != "rjango_migrations__progress");
    names.sort();
    names
}

/// What an earlier version called the table, as the engine kept it.
fn former(label: &str, engine: Engine) -> String {
    let name = format!("rjango_migrations_{label}");
    match engine {
        Engine::Postgres => {
            let name = name.to_ascii_lowercase();
            name[..name.floor_char_boundary(63)].to_owned()
        }
        _ => name,
    }
}

#[tokio::test]
async fn history_under_its_former_name_carries_over() {
    let long = "a".repeat(50);
    for engine in Engine::ALL {
        // MySQL refused names of more than 64 bytes.
        let labels = match engine {
            Engine::MySql => vec!["Shop", "größe", "_inner", &long[..46]],
            _ => vec!["Shop", "größe", "_inner", &long],
        };
        for label in labels {
            let (project, graph) = project(engine, label).await;
            let database = &project.database;
            migrate(database, &graph).await;
            let now = histories(database).await;
            let [now] = now.as_slice() else { panic!("{now:?}") };
            let former = former(label, engine);
            let quote = if engine == Engine::MySql { '`' } else { '"' };
            if !former.eq_ignore_ascii_case(now) || engine == Engine::MySql {
                let sql = format!("ALTER TABLE {now} RENAME TO {quote}{former}{quote}");
                database.execute_script(&sql).await.unwrap();
            }
            let recorded = [format!("{label}.0001_initial")];
            assert_eq!(applied(database, &graph).await, recorded, "{engine} {label}: read where it is");
            project.make(&state("struct Product { id: Auto }"), &mut Scripted::new(Vec::new())).unwrap();
            let apps = [AppMigrations::directory(label.to_owned(), project.folder.path().join("shop/migrations"))];
            // What the operations say of the label `shop` is not of interest here.
            std::fs::write(
                project.folder.path().join(format!("shop/migrations/0002_remove_product_name/up.{engine}.sql")),
                "CREATE TABLE other (id integer);\n",
            )
            .unwrap();
            let toml = project
                .read("shop/migrations/0002_remove_product_name/migration.toml")
                .replace("shop.0001", &format!("{label}.0001"));
            project.write("shop/migrations/0002_remove_product_name/migration.toml", &toml);
            let graph = loader::load(&apps, project.folder.path(), &[engine]).unwrap();
            migrate(database, &graph).await;
            assert_eq!(
                histories(database).await,
                std::slice::from_ref(now),
                "{engine} {label}: one table, under its new name"
            );
            assert_eq!(applied(database, &graph).await.len(), 2, "{engine} {label}");
            project.close().await;
        }
    }
}

#[tokio::test]
async fn long_labels_have_a_history_each() {
    let labels = ["a".repeat(45) + "b", "a".repeat(45) + "c"];
    for engine in [Engine::Postgres, Engine::MySql] {
        let (project, _) = project(engine, "shop").await;
        let apps = labels.clone().map(|label| {
            let folder = project.folder.path().join(&label);
            for (file, text) in [
                ("migration.toml".to_owned(), "initial = true\n".to_owned()),
                (format!("up.{engine}.sql"), format!("CREATE TABLE {} (id integer);\n", &label[40..])),
            ] {
                project.write(&format!("{label}/0001_initial/{file}"), &text);
            }
            AppMigrations::directory(label, folder)
        });
        let graph = loader::load(&apps, project.folder.path(), &[engine]).unwrap();
        migrate(&project.database, &graph).await;
        assert_eq!(applied(&project.database, &graph).await.len(), 2, "{engine}");
        assert_eq!(crate::server::tables(&project.database).await, ["aaaaab", "aaaaac"], "{engine}");
        // The table that both had before says nothing of either.
        if engine == Engine::Postgres {
            let now = histories(&project.database).await;
            let shared = format!("rjango_migrations_{}", &labels[0][..45]);
            let sql = format!("DROP TABLE {}; ALTER TABLE {} RENAME TO {shared}", now[0], now[1]);
            project.database.execute_script(&sql).await.unwrap();
            let error = Executor::new(&project.database, &graph).history().await.unwrap_err();
            let text = format!("{error:?}");
            assert!(text.contains("holds the history of both apps"), "{text}");
            assert!(text.contains("rename it to `rjango_migrations_aaaa"), "{text}");
        }
        project.close().await;
    }
}

/// Whoever may not read is told so, and not that nothing is applied.
#[tokio::test]
async fn role_that_may_not_read_is_told_so() {
    let (project, graph) = project(Engine::Postgres, "shop").await;
    migrate(&project.database, &graph).await;
    let schema = texts(&project.database, "SELECT current_schema()::text", 1).await.remove(0).remove(0);
    let role = format!("{schema}_reader");
    let other = project.database.apart().unwrap();
    let run = async || {
        other
            .execute_script(&format!("CREATE ROLE {role}; GRANT USAGE ON SCHEMA {schema} TO {role}; SET ROLE {role}"))
            .await?;
        let no_table = Executor::new(&other, &graph).history().await.unwrap_err();
        other
            .execute_script(&format!("RESET ROLE; REVOKE USAGE ON SCHEMA {schema} FROM {role}; SET ROLE {role}"))
            .await?;
        let no_schema = Executor::new(&other, &graph).history().await.unwrap_err();
        other.execute_script(&format!("RESET ROLE; DROP ROLE {role}")).await?;
        Ok((no_table, no_schema))
    };
    let (no_table, no_schema) = other.with_connection(run).await.unwrap();
    let text = format!("{no_table:?}");
    assert!(text.contains("permission denied for table rjango_migrations_shop"), "{text}");
    let text = format!("{no_schema:?}");
    assert!(
        text.contains(&format!("permission denied: the role `{role}` can use no schema of the search path")),
        "{text}"
    );
    assert!(text.contains("GRANT USAGE, CREATE ON SCHEMA"), "{text}");
    other.close().await;
    project.close().await;
}

#[tokio::test]
async fn mysql_user_that_may_not_read_is_told_so() {
    let (project, graph) = project(Engine::MySql, "shop").await;
    migrate(&project.database, &graph).await;
    let name = texts(&project.database, "SELECT DATABASE()", 1).await.remove(0).remove(0);
    let user = format!("'{name}'@'%'");
    project
        .database
        .execute_script(&format!("CREATE USER {user} IDENTIFIED BY 'x'; GRANT SELECT ON {name}.shop_product TO {user}"))
        .await
        .unwrap();
    let mut settings = crate::server::settings_in(Engine::MySql, &name);
    settings.user = name.clone();
    settings.password = "x".to_owned();
    let reader = crate::server::open(&settings);
    let error = Executor::new(&reader, &graph).history().await.unwrap_err();
    reader.close().await;
    project.database.execute_script(&format!("DROP USER {user}")).await.unwrap();
    let text = format!("{error:?}");
    assert!(text.contains("command denied"), "{text}");
    project.close().await;
}

#[tokio::test]
async fn checksums_of_other_line_ends_still_count() {
    for mark in ["", "\u{feff}"] {
        for ends in ["\n", "\r\n"] {
            let (project, graph) = project(Engine::Sqlite, "shop").await;
            migrate(&project.database, &graph).await;
            // As refinery makes it, which earlier versions gave the text of the checkout.
            let text = project.read("shop/migrations/0001_initial/up.sqlite.sql");
            let text = format!("{mark}{}", text.replace('\n', ends));
            let former = refinery_core::Migration::unapplied("V1__initial", &text).unwrap().checksum();
            let sql = format!("UPDATE rjango_migrations_shop SET checksum = '{former}'");
            project.database.execute_script(&sql).await.unwrap();
            let executor = Executor::new(&project.database, &graph);
            let history = executor.history().await.unwrap();
            assert!(executor.problems(&history).unwrap().is_empty(), "{mark:?} {ends:?}");
            project.database.execute_script("UPDATE rjango_migrations_shop SET checksum = '5'").await.unwrap();
            let history = executor.history().await.unwrap();
            assert_eq!(executor.problems(&history).unwrap().len(), 1);
        }
    }
}

#[tokio::test]
async fn binary_of_a_checkout_with_other_line_ends_has_the_same_migrations() {
    static FILES: &[(&str, &str)] = &[
        ("0001_initial/migration.toml", "\u{feff}initial = true\r\ndependencies = []\r\n"),
        ("0001_initial/up.sqlite.sql", "\u{feff}-- one\r\nCREATE TABLE one (id integer);\r\n"),
    ];
    let project = Project::new();
    project.write("app/migrations/0001_initial/migration.toml", "initial = true\ndependencies = []\n");
    project.write("app/migrations/0001_initial/up.sqlite.sql", "-- one\nCREATE TABLE one (id integer);\n");
    migrate(&project.database, &project.graph().unwrap()).await;
    let apps = [AppMigrations::embedded("app", FILES)];
    let graph = loader::load(&apps, std::path::Path::new("/"), &[Engine::Sqlite]).unwrap();
    let executor = Executor::new(&project.database, &graph);
    let history = executor.history().await.unwrap();
    assert_eq!(executor.problems(&history).unwrap().len(), 0);
    assert_eq!(applied(&project.database, &graph).await, ["app.0001_initial"]);
}

#[test]
fn migration_toml_that_is_empty_or_not_utf8_is_refused() {
    let project = Project::new();
    project.make(&state(MODELS), &mut Scripted::new(Vec::new())).unwrap();
    let path = project.folder.path().join("shop/migrations/0001_initial/migration.toml");
    std::fs::write(&path, "").unwrap();
    expect![[r#"
        shop/migrations/0001_initial/migration.toml: the `migration.toml` of `shop.0001_initial` is empty
        hint: restore the file from version control"#]]
    .assert_eq(&format!("{:?}", project.graph().unwrap_err()));
    std::fs::write(&path, b"initial = true\ndependencies = []\n# \xff\n").unwrap();
    expect![[r#"
        shop/migrations/0001_initial/migration.toml:3: cannot read the migrations
          caused by: line 3 is not UTF-8
        hint: save the file as UTF-8"#]]
    .assert_eq(&format!("{:?}", project.graph().unwrap_err()));
}
