//! What the reader makes of scripts, engine by engine; then what holds for any script at all.

use super::*;

#[track_caller]
fn check(engine: Engine, script: &str, expected: &[&str]) {
    let found: Vec<&str> = statements(script, engine).map(|statement| statement.text).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn classes(engine: Engine, script: &str, expected: &[Class]) {
    let found: Vec<Class> = statements(script, engine).map(|statement| statement.class).collect();
    assert_eq!(found, expected, "{script}");
}

#[test]
fn semicolons_in_quotes_and_comments_end_nothing() {
    for engine in Engine::ALL {
        check(engine, "A 'x;''y;'; B \"a;\"\"b;\" ;; -- c;\n/* d; */ C", &["A 'x;''y;'", "B \"a;\"\"b;\"", "C"]);
        check(engine, "-- only\n/* comments */", &[]);
        check(engine, "A; B", &["A", "B"]);
        check(engine, "A 'not closed; B", &["A 'not closed; B"]);
        check(engine, "A; /* not closed; B", &["A"]);
        check(engine, "größe; 'é;'; \u{a0}x", &["größe", "'é;'", "\u{a0}x"]);
    }
}

#[test]
fn mysql_has_backslashes_backticks_hashes_and_comments_that_run() {
    check(Engine::MySql, r"A 'it\'s;'; B `x;``y`; C", &[r"A 'it\'s;'", "B `x;``y`", "C"]);
    check(Engine::MySql, r"A 'x\\'; B; C 'y\", &[r"A 'x\\'", "B", r"C 'y\"]);
    check(Engine::MySql, "A # no;\n; B 5--3; C", &["A # no;", "B 5--3", "C"]);
    check(Engine::MySql, "/*!50700 SET x = 1 */; B /*M! c; */; C", &["/*!50700 SET x = 1 */", "B /*M! c; */", "C"]);
    let dump = "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN \
                SET x = 1; SET y = 2; END */";
    check(Engine::MySql, &format!("DELIMITER ;;\n{dump};;\nDELIMITER ;\nA; B"), &[dump, "A", "B"]);
    check(Engine::MySql, &format!("{dump}; A"), &[dump, "A"]);
}

#[test]
fn sqlite_has_brackets_and_backticks_and_no_backslashes() {
    check(Engine::Sqlite, r"A [x;]; B `y;`; C '\'; D", &["A [x;]", "B `y;`", r"C '\'", "D"]);
    check(Engine::Sqlite, "A /* x /* y; */ ; B", &["A /* x /* y; */", "B"]);
}

#[test]
fn postgres_has_dollar_quotes_escapes_nested_comments_and_rules() {
    check(Engine::Postgres, "A $$ x; $y$ ; $$; B $f$ $$;$$ $f$; C", &["A $$ x; $y$ ; $$", "B $f$ $$;$$ $f$", "C"]);
    check(Engine::Postgres, r"A E'\';'; B '\'; C", &[r"A E'\';'", r"B '\'", "C"]);
    check(Engine::Postgres, "/* a /* b; */ c; */ A; B $1; C a$b$; D $1$; E", &["A", "B $1", "C a$b$", "D $1$", "E"]);
    let rule = "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c)";
    check(Engine::Postgres, &format!("{rule}; A"), &[rule, "A"]);
    let function = "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; \
                    SELECT 2; END";
    check(Engine::Postgres, &format!("{function}; A"), &[function, "A"]);
}

#[test]
fn bodies_of_triggers_and_routines_hold_together() {
    let trigger =
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM d; END";
    check(Engine::Sqlite, &format!("{trigger}; A"), &[trigger, "A"]);
    // The words are names there too.
    let named = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET \"end\" = 1; UPDATE b SET begin = end; END";
    check(Engine::Sqlite, &format!("{named};A"), &[named, "A"]);
    let trigger = "CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN \
                   IF NEW.x > 1 THEN SET NEW.x = IF(1, 2, 3); END IF; \
                   CASE NEW.y WHEN 1 THEN SET NEW.y = 2; END CASE; SET NEW.end = NEW.begin; \
                   SET NEW.x = CASE WHEN 1 THEN 2 END; \
                   l: LOOP LEAVE l; END LOOP; WHILE 0 DO SET NEW.x = 1; END WHILE; END";
    check(Engine::MySql, &format!("{trigger}; A"), &[trigger, "A"]);
    let single = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1";
    check(Engine::MySql, &format!("{single}; A"), &[single, "A"]);
    check(Engine::MySql, "BEGIN NOT ATOMIC A; B; END; C", &["BEGIN NOT ATOMIC A; B; END", "C"]);
    check(
        Engine::MySql,
        "DELIMITER //\nCREATE TRIGGER t BEGIN A; B; END//\nDELIMITER ;\nC;",
        &["CREATE TRIGGER t BEGIN A; B; END", "C"],
    );
    check(Engine::MySql, "delimiter $$ -- so\nA; B$$C$$\nDELIMITER ;\nD", &["A; B", "C", "D"]);
}

#[test]
fn columns_named_like_bodies_open_none() {
    for engine in Engine::ALL {
        check(
            engine,
            "CREATE TABLE bookings (event int, function int, trigger_of int, begin int); INSERT INTO b VALUES (1); A",
            &[
                "CREATE TABLE bookings (event int, function int, trigger_of int, begin int)",
                "INSERT INTO b VALUES (1)",
                "A",
            ],
        );
    }
}

#[test]
fn statements_know_their_lines_and_ends() {
    let script = "--\n-- Add\n--\nA\n(x);\n\nB -- c\n;C";
    let found: Vec<(usize, usize, usize)> =
        statements(script, Engine::MySql).map(|found| (found.line, found.start, found.end)).collect();
    assert_eq!(found, [(4, 13, 19), (7, 21, 29), (8, 29, 30)]);
}

#[test]
fn what_begins_and_ends_transactions_is_known() {
    use Class::{Other, Transaction};
    for engine in Engine::ALL {
        classes(
            engine,
            "INSERT INTO a VALUES (1); COMMIT; BEGIN WORK; ROLLBACK; START TRANSACTION; commit and chain",
            &[Class::Rows, Transaction, Transaction, Transaction, Transaction, Transaction],
        );
        classes(engine, "SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE SAVEPOINT a", &[Other; 4]);
        classes(engine, "INSERT INTO a VALUES ('\nCOMMIT;\n'); -- COMMIT;\n/* ROLLBACK; */", &[Class::Rows]);
        classes(engine, "/* why */ COMMIT", &[Transaction]);
    }
    classes(
        Engine::Postgres,
        "END; ABORT; PREPARE TRANSACTION 'x'; PREPARE p AS SELECT 1",
        &[Transaction, Transaction, Transaction, Other],
    );
    classes(Engine::Sqlite, "END TRANSACTION; BEGIN IMMEDIATE", &[Transaction, Transaction]);
    classes(
        Engine::MySql,
        "SET autocommit = 1; XA START 'x'; SET @x = 1; BEGIN NOT ATOMIC SELECT 1; END",
        &[Transaction, Transaction, Other, Other],
    );
}

#[test]
fn copy_from_the_client_is_known() {
    classes(
        Engine::Postgres,
        "COPY a (x) FROM STDIN; COPY a FROM '/stdin'; COPY (SELECT 1) TO STDOUT",
        &[Class::CopyFromClient, Class::Other, Class::Other],
    );
}

#[test]
fn marks_are_comments_of_their_own_lines() {
    let script = "CREATE TABLE a (x);\n--\n-- Run it\n--\n-- rjango: run shop::fill\nDROP TABLE b\n-- rjango: run shop::end\nA '\n\
                  -- rjango: run no\n' /*\n-- rjango: run no\n*/; -- rjango: run no\n-- rjango: refuse rows\nSELECT 1;\n\
                  -- rjango: refuse nothing\n-- for there is a comment\nSELECT 2; -- rjango: refuse no\nSELECT 3";
    let found: Vec<String> = items(script, Engine::Sqlite)
        .map(|item| match item {
            Item::Function(Function { path, line }) => format!("{line}: run {path}"),
            Item::Statement(Statement { text, line, guard, .. }) => {
                let first = text.lines().next().unwrap_or_default();
                guard.map_or_else(|| format!("{line}: {first}"), |guard| format!("{line}: {guard}: {first}"))
            }
        })
        .collect();
    assert_eq!(
        found,
        [
            "1: CREATE TABLE a (x)",
            "5: run shop::fill",
            "6: DROP TABLE b",
            "7: run shop::end",
            "8: A '",
            "14: rows: SELECT 1",
            "17: SELECT 2",
            "18: SELECT 3",
        ]
    );
    assert_eq!(functions("SELECT '\n-- rjango: run x\n';", Engine::Sqlite).count(), 0);
}

#[test]
fn tokens_say_what_stands_between_the_quotes() {
    let found = |sql: &str, engine| -> Vec<(Kind, String)> {
        tokens(sql, engine).map(|token| (token.kind, token.text.to_owned())).collect()
    };
    let token = |kind, text: &str| (kind, text.to_owned());
    assert_eq!(
        found("E'a\\'b' $t$x$$y$t$ \"n\"", Engine::Postgres),
        [token(Kind::Text, "a\\'b"), token(Kind::Text, "x$$y"), token(Kind::Name, "n"),]
    );
    assert_eq!(
        found("'' \"t\" `n` /*!1 x */", Engine::MySql),
        [token(Kind::Text, ""), token(Kind::Text, "t"), token(Kind::Name, "n"), token(Kind::Word, "x"),]
    );
    assert_eq!(found("[n] 'open", Engine::Sqlite), [token(Kind::Name, "n"), token(Kind::Text, "open")]);
}

#[test]
fn last_statement_is_ended_once() {
    for (script, expected) in [
        ("UPDATE a SET x = 1", "UPDATE a SET x = 1;"),
        ("A; B -- why;\n", "A; B; -- why;\n"),
        ("A;\n", "A;\n"),
        ("A; -- why", "A; -- why"),
        ("-- nothing", "-- nothing"),
        ("", ""),
        ("A ';'", "A ';';"),
        ("A\n-- rjango: run f\n", "A\n-- rjango: run f\n"),
    ] {
        for engine in Engine::ALL {
            assert_eq!(ended(script, engine), expected);
        }
    }
    let delimited = "DELIMITER //\nCREATE TRIGGER t BEGIN A; END//\n";
    assert_eq!(ended(delimited, Engine::MySql), delimited);
}

/// A sequence of numbers that its seed determines (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or_default()
    }

    fn pieces(&mut self, of: &[&str], most: usize) -> Vec<String> {
        (0..self.below(most)).map(|_| of[self.below(of.len())].to_owned()).collect()
    }
}

/// Parts of statements that leave nothing open, on every engine.
const WHOLE: &[&str] = &[
    "x",
    "select",
    "'a;b'",
    "'it''s;'",
    "\"n;m\"",
    "\"n\"\"m\"",
    "'--'",
    "'/*'",
    "\"#\"",
    "'$$'",
    "/* ; ' */",
    "/* \" */",
    "-- ; '\n",
    "(1, 2)",
    "17",
    "é",
    "end",
    "case",
    "a.b",
    "<> 3",
    "''",
    "'\n;\n'",
];

/// What opens and closes something on one engine or another, and what has a meaning.
const ANYTHING: &[&str] = &[
    "'",
    "\"",
    "`",
    "[",
    "]",
    "$$",
    "$t$",
    "$1",
    "--",
    "#",
    "/*",
    "*/",
    "/*!",
    "/*M!1",
    "\\",
    "\n",
    " ",
    ";",
    "(",
    ")",
    "E'",
    "é",
    "\u{a0}",
    "BEGIN ",
    "END",
    "CASE",
    " IF ",
    "CREATE ",
    "TRIGGER ",
    "FUNCTION ",
    "DEFINER=",
    "DELIMITER //\n",
    "//",
    "COMMIT",
    "\n-- rjango: run f\n",
    "\n-- rjango: refuse r\n",
    "x",
    "1",
    ".",
    "NOT ATOMIC",
    "EXPLAIN ",
];

const ROUNDS: u64 = 4_000;

#[test]
fn statements_put_together_are_found_again() {
    for seed in 0..ROUNDS {
        let mut random = Random(seed);
        let texts: Vec<String> =
            (0..random.below(6)).map(|_| format!("x {}", random.pieces(WHOLE, 8).join(" "))).collect();
        let script: String = texts.iter().map(|text| format!("{text};\n")).collect();
        for engine in Engine::ALL {
            let found: Vec<&str> = statements(&script, engine).map(|statement| statement.text).collect();
            let expected: Vec<&str> = texts.iter().map(|text| text.trim_end()).collect();
            assert_eq!(found, expected, "seed {seed}, {engine}: {script}");
        }
    }
}

#[test]
fn any_script_is_read_in_order_to_its_end() {
    for seed in 0..ROUNDS {
        let script = Random(seed).pieces(ANYTHING, 40).concat();
        for engine in Engine::ALL {
            let mut at = 0;
            for statement in statements(&script, engine) {
                let Statement { text, start, end, line, .. } = statement;
                assert!(start >= at && end >= start + text.len(), "seed {seed}, {engine}: {script}");
                assert!(!text.is_empty() && script[start..].starts_with(text), "seed {seed}, {engine}: {script}");
                assert_eq!(line, line_of(&script, start), "seed {seed}, {engine}: {script}");
                at = end;
            }
            // Nothing but blanks is between two tokens.
            let mut end = 0;
            for token in Lexer::new(&script, engine) {
                assert!(script[end..token.at].trim_ascii().is_empty(), "seed {seed}, {engine}: {script}");
                assert!(token.end > token.at, "seed {seed}, {engine}: {script}");
                end = token.end;
            }
            assert!(script[end..].trim_ascii().is_empty(), "seed {seed}, {engine}: {script}");
        }
    }
}

#[test]
fn statement_read_alone_is_that_statement() {
    for seed in 0..ROUNDS {
        let script = Random(seed).pieces(ANYTHING, 40).concat();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            for statement in statements(&script, engine) {
                let alone: Vec<&str> = statements(statement.text, engine).map(|alone| alone.text).collect();
                assert_eq!(alone, [statement.text], "seed {seed}, {engine}: {script}");
            }
        }
    }
}

/// Ten times the text takes about ten times as long: a quadratic reader would take a hundred times.
#[test]
fn reading_takes_one_pass() {
    for engine in Engine::ALL {
        for line in [
            "INSERT INTO a VALUES (1, 'x;y');\n",
            "x $1 /* c */ ",
            "((((",
            "'",
            "\"",
            "$",
            "$$ a",
            "\n-- rjango: run f\n",
        ] {
            let script = line.repeat(200_000 / line.len());
            let begun = std::time::Instant::now();
            let count = items(&script, engine).count();
            assert!(begun.elapsed().as_secs() < 20, "{line:?}: {count} items on {engine}");
        }
    }
}
