//! A script in the pieces that the executor runs: statements, rebuilt tables, checks of rows, Rust functions.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::guards::Guard;
use super::rebuild;
use crate::reader::{Class, Item, Statement, items, shortened};

/// How much of a statement an error shows, in characters.
const SHOWN: usize = 120;

/// A piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) does: Does<'a>,
    /// Its text: what tells whether a piece is still the one that has run.
    pub(super) text: &'a str,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// What a piece does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does<'a> {
    /// It is a statement.
    Run(Statement<'a>),
    /// These statements make a table anew on SQLite. Between them the table is not there.
    Rebuild { table: String, statements: Vec<Statement<'a>> },
    /// It calls a Rust function.
    Call(&'a str),
    /// It is a query that must find nothing.
    Check(Guard<'a>),
}

impl<'a> Piece<'a> {
    /// The statement, where it is one.
    pub(super) fn statement(&self) -> Option<Statement<'a>> {
        match self.does {
            Does::Run(statement) => Some(statement),
            _ => None,
        }
    }

    /// Its statements: one, or those of a rebuild.
    pub(super) fn statements(&self) -> &[Statement<'a>] {
        match &self.does {
            Does::Run(statement) => std::slice::from_ref(statement),
            Does::Rebuild { statements, .. } => statements,
            Does::Call(_) | Does::Check(_) => &[],
        }
    }

    /// Whether it is SQL that changes something.
    pub(super) fn is_sql(&self) -> bool {
        matches!(self.does, Does::Run(_) | Does::Rebuild { .. })
    }

    /// Whether it calls a function.
    pub(super) fn is_call(&self) -> bool {
        matches!(self.does, Does::Call(_))
    }

    /// Whether it changes anything beyond this session.
    pub(super) fn changes(&self) -> bool {
        match &self.does {
            Does::Run(statement) => {
                let first = statement.words(1).into_iter().next().unwrap_or_default();
                !["SELECT", "SET", "VALUES", "PRAGMA"].contains(&first.as_str())
            }
            Does::Rebuild { .. } | Does::Call(_) => true,
            Does::Check(_) => false,
        }
    }

    /// Whether it sets something for this session, which a later run has to set again.
    pub(super) fn sets_session(&self) -> bool {
        self.statement().is_some_and(|statement| statement.words(1).first().is_some_and(|word| word == "SET"))
    }

    /// The failure of this piece in a few words: its place among the others, and its text.
    pub(super) fn failed(&self, number: usize, count: usize) -> String {
        match &self.does {
            Does::Run(_) | Does::Rebuild { .. } => {
                format!("statement {number} of {count} failed: {}", shortened(self.text, SHOWN))
            }
            Does::Call(path) => format!("statement {number} of {count}, the function `{path}`, failed"),
            Does::Check(_) => format!("the check of rows in statement {number} of {count} failed"),
        }
    }
}

/// The pieces of a script, in order.
pub(super) fn pieces(script: &str, engine: Engine) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = items(script, engine).peekable();
    while let Some(item) = rest.next() {
        let piece = match item {
            Item::Function(function) => {
                Piece { does: Does::Call(function.path), text: function.path, line: function.line }
            }
            Item::Statement(statement) => {
                let Statement { text, line, guard, .. } = statement;
                let table = rebuild::begun(&statement).filter(|_| engine == Engine::Sqlite);
                match (guard, table) {
                    (Some(what), _) => Piece { does: Does::Check(Guard { what, query: text }), text, line },
                    (None, None) => Piece { does: Does::Run(statement), text, line },
                    (None, Some(table)) => {
                        let mut statements = vec![statement];
                        let goes_on = |next: &Item<'_>| match next {
                            Item::Statement(next) => rebuild::begun(next).is_none(),
                            Item::Function(_) => false,
                        };
                        while let Some(Item::Statement(next)) = rest.next_if(goes_on) {
                            statements.push(next);
                            if rebuild::ends(&next) {
                                break;
                            }
                        }
                        let end = statements.last().map_or(statement.end, |last| last.end);
                        let text = &script[statement.start..end];
                        match statements.last().is_some_and(rebuild::ends) {
                            true => Piece { does: Does::Rebuild { table, statements }, text, line },
                            // A person's own table of that name.
                            false => {
                                pieces.extend(statements.into_iter().map(|statement| Piece {
                                    does: Does::Run(statement),
                                    text: statement.text,
                                    line: statement.line,
                                }));
                                continue;
                            }
                        }
                    }
                }
            }
        };
        pieces.push(piece);
    }
    pieces
}

/// Refuses a script that ends the transaction in which it runs, or that needs what only a client can do. The error comes with
/// the line.
pub(super) fn refuse(pieces: &[Piece<'_>]) -> Result<(), (usize, Error)> {
    for Statement { text, line, class, .. } in pieces.iter().flat_map(Piece::statements) {
        let (what, hint) = match class {
            Class::Rows | Class::Other => continue,
            Class::Transaction => {
                ("begins or ends a transaction", "remove it: each migration runs in a transaction of its own")
            }
            Class::CopyFromClient => (
                "takes its rows from a client such as psql",
                "write the rows as `INSERT` statements, or let the server read a file: `COPY .. FROM '/path'`",
            ),
        };
        let error = Error::new(ErrorKind::Migration, format!("`{}` in line {line} {what}", shortened(text, SHOWN)));
        return Err((*line, error.with_hint(hint)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str, engine: Engine) -> Vec<String> {
        let piece = |piece: Piece<'_>| match piece.does {
            Does::Run(_) => format!("run {}", piece.text),
            Does::Rebuild { table, statements } => format!("rebuild {table} by {}: {}", statements.len(), piece.text),
            Does::Call(path) => format!("call {path}"),
            Does::Check(guard) => format!("check {}: {}", guard.what, guard.query),
        };
        pieces(script, engine).into_iter().map(piece).collect()
    }

    #[test]
    fn rebuild_of_a_table_is_one_piece() {
        let script = "DROP INDEX \"i\";\nCREATE TABLE \"new__a \"\"b\" (\n x);\nDROP TABLE \"a\";\n\
                      PRAGMA legacy_alter_table = OFF;\n-- rjango: run shop::fill\nSELECT 1; SELECT 2;\n";
        let rebuild = "rebuild a \"b by 3: CREATE TABLE \"new__a \"\"b\" (\n x);\nDROP TABLE \"a\";\n\
                       PRAGMA legacy_alter_table = OFF;";
        assert_eq!(
            texts(script, Engine::Sqlite),
            ["run DROP INDEX \"i\"", rebuild, "call shop::fill", "run SELECT 1", "run SELECT 2"]
        );
        assert_eq!(texts(script, Engine::Postgres).len(), 7);
        // In a text, and without its end.
        assert_eq!(texts("SELECT '\nCREATE TABLE \"new__a\" (';", Engine::Sqlite).len(), 1);
        assert_eq!(
            texts("CREATE TABLE \"new__a\" (x); -- PRAGMA legacy_alter_table = OFF;\nSELECT 1", Engine::Sqlite),
            ["run CREATE TABLE \"new__a\" (x)", "run SELECT 1"]
        );
    }

    #[test]
    fn checks_are_pieces_of_their_own() {
        assert_eq!(
            texts("A;\n-- rjango: refuse rows whose `x` is odd\nSELECT 1, ';';\n\nB;\n", Engine::Sqlite),
            ["run A", "check rows whose `x` is odd: SELECT 1, ';'", "run B"]
        );
        assert_eq!(texts("SELECT '\n-- rjango: refuse ';", Engine::Sqlite).len(), 1);
    }
}
