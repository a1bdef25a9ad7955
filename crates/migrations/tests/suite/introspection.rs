//! What the engines' catalogs tell.

use rjango_migrations::introspection::{column_names, table_names};

use crate::project::Project;

#[tokio::test]
async fn names_of_tables_and_columns_are_read() {
    let project = Project::new();
    let sql = "CREATE TABLE \"b\" (id integer PRIMARY KEY AUTOINCREMENT, \"odd name\" text, twice AS (id * 2)); \
               CREATE TABLE a (x int); CREATE VIEW v AS SELECT 1; CREATE TABLE \"sqlitelike\" (y int);";
    project.database.execute_script(sql).await.unwrap();
    assert_eq!(table_names(&project.database).await.unwrap(), ["a", "b", "sqlitelike"]);
    assert_eq!(column_names(&project.database, "b").await.unwrap(), ["id", "odd name", "twice"]);
    assert!(column_names(&project.database, "missing").await.unwrap().is_empty());
}
