//! The migration inside the program is what the writer makes of the model, and gives Django's table.

use std::path::Path;

use rjango_migrations::sql::render;
use rjango_migrations::{AppMigrations, Direction, MigrationKey, Source, loader, write_initial};
use rjango_orm::{Databases, Engine, Statement, ValueType};

use crate::site::{anonymous, inside, models};

#[test]
fn the_migration_is_that_of_the_models() {
    let folder = tempfile::tempdir().unwrap();
    let written = write_initial("admin", &models(), folder.path(), &Engine::ALL).unwrap();
    let embedded = AppMigrations::registered().find(|app| app.app == "admin").unwrap();
    let Source::Embedded(files) = &embedded.source else { panic!("not embedded") };
    for (path, text) in *files {
        let fresh = std::fs::read_to_string(written.parent().unwrap().join(path)).unwrap();
        assert_eq!(*text, fresh, "{path}");
    }
}

/// `UPDATE_SQL=1` writes the files anew, to be reviewed in the diff.
#[test]
fn sql_of_the_frameworks_apps_follows_from_their_operations() {
    let apps: Vec<AppMigrations> = AppMigrations::registered().cloned().collect();
    let graph = loader::load(&apps, Path::new("/"), &Engine::ALL).unwrap();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut seen = 0;
    for migration in graph.files() {
        let key = &migration.key;
        let is_before = |other: &&MigrationKey| other.app != key.app || other.name < key.name;
        let before: Vec<MigrationKey> = graph.files().map(|other| &other.key).filter(is_before).cloned().collect();
        let state = graph.state_after(&before).unwrap();
        let source = match key.app.as_str() {
            "admin" => crates.join("admin/src/migrations"),
            app => crates.join("contrib/src").join(app).join("migrations"),
        };
        for engine in Engine::ALL {
            let script = render(engine, &key.app, &migration.operations, &state).unwrap();
            for (direction, fresh) in [(Direction::Up, script.up), (Direction::Down, script.down.unwrap())] {
                let file = direction.file_name(engine);
                if std::env::var_os("UPDATE_SQL").is_some() {
                    std::fs::write(source.join(&key.name).join(&file), fresh).unwrap();
                    continue;
                }
                let text = match direction {
                    Direction::Up => migration.up_sql(engine).unwrap(),
                    Direction::Down => migration.down_sql(engine).unwrap(),
                };
                assert_eq!(text, fresh, "{key}/{file}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 24 || std::env::var_os("UPDATE_SQL").is_some(), "only {seen} files were compared");
}

#[tokio::test]
async fn the_table_is_djangos() {
    let client = anonymous().await;
    let columns = inside(&client, async {
        let database = client.site().require::<Databases>()?.get("default")?;
        let sql =
            "SELECT name || ' ' || type || ' ' || \"notnull\" FROM pragma_table_info('django_admin_log') ORDER BY name";
        database.fetch(&Statement { sql: sql.to_owned(), parameters: Vec::new() }, &[ValueType::Text]).await
    })
    .await;
    let columns: Vec<String> = columns.into_iter().flatten().map(|column| column.to_string()).collect();
    assert_eq!(
        columns,
        [
            "action_flag smallint unsigned 1",
            "action_time datetime 1",
            "change_message TEXT 1",
            "content_type_id INTEGER 0",
            "id INTEGER 1",
            "object_id TEXT 0",
            "object_repr varchar(200) 1",
            "user_id INTEGER 1",
        ]
    );
}
