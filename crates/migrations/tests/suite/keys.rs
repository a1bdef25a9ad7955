//! Keys that are made anew, and columns that no migration knows: what refers to what stays, and nothing goes in silence.

use rjango_migrations::executor::Target;
use rjango_orm::Engine;

use crate::models;
use crate::project::{Project, Scripted, texts};

const PEOPLE: &str = "
struct Badge {
    KEY
    #[field(max_length = 20)]
    code: String,
    #[field(on_delete = \"cascade\")]
    above: Option<ForeignKey<Badge>>,
}

struct Person {
    id: Auto,
    #[field(on_delete = \"cascade\")]
    badge: OneToOne<Badge>,
    seen: ManyToMany<Badge>,
}
";

#[tokio::test]
async fn rows_keep_their_partners_when_numbers_become_uuids_and_back() {
    for engine in Engine::ALL {
        let project = Project::on(engine).await;
        let numbered = models::state(&PEOPLE.replace("KEY", "id: Auto,"));
        project.make(&numbered, &mut Scripted::new(Vec::new())).unwrap();
        project.make_tables(true).await;
        project
            .database
            .execute_script(
                "INSERT INTO shop_badge (id, code, above_id) VALUES (5, 'a', NULL), (6, 'b', 5), (7, 'c', 7); \
                 INSERT INTO shop_person (id, badge_id) VALUES (1, 6), (2, 5); \
                 INSERT INTO shop_person_seen (person_id, badge_id) VALUES (1, 5), (1, 7), (2, 6);",
            )
            .await
            .unwrap();
        let first = links(&project).await;
        let unique = models::state(&PEOPLE.replace("KEY", "#[field(primary_key)] id: Uuid,"));
        project.make(&unique, &mut Scripted::new(Vec::new())).unwrap();
        project.migrate(&Target::All).await.unwrap();
        let cast = if engine == Engine::MySql { "CHAR" } else { "TEXT" };
        let keys = texts(&project.database, &format!("SELECT CAST(id AS {cast}) FROM shop_badge"), 1).await;
        assert!(keys.iter().all(|key| key[0].replace('-', "").len() == 32), "{engine}: {keys:?}");
        assert_eq!(links(&project).await, first, "{engine}, forwards");
        let leaf = project.graph().unwrap().leaf("shop").unwrap().clone();
        let initial = project.graph().unwrap().parents(&leaf).next().unwrap().clone();
        project.migrate(&Target::Migration(initial)).await.unwrap();
        assert_eq!(links(&project).await, first, "{engine}, back");
        // A new row gets a number that no other has.
        project.database.execute_script("INSERT INTO shop_badge (code) VALUES ('d')").await.unwrap();
        project.close().await;
    }
}

/// Who is related to whom, by names and not by keys.
async fn links(project: &Project) -> Vec<Vec<String>> {
    let mut links = Vec::new();
    for sql in [
        "SELECT b.code, a.code FROM shop_badge b LEFT JOIN shop_badge a ON a.id = b.above_id ORDER BY 1",
        "SELECT CASE p.id WHEN 1 THEN 'one' ELSE 'two' END, b.code FROM shop_person p JOIN shop_badge b ON b.id = p.badge_id \
         ORDER BY 1",
        "SELECT CASE s.person_id WHEN 1 THEN 'one' ELSE 'two' END, b.code FROM shop_person_seen s \
         JOIN shop_badge b ON b.id = s.badge_id ORDER BY 1, 2",
    ] {
        links.extend(texts(&project.database, sql, 2).await);
    }
    links
}

const ITEM: &str = "struct Item { id: Auto, #[field(max_length = 20)] name: String, stock: KIND }";

#[tokio::test]
async fn rebuild_refuses_to_lose_a_column_that_no_migration_knows() {
    let project = Project::new();
    project.make(&models::state(&ITEM.replace("KIND", "i32")), &mut Scripted::new(Vec::new())).unwrap();
    project.make_tables(true).await;
    let by_hand = "ALTER TABLE shop_item ADD COLUMN legacy text; ALTER TABLE shop_item ADD COLUMN twice int AS (stock * 2); \
                   INSERT INTO shop_item (name, stock, legacy) VALUES ('Tea', 1, 'kept');";
    project.database.execute_script(by_hand).await.unwrap();
    project.make(&models::state(&ITEM.replace("KIND", "Option<i64>")), &mut Scripted::new(Vec::new())).unwrap();
    let error = format!("{:?}", project.migrate(&Target::All).await.unwrap_err());
    assert!(error.contains("the table `shop_item` has columns `legacy`, `twice` that no migration knows"), "{error}");
    assert!(error.contains("ALTER TABLE \"shop_item\" DROP COLUMN \"legacy\""), "{error}");
    assert_eq!(texts(&project.database, "SELECT legacy FROM shop_item", 1).await, [["kept"]]);

    // The ways out: drop what may go, name the rest in the SQL.
    project.database.execute_script("ALTER TABLE shop_item DROP COLUMN twice").await.unwrap();
    let file = "shop/migrations/0002_alter_item_stock/up.sqlite.sql";
    let edited = project
        .read(file)
        .replace("    \"stock\" bigint NULL\n", "    \"stock\" bigint NULL,\n    \"legacy\" text\n")
        .replace("\"stock\")\nSELECT", "\"stock\", \"legacy\")\nSELECT")
        .replace("\"stock\"\nFROM", "\"stock\", \"legacy\"\nFROM");
    project.write(file, &edited);
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(texts(&project.database, "SELECT legacy FROM shop_item", 1).await, [["kept"]]);
}

#[tokio::test]
async fn rebuild_refuses_to_lose_a_column_of_a_persons_own_sql() {
    for atomic in [true, false] {
        let project = Project::new();
        project.make(&models::state(&ITEM.replace("KIND", "i32")), &mut Scripted::new(Vec::new())).unwrap();
        project.make_tables(true).await;
        project.make(&models::state(&ITEM.replace("KIND", "Option<i64>")), &mut Scripted::new(Vec::new())).unwrap();
        let folder = "shop/migrations/0002_alter_item_stock";
        // The same migration adds it, and rebuilds the table after that.
        let toml = project.read(&format!("{folder}/migration.toml"));
        let sql = "ALTER TABLE shop_item ADD COLUMN legacy text";
        let flag = if atomic { "" } else { "atomic = false\n" };
        let toml = toml.replacen(
            "\n[[operations]]",
            &format!("{flag}\n[[operations]]\ntype = \"run_sql\"\nsql = \"{sql}\"\n\n[[operations]]"),
            1,
        );
        project.write(&format!("{folder}/migration.toml"), &toml);
        let up = project.read(&format!("{folder}/up.sqlite.sql"));
        if atomic {
            project.write(&format!("{folder}/up.sqlite.sql"), &format!("{sql};\n{up}"));
        } else {
            project.database.execute_script(sql).await.unwrap();
        }
        let error = format!("{:?}", project.migrate(&Target::All).await.unwrap_err());
        assert!(error.contains("a column `legacy` that no migration knows"), "{error}");
    }
}

#[tokio::test]
async fn rebuild_of_a_renamed_table_refuses_to_lose_a_column_that_no_migration_knows() {
    let project = Project::new();
    project.make(&models::state(&ITEM.replace("KIND", "i32")), &mut Scripted::new(Vec::new())).unwrap();
    project.make_tables(true).await;
    let by_hand = "ALTER TABLE shop_item ADD COLUMN legacy text; \
                   INSERT INTO shop_item (name, stock, legacy) VALUES ('Tea', 1, 'kept');";
    project.database.execute_script(by_hand).await.unwrap();
    let after = ITEM
        .replace("struct Item", "#[model(renamed_from = \"Item\")] struct Good")
        .replace("name: String", "#[field(renamed_from = \"name\")] title: String")
        .replace("KIND", "Option<i64>");
    project.make(&models::state(&after), &mut Scripted::new(Vec::new())).unwrap();
    let error = format!("{:?}", project.migrate(&Target::All).await.unwrap_err());
    assert!(error.contains("the table `shop_item` has a column `legacy` that no migration knows"), "{error}");
    assert_eq!(texts(&project.database, "SELECT name, legacy FROM shop_item", 2).await, [["Tea", "kept"]]);
    // The way out that the message names.
    assert!(error.contains("ALTER TABLE \"shop_item\" DROP COLUMN \"legacy\""), "{error}");
    project.database.execute_script("ALTER TABLE \"shop_item\" DROP COLUMN \"legacy\"").await.unwrap();
    project.migrate(&Target::All).await.unwrap();
    assert_eq!(texts(&project.database, "SELECT title FROM shop_good", 1).await, [["Tea"]]);
}
