//! The migration inside the program is what the writer makes of the model, and gives Django's table.

use rjango_migrations::{AppMigrations, Source, write_initial};
use rjango_orm::{Databases, Engine, Statement, ValueType};

use crate::site::{anonymous, inside, models};

#[test]
fn the_migration_is_that_of_the_models() {
    let folder = tempfile::tempdir().unwrap();
    let written = write_initial("admin", &models(), folder.path(), &[Engine::Sqlite]).unwrap();
    let embedded = AppMigrations::registered().find(|app| app.app == "admin").unwrap();
    let Source::Embedded(files) = &embedded.source else { panic!("not embedded") };
    for (path, text) in *files {
        let fresh = std::fs::read_to_string(written.parent().unwrap().join(path)).unwrap();
        assert_eq!(*text, fresh, "{path}");
    }
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
