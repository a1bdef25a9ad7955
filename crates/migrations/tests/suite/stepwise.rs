//! MySQL, where a statement about tables commits by itself: what a failure says, and how the next run goes on.

use expect_test::expect;
use rjango_migrations::MigrationKey;
use rjango_migrations::executor::{Executor, Target};
use rjango_orm::Engine;

use crate::models::state;
use crate::project::{Project, Scripted, rows, tables, texts};

/// A migration by hand on a project with one table.
async fn project(up: &str) -> Project {
    let project = Project::on(Engine::MySql).await;
    project.make(&state("struct Product { id: Auto, stock: i32 }"), &mut Scripted::new(Vec::new())).unwrap();
    project.migrate(&Target::All).await.unwrap();
    project.database.execute_script("INSERT INTO shop_product (stock) VALUES (1), (1)").await.unwrap();
    write(&project, up);
    project
}

fn write(project: &Project, up: &str) {
    let folder = "shop/migrations/0002_by_hand";
    project.write(&format!("{folder}/migration.toml"), "dependencies = [\"shop.0001_initial\"]\n");
    project.write(&format!("{folder}/up.mysql.sql"), up);
    project.write(&format!("{folder}/down.mysql.sql"), "DROP TABLE one;\nDROP TABLE two;\n");
}

async fn progress(project: &Project) -> Vec<Vec<String>> {
    let sql =
        "SELECT name, direction, CAST(done AS CHAR), IF(begun = '', '', 'begun') FROM rjango_migrations__progress";
    texts(&project.database, sql, 4).await
}

fn told(error: &rjango_core::Error) -> String {
    let text = format!("{error:?}");
    text.lines().filter(|line| !line.contains("error returned") && !line.contains(": 1")).collect::<Vec<_>>().join("\n")
}

const HALF: &str = "CREATE TABLE one (id int);\nUPDATE shop_product SET stock = stock + 1;\n\
                    -- All are alike.\nALTER TABLE shop_product ADD UNIQUE INDEX alike (stock);\nCREATE TABLE two (id int);\n";

#[tokio::test]
async fn failure_says_what_is_done_and_the_next_run_goes_on() {
    let project = project(HALF).await;
    let error = project.migrate(&Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_by_hand/up.mysql.sql:4: `shop.0002_by_hand` cannot be applied
          caused by: statement 3 of 4 failed: ALTER TABLE shop_product ADD UNIQUE INDEX alike (stock)
          caused by: the database refused: Duplicate entry '2' for key 'alike'
        hint: the 2 statements before are carried out, and MySQL cannot undo them: fix the cause, or the file from statement 3 on, and run `migrate` again: it goes on there"#]]
    .assert_eq(&told(&error));
    assert_eq!(progress(&project).await, [["0002_by_hand", "up", "2", ""]]);

    // Another table's migration cannot be built on half a one.
    let error = project.migrate(&Target::Zero("shop".to_owned())).await.unwrap_err();
    expect![[r#"
        `shop.0002_by_hand` is applied by half: an earlier run stopped after 2 statements, and what it did stays
        hint: go on with `rjango migrate shop 0002_by_hand` first; or finish it by hand and run `rjango migrate shop 0002_by_hand --fake`; or undo by hand what it did, and then run `DELETE FROM rjango_migrations__progress WHERE app = 'shop' AND name = '0002_by_hand'`"#]]
    .assert_eq(told(&error).trim_end());

    // What is carried out must stay in the file.
    write(&project, &HALF.replace("+ 1", "+ 2"));
    let error = project.migrate(&Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_by_hand/up.mysql.sql: `shop.0002_by_hand` cannot be applied
          caused by: the first 2 statements are carried out, and what the file says there was changed since
        hint: restore them as they were; only what comes after them may still be changed"#]]
    .assert_eq(told(&error).trim_end());

    write(&project, &HALF.replace("UNIQUE INDEX", "INDEX"));
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(tables(&project.database).await, ["one", "shop_product", "two"]);
    expect![[r#"
        shop_product: id=1 stock=2
        shop_product: id=2 stock=2
    "#]]
    .assert_eq(&rows(&project.database).await);
    assert!(progress(&project).await.is_empty());
    project.close().await;
}

#[tokio::test]
async fn statements_about_rows_are_all_or_none() {
    let rows_sql =
        "CREATE TABLE one (id int);\nUPDATE shop_product SET stock = 5 WHERE id = 1;\nUPDATE nowhere SET x = 1;\n";
    let project = project(rows_sql).await;
    let error = project.migrate(&Target::All).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_by_hand/up.mysql.sql:3: `shop.0002_by_hand` cannot be applied
          caused by: statement 3 of 3 failed: UPDATE nowhere SET x = 1
        hint: the first statement is carried out, and MySQL cannot undo it: fix the cause, or the file from statement 2 on, and run `migrate` again: it goes on there"#]]
    .assert_eq(&told(&error).lines().filter(|line| !line.contains("nowhere'")).collect::<Vec<_>>().join("\n"));
    assert!(!rows(&project.database).await.contains("stock=5"));
    assert_eq!(progress(&project).await, [["0002_by_hand", "up", "1", ""]]);
    project.close().await;
}

#[tokio::test]
async fn statement_that_a_killed_run_had_carried_out_is_taken_as_done() {
    let project = project("CREATE TABLE one (id int);\nCREATE TABLE two (id int);\n").await;
    project.database.execute_script("CREATE TABLE two (id int)").await.unwrap();
    project.migrate(&Target::All).await.unwrap_err();
    assert_eq!(progress(&project).await, [["0002_by_hand", "up", "1", ""]], "a refusal is no beginning");
    // As a killed run leaves it: begun, and nobody noted the end.
    let begun = "UPDATE rjango_migrations__progress SET begun = md5(concat('CREATE TABLE two (id int)', char(0)))";
    project.database.execute_script(begun).await.unwrap();
    project.migrate(&Target::All).await.unwrap();
    assert!(progress(&project).await.is_empty());
    // The way back goes on in the same manner.
    project.database.execute_script("DROP TABLE two").await.unwrap();
    let first = Target::Migration(project.graph().unwrap().leaf("shop").unwrap().clone());
    assert_ne!(first, Target::All);
    project.migrate(&Target::Zero("shop".to_owned())).await.unwrap_err();
    assert_eq!(progress(&project).await, [["0002_by_hand", "down", "1", ""]]);
    let begun = "UPDATE rjango_migrations__progress SET begun = md5(concat('DROP TABLE two', char(0)))";
    project.database.execute_script(begun).await.unwrap();
    project.migrate(&Target::Zero("shop".to_owned())).await.unwrap();
    assert!(tables(&project.database).await.is_empty());
    project.close().await;
}

#[tokio::test]
async fn index_is_renamed_over_what_the_server_remembers_of_its_new_name() {
    let up = "ALTER TABLE shop_product ADD INDEX one (stock);\nALTER TABLE shop_product RENAME INDEX one TO two -- back\n;\n";
    let project = project(up).await;
    // What MariaDB's background thread leaves where an index is renamed while it counts.
    let stale = "INSERT INTO mysql.innodb_index_stats (database_name, table_name, index_name, stat_name, stat_value, \
                 stat_description) SELECT DATABASE(), 'shop_product', 'two', name, 1, '' \
                 FROM (SELECT 'size' AS name UNION SELECT 'n_leaf_pages' UNION SELECT 'n_diff_pfx01') AS names";
    project.database.execute_script(stale).await.unwrap();
    project.migrate(&Target::All).await.unwrap();
    let names = "SELECT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() \
                 AND table_name = 'shop_product' ORDER BY 1";
    assert_eq!(texts(&project.database, names, 1).await, [["PRIMARY"], ["two"]]);
    assert!(progress(&project).await.is_empty());
    project.close().await;
}

#[tokio::test]
async fn refusal_before_anything_changed_leaves_nothing_by_half() {
    for up in [
        "ALTER TABLE nowhere ADD COLUMN x int;\n",
        "-- rjango: refuse rows whose `stock` is 9\nSELECT id, stock FROM shop_product WHERE stock = 9;\n\
         SET @x = 1;\nALTER TABLE nowhere ADD COLUMN x int;\n",
    ] {
        let project = project(up).await;
        let error = project.migrate(&Target::All).await.unwrap_err();
        assert!(error.hint().unwrap().starts_with("nothing of it is carried out"), "{error:?}");
        assert_eq!(progress(&project).await, [[""; 4]; 0]);
        // Something else can be done at once.
        project.migrate(&Target::Zero("shop".to_owned())).await.unwrap();
        project.close().await;
    }
}

#[tokio::test]
async fn what_a_script_set_for_its_session_is_set_again() {
    let up = "SET @word = 7;\nCREATE TABLE one (id int);\nALTER TABLE nowhere ADD COLUMN x int;\n";
    let project = project(up).await;
    project.migrate(&Target::All).await.unwrap_err();
    assert_eq!(progress(&project).await[0][2], "2");
    write(&project, &up.replace("ALTER TABLE nowhere ADD COLUMN x int", "INSERT INTO one VALUES (@word)"));
    let fresh = Project::at(project.folder.path(), project.database.apart().unwrap());
    fresh.migrate(&Target::All).await.unwrap();
    assert_eq!(texts(&project.database, "SELECT concat(id, '') FROM one", 1).await, [["7"]]);
    fresh.database.close().await;
    project.close().await;
}

#[tokio::test]
async fn half_applied_migration_whose_folder_is_gone_is_named() {
    let project = project(HALF).await;
    project.migrate(&Target::All).await.unwrap_err();
    std::fs::remove_dir_all(project.folder.path().join("shop/migrations/0002_by_hand")).unwrap();
    let error = project.migrate(&Target::Zero("shop".to_owned())).await.unwrap_err();
    expect![[r#"
        shop/migrations/0002_by_hand: `shop.0002_by_hand` is applied by half: an earlier run stopped after 2 statements, and what it did stays; its files are missing
        hint: restore the folder and run `rjango migrate shop`, which goes on; or undo by hand what it did, and give it up with `rjango migrate shop --prune`"#]]
    .assert_eq(&format!("{error:?}"));
    let graph = project.graph().unwrap();
    let executor = Executor::new(&project.database, &graph);
    let key = MigrationKey::new("shop", "0002_by_hand");
    assert_eq!(
        executor.history().await.unwrap().half_applied(&key).unwrap(),
        "applied by half: an earlier run stopped after 2 statements"
    );
    executor.forget(&[key]).await.unwrap();
    assert_eq!(progress(&project).await, [[""; 4]; 0]);
    project.migrate(&Target::Zero("shop".to_owned())).await.unwrap();
    project.close().await;
}
