//! SQL that a person wrote, as far as the rules care: which tables it locks, drops or writes.
//!
//! The text is cut into tokens first, so that a word in a string, a quoted name or a comment is never taken for SQL. What
//! is not understood is left alone: a lint that guesses is one that nobody keeps.

mod parse;

use rjango_orm::Engine;
use rjango_schema::ModelSchema;

use crate::ProjectState;
use crate::reader::{self, Token};

pub(super) use parse::{Action, Command};

/// A statement, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The tokens with one blank between: two spellings of a statement are one.
    pub(super) normal: String,
    /// The line that it starts on, from 1.
    pub(super) line: usize,
    pub(super) command: Command,
}

/// A statement that a person wrote, and what stands around it.
pub(super) struct Sql<'a> {
    pub(super) engine: Engine,
    pub(super) command: &'a Command,
    /// The statements of the same migration, this one among them.
    pub(super) all: &'a [Parsed],
    /// Whether the migration runs in a transaction.
    pub(super) atomic: bool,
    /// The models before the migration: what the code of the last release has.
    pub(super) before: &'a ProjectState,
}

impl Sql<'_> {
    /// The actions of an `ALTER TABLE`, with its table; none for other statements.
    pub(super) fn actions(&self) -> impl Iterator<Item = (&str, &Action)> {
        let (table, actions) = match self.command {
            Command::AlterTable { table, actions } => (table.as_str(), actions.as_slice()),
            _ => ("", &[][..]),
        };
        actions.iter().map(move |action| (table, action))
    }

    /// The model of a table, where the code of the last release has one.
    pub(super) fn model(&self, table: &str) -> Option<&ModelSchema> {
        self.before.iter().find(|model| model.table() == table)
    }

    /// Whether the code of the last release has this table, for a model or between two.
    pub(super) fn has_table(&self, table: &str) -> bool {
        let joins = |model: &ModelSchema| {
            model
                .many_to_many()
                .any(|field| self.before.join_model(model, field).is_some_and(|join| join.table() == table))
        };
        self.before.iter().any(|model| model.table() == table || joins(model))
    }

    /// Whether the code of the last release has this column.
    pub(super) fn has_column(&self, table: &str, column: &str) -> bool {
        self.model(table).is_some_and(|model| model.concrete_fields().any(|field| field.column() == column))
    }
}

/// The statements of a script.
pub(super) fn statements(script: &str, engine: Engine) -> Vec<Parsed> {
    let parsed = reader::statements(script, engine).map(|statement| {
        let tokens: Vec<Token<'_>> = statement.tokens().collect();
        let normal: Vec<String> = tokens.iter().map(Token::normal).collect();
        Parsed { normal: normal.join(" "), line: statement.line, command: parse::command(&tokens, statement.class) }
    });
    parsed.collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(engine: Engine, script: &str, expected: &Expect) {
        let found: Vec<String> = statements(script, engine)
            .iter()
            .map(|statement| format!("{}: {:?}\n", statement.line, statement.command))
            .collect();
        expected.assert_eq(&found.concat());
    }

    #[test]
    fn words_in_strings_and_comments_are_no_sql() {
        check(
            Engine::Postgres,
            "-- DROP TABLE a;\n/* DROP /* nested */ TABLE b; */\nSELECT 'DROP TABLE c;', $x$ DROP TABLE d; $x$;\n\
             SELECT 'it''s', E'\\'; DROP TABLE e;';\nDROP TABLE \"odd; name\";",
            &expect![[r#"
                3: Other
                4: Other
                5: DropTable { tables: ["odd; name"] }
            "#]],
        );
        check(
            Engine::MySql,
            "# DROP TABLE a;\nSELECT 'it\\'s; DROP TABLE b';\nDROP TABLE `c`;",
            &expect![[r#"
                2: Other
                3: DropTable { tables: ["c"] }
            "#]],
        );
    }

    #[test]
    fn bodies_of_triggers_are_one_statement() {
        check(
            Engine::Sqlite,
            "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; DELETE FROM b; END;\n\
             UPDATE a SET x = 1;",
            &expect![[r#"
                1: Other
                2: Update { table: "a", limited: false }
            "#]],
        );
    }

    #[test]
    fn actions_of_alter_table_are_told_apart() {
        check(
            Engine::Postgres,
            "ALTER TABLE ONLY public.\"shop\" ADD COLUMN IF NOT EXISTS sku varchar(20) DEFAULT f(1, 2) NOT NULL, \
                 DROP COLUMN b, RENAME TO c;\n\
             ALTER TABLE a ALTER COLUMN x SET NOT NULL, ALTER y TYPE bigint USING y::bigint;\n\
             ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b_id) REFERENCES b (id) NOT VALID;\n\
             ALTER TABLE a ADD CONSTRAINT c CHECK (x IS NOT NULL), ADD CONSTRAINT u UNIQUE USING INDEX i;\n\
             ALTER TABLE a VALIDATE CONSTRAINT f; ALTER TABLE a RENAME x TO y; ALTER INDEX i RENAME TO j;",
            &expect![[r#"
                1: AlterTable { table: "shop", actions: [AddColumn { column: "sku", not_null: true, default: true, unique: false, references: false, check: false }, DropColumn("b"), RenameTable("c")] }
                2: AlterTable { table: "a", actions: [SetNotNull("x"), ChangeType("y")] }
                3: AlterTable { table: "a", actions: [AddForeignKey { valid: false }] }
                4: AlterTable { table: "a", actions: [AddCheck { valid: true }, AddUnique { index: true }] }
                5: AlterTable { table: "a", actions: [ValidateConstraint] }
                5: AlterTable { table: "a", actions: [RenameColumn { from: "x", to: "y" }] }
                5: Other
            "#]],
        );
        check(
            Engine::MySql,
            "ALTER TABLE a ADD (x int NOT NULL, y int), MODIFY z varchar(10) NULL, CHANGE p q int, \
                 ADD UNIQUE KEY k (x), ALGORITHM=COPY, CONVERT TO CHARACTER SET utf8mb4;\n\
             RENAME TABLE a TO b, c TO d;\nALTER TABLE a ADD INDEX i (x), DROP FOREIGN KEY f;",
            &expect![[r#"
                1: AlterTable { table: "a", actions: [AddColumn { column: "x", not_null: true, default: false, unique: false, references: false, check: false }, AddColumn { column: "y", not_null: false, default: false, unique: false, references: false, check: false }, ChangeType("z"), RenameColumn { from: "p", to: "q" }, ChangeType("q"), AddUnique { index: false }, Copy, Copy] }
                2: RenameTable { names: [("a", "b"), ("c", "d")] }
                3: AlterTable { table: "a", actions: [Other, Other] }
            "#]],
        );
    }

    #[test]
    fn indexes_rows_and_transactions_are_seen() {
        check(
            Engine::Postgres,
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t (x); CREATE INDEX ON t (x); \
             DROP INDEX CONCURRENTLY i;\n\
             UPDATE t SET x = (SELECT y FROM u WHERE u.id = t.id); UPDATE ONLY t AS a SET x = 1 WHERE a.id < 9;\n\
             DELETE FROM t; TRUNCATE TABLE t, u; WITH q AS (SELECT 1 WHERE true) DELETE FROM t USING q;\n\
             BEGIN; COMMIT; INSERT INTO t SELECT 1; CREATE TABLE IF NOT EXISTS n (x int);",
            &expect![[r#"
                1: CreateIndex { table: "t", unique: true, concurrently: true }
                1: CreateIndex { table: "t", unique: false, concurrently: false }
                1: DropIndex { concurrently: true }
                2: Update { table: "t", limited: false }
                2: Update { table: "t", limited: true }
                3: Delete { table: "t", limited: false }
                3: Delete { table: "t", limited: false }
                3: Delete { table: "t", limited: false }
                4: Transaction("BEGIN")
                4: Transaction("COMMIT")
                4: Insert
                4: CreateTable { table: "n" }
            "#]],
        );
    }
}
