//! SQL scripts as the executor runs them: what ends a transaction, what only looks so, and where a statement failed.

use rjango_core::{Error, Result};
use rjango_migrations::executor::Target;
use rjango_orm::Engine;

use crate::project::{Project, tables, texts};

/// A project whose one migration is this SQL.
async fn script(engine: Engine, head: &str, sql: &str) -> (Project, Result<()>) {
    let project = Project::on(engine).await;
    let folder = "shop/migrations/0001_by_hand";
    project.write(&format!("{folder}/migration.toml"), &format!("dependencies = []\n{head}"));
    project.write(&format!("{folder}/up.{}.sql", engine.name()), sql);
    let outcome = project.migrate(&Target::All).await;
    (project, outcome)
}

fn told(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let causes: String = causes.map(|cause| format!(" / {cause}")).collect();
    format!("{}: {error}{causes}", error.place().unwrap())
}

const TABLES: &str = "CREATE TABLE a (x integer PRIMARY KEY, t varchar(200));\n";

#[tokio::test]
async fn what_ends_the_transaction_is_refused_wherever_it_stands() {
    for engine in Engine::ALL {
        for head in ["", "atomic = false\n"] {
            for (sql, line) in [
                ("INSERT INTO a VALUES (1, 'x'); COMMIT; INSERT INTO nosuch VALUES (2);", 2),
                ("INSERT INTO a VALUES (1, 'x');\n/* now */ commit work\n;", 3),
                ("BEGIN; INSERT INTO a VALUES (1, 'x')", 2),
                ("SELECT 1; START TRANSACTION", 2),
                ("-- why\n\nROLLBACK AND CHAIN;", 4),
            ] {
                let (project, outcome) = script(engine, head, &format!("{TABLES}{sql}")).await;
                let told = told(&outcome.unwrap_err());
                assert!(told.contains(&format!("up.{}.sql:{line}", engine.name())), "{told}");
                assert!(told.contains(&format!("in line {line} begins or ends a transaction")), "{told}");
                assert!(tables(&project.database).await.is_empty(), "{sql} on {engine}");
                project.close().await;
            }
        }
    }
}

#[tokio::test]
async fn words_of_transactions_in_texts_comments_and_bodies_are_taken_as_they_are() {
    for engine in Engine::ALL {
        let body = match engine {
            Engine::Sqlite => {
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN\nUPDATE a SET t = 'BEGIN;' WHERE x = 9;\nEND;\n"
            }
            Engine::Postgres => {
                "CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\nRETURN 1;\nEND;\n$$;\n"
            }
            Engine::MySql => {
                "DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW\nBEGIN\nSET NEW.x = NEW.x;\nEND//\nDELIMITER ;\n"
            }
        };
        let sql = format!(
            "{TABLES}{body}INSERT INTO a VALUES (1, '\nCOMMIT;\n-- rjango: run no\n-- rjango: refuse rows\n');\n\
             /*\nROLLBACK;\n*/\nSAVEPOINT s;\nRELEASE SAVEPOINT s;\nINSERT INTO a VALUES (2, 'it''s; x');\n"
        );
        // MySQL keeps no savepoint over statements about tables, which end its transaction.
        let sql = if engine == Engine::MySql { sql.replace("SAVEPOINT s;\nRELEASE SAVEPOINT s;\n", "") } else { sql };
        let (project, outcome) = script(engine, "", &sql).await;
        outcome.unwrap();
        let found = texts(&project.database, "SELECT t FROM a ORDER BY x", 1).await;
        assert_eq!(found, [["\nCOMMIT;\n-- rjango: run no\n-- rjango: refuse rows\n"], ["it's; x"]], "{engine}");
        project.close().await;
    }
}

#[tokio::test]
async fn failed_statement_is_named_with_the_line_of_the_file() {
    // Statements about rows go to the database many at a time, and one per line says nothing about where it stands.
    let rows: String = (1..=2000).map(|x| format!("INSERT INTO a VALUES ({x}, 'a;b');\n")).collect();
    for engine in Engine::ALL {
        for (bad, line, words) in [
            ("INSERT INTO a VALUES (7, 'again')", 2002, "7"),
            ("INSERT INTO a\nVALUES (3000,\nnosuch)", 2002, "nosuch"),
            (
                "INSERT INTO a VALUES (3000, 'x'); INSERT INTO a VALUES (3000, 'y'); INSERT INTO a VALUES (4, '')",
                2002,
                "",
            ),
        ] {
            let sql = format!("{TABLES}{rows}{bad};\n{rows}");
            let (project, outcome) = script(engine, "", &sql).await;
            let told = told(&outcome.unwrap_err());
            // PostgreSQL tells which word it does not know.
            let line = if engine == Engine::Postgres && words == "nosuch" { line + 2 } else { line };
            assert!(told.contains(&format!("up.{}.sql:{line}: ", engine.name())), "{told}");
            assert!(told.len() < 1000, "not the whole batch: {told}");
            if engine != Engine::Sqlite {
                assert!(told.contains(words), "{told}");
            }
            let left =
                if engine == Engine::MySql { texts(&project.database, "SELECT x FROM a", 1).await } else { Vec::new() };
            assert!(left.is_empty(), "rows are all or none on {engine}");
            project.close().await;
        }
    }
}

#[tokio::test]
async fn postgres_says_which_row_is_in_the_way() {
    let sql = format!("{TABLES}INSERT INTO a VALUES (1, 'x'), (2, 'x');\nCREATE UNIQUE INDEX i ON a (t);\n");
    let (project, outcome) = script(Engine::Postgres, "", &sql).await;
    let told = told(&outcome.unwrap_err());
    assert!(told.contains("up.postgres.sql:3: "), "{told}");
    assert!(told.contains("cannot be applied: Key (t)=(x) is duplicated / "), "{told}");
    project.close().await;
}

#[tokio::test]
async fn rows_that_only_a_client_can_send_are_refused() {
    let (project, outcome) =
        script(Engine::Postgres, "", &format!("{TABLES}COPY a (x, t) FROM STDIN;\n1\tx\n\\.\n")).await;
    let told = told(&outcome.unwrap_err());
    assert!(told.contains("up.postgres.sql:2: ") && told.contains("takes its rows from a client"), "{told}");
    assert!(tables(&project.database).await.is_empty());
    project.close().await;
}

#[tokio::test]
async fn sixty_thousand_statements_are_one_pass() {
    let rows: String = (1..=64_000).map(|x| format!("INSERT INTO a VALUES ({x}, 'row {x}; of many');\n")).collect();
    let begun = std::time::Instant::now();
    let (project, outcome) = script(Engine::Sqlite, "", &format!("{TABLES}{rows}")).await;
    outcome.unwrap();
    assert_eq!(texts(&project.database, "SELECT CAST(count(*) AS text) FROM a", 1).await, [["64000"]]);
    // A second or two even without optimisation; a copy of what is left for each statement takes a hundred times that.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    project.close().await;
}
