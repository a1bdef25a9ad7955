//! SQLite's views and triggers, of which the migrations know nothing: they go on working, or the migration is refused.

use expect_test::{Expect, expect};
use rjango_migrations::executor::Target;

use crate::models::state;
use crate::project::{Project, Scripted, rows, schema, texts};

const BEFORE: &str = "struct Product { id: Auto, name: String, #[field(unique)] code: i32, stock: i32 }";

/// A product, a view of it, a view of that view, a trigger on the table and one elsewhere that writes into it.
async fn project() -> Project {
    let project = Project::new();
    make(&project, BEFORE);
    project.migrate(&Target::All).await.unwrap();
    let others = "CREATE VIEW goods AS SELECT name AS title, code FROM shop_product;
                  CREATE VIEW titles AS SELECT title FROM goods;
                  CREATE TABLE log (line text);
                  CREATE TABLE orders (number int);
                  CREATE TRIGGER noted AFTER INSERT ON shop_product BEGIN INSERT INTO log VALUES (new.name || new.stock); END;
                  CREATE TRIGGER ordered AFTER INSERT ON orders
                  BEGIN UPDATE shop_product SET stock = stock - 1 WHERE code = new.number; END;
                  INSERT INTO shop_product (name, code, stock) VALUES ('Tea', 7, 3);";
    project.database.execute_script(others).await.unwrap();
    project
}

fn make(project: &Project, models: &str) {
    project.make(&state(models), &mut Scripted::new(Vec::new())).unwrap();
}

/// The migration to these models is refused, and nothing has changed.
async fn refused(models: &str, expected: &Expect) {
    let project = project().await;
    let before = (schema(&project.database).await, rows(&project.database).await);
    make(&project, models);
    let error = format!("{:?}", project.migrate(&Target::All).await.unwrap_err());
    let told = error.lines().filter(|line| line.contains("caused by: the ") || line.starts_with("hint"));
    expected.assert_eq(&told.collect::<Vec<_>>().join("\n"));
    assert_eq!((schema(&project.database).await, rows(&project.database).await), before);
}

/// An order of the product with the code 7 goes through both triggers and shows in both views.
async fn goes_on(project: &Project, insert: &str, stock: &str) {
    let script = format!("INSERT INTO orders VALUES (7); {insert}");
    project.database.execute_script(&script).await.unwrap();
    assert_eq!(texts(&project.database, "SELECT title FROM titles ORDER BY 1", 1).await, [["Soap"], ["Tea"]]);
    assert_eq!(texts(&project.database, "SELECT line FROM log ORDER BY 1", 1).await, [["Soap1"], ["Tea3"]]);
    assert_eq!(texts(&project.database, stock, 1).await, [["2"]]);
}

#[tokio::test]
async fn they_follow_a_renamed_column_and_table_and_stay_through_a_rebuild() {
    let project = project().await;
    let names_before = schema(&project.database).await.matches("view ").count();
    make(
        &project,
        "#[model(renamed_from = \"Product\")] struct Item { id: Auto, #[field(renamed_from = \"name\")] label: String, \
         #[field(unique, renamed_from = \"code\")] number: i64, stock: i32 }",
    );
    project.migrate(&Target::All).await.unwrap();
    let insert = "INSERT INTO shop_item (label, number, stock) VALUES ('Soap', 8, 1)";
    goes_on(&project, insert, "SELECT CAST(stock AS text) FROM shop_item WHERE number = 7").await;
    assert_eq!(schema(&project.database).await.matches("view ").count(), names_before);
}

#[tokio::test]
async fn they_follow_on_the_way_back() {
    let project = project().await;
    make(
        &project,
        "#[model(renamed_from = \"Product\")] struct Item { id: Auto, #[field(renamed_from = \"name\")] label: String, \
         #[field(unique, renamed_from = \"code\")] number: i64, stock: i32 }",
    );
    let before = schema(&project.database).await;
    project.migrate(&Target::All).await.unwrap();
    let first = Target::parse(&project.graph().unwrap(), Some("shop"), Some("1")).unwrap();
    project.migrate(&first).await.unwrap();
    assert_eq!(schema(&project.database).await, before);
    let insert = "INSERT INTO shop_product (name, code, stock) VALUES ('Soap', 8, 1)";
    goes_on(&project, insert, "SELECT CAST(stock AS text) FROM shop_product WHERE code = 7").await;
}

#[tokio::test]
async fn dropped_column_of_a_view_is_refused() {
    let models = "struct Product { id: Auto, #[field(unique)] code: i32, stock: i32 }";
    refused(models, &expect![[r#"
          caused by: the view `goods` would no longer work: no such column: name
        hint: begin this migration's SQL with `DROP VIEW "goods";`; where the view is still wanted, end the SQL with a `CREATE VIEW` that does without what goes; the database is as it was before this migration: fix the cause, and run `migrate` again"#]]).await;
}

#[tokio::test]
async fn dropped_column_of_a_view_is_refused_where_the_table_is_rebuilt() {
    refused("struct Product { id: Auto, name: String, stock: i32 }", &expect![[r#"
          caused by: the view `goods` would no longer work: no such column: code
        hint: begin this migration's SQL with `DROP VIEW "goods";`; where the view is still wanted, end the SQL with a `CREATE VIEW` that does without what goes; the database is as it was before this migration: fix the cause, and run `migrate` again"#]]).await;
}

#[tokio::test]
async fn dropped_column_of_a_trigger_is_refused() {
    let models = "struct Product { id: Auto, name: String, #[field(unique)] code: i64 }";
    refused(models, &expect![[r#"
          caused by: the trigger `noted` would no longer work: no such column: new.stock
        hint: begin this migration's SQL with `DROP TRIGGER "noted";`; where the trigger is still wanted, end the SQL with a `CREATE TRIGGER` that does without what goes; the database is as it was before this migration: fix the cause, and run `migrate` again"#]]).await;
}

#[tokio::test]
async fn dropped_table_of_a_view_is_refused() {
    refused("struct Other { id: Auto }", &expect![[r#"
          caused by: the view `goods` would no longer work: no such table: main.shop_product
        hint: begin this migration's SQL with `DROP VIEW "goods";`; where the view is still wanted, end the SQL with a `CREATE VIEW` that does without what goes; the database is as it was before this migration: fix the cause, and run `migrate` again"#]]).await;
}

#[tokio::test]
async fn hint_leads_on() {
    let project = project().await;
    make(&project, "struct Product { id: Auto, name: String, stock: i32 }");
    let path = "shop/migrations/0002_remove_product_code/up.sqlite.sql";
    let sql = project.read(path);
    project.write(
        path,
        &format!(
            "DROP VIEW \"goods\";\nDROP TRIGGER \"ordered\";\n{sql}\nCREATE VIEW goods AS SELECT name AS title FROM shop_product;\n"
        ),
    );
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(texts(&project.database, "SELECT title FROM titles", 1).await, [["Tea"]]);
}

#[tokio::test]
async fn what_did_not_work_before_is_in_nobodys_way_but_sqlites() {
    let project = project().await;
    project.database.execute_script("CREATE VIEW broken AS SELECT missing FROM nowhere").await.unwrap();
    make(&project, "struct Product { id: Auto, name: String, #[field(unique)] code: i64, stock: i32 }");
    project.migrate(&Target::All).await.unwrap();
    make(
        &project,
        "struct Product { id: Auto, #[field(renamed_from = \"name\")] label: String, #[field(unique)] code: i64, stock: i32 }",
    );
    let error = format!("{:?}", project.migrate(&Target::All).await.unwrap_err());
    expect![[r#"
        shop/migrations/0003_rename_name_product_label/up.sqlite.sql:4: `shop.0003_rename_name_product_label` cannot be applied
          caused by: the view `broken` does not work, and SQLite alters no table while there is such a one: no such table: main.nowhere
        hint: fix it, or drop it with `DROP VIEW "broken";`; the database is as it was before this migration: fix the cause, and run `migrate` again"#]].assert_eq(&error);
}
