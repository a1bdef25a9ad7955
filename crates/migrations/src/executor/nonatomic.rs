//! A migration with `atomic = false` where the engine does have transactions: PostgreSQL and SQLite.
//!
//! Each statement commits in a transaction of its own together with the migration's progress, so a run that fails or dies goes
//! on exactly behind the last one that is done. What refuses transactions (an index built concurrently, VACUUM) runs outside
//! of one, and its progress is noted right after it.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::functions::{Piece, pieces};
use super::guards::{Guard, mark_before};
use super::progress::Unfinished;
use super::rebuild;
use super::session::{Session, advice, refuse_transactions};
use super::statements::{Sql, line_of, place_in, statements};
use crate::Direction;

/// A step of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item<'a> {
    /// A statement, or on SQLite all statements that rebuild a table.
    Sql(&'a str),
    /// A Rust function.
    Function(&'a str),
    /// A query that must find nothing.
    Guard(Guard<'a>),
}

impl<'a> Item<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Sql(text) | Self::Function(text) => text,
            Self::Guard(guard) => guard.query,
        }
    }

    /// Whether it changes anything beyond this session.
    fn changes(self) -> bool {
        match self {
            Self::Function(_) => true,
            Self::Guard(_) => false,
            Self::Sql(text) => {
                let first = words(text).into_iter().next().unwrap_or_default();
                !["SELECT", "SET", "VALUES", "PRAGMA"].contains(&first.as_str())
            }
        }
    }

    /// Whether the engine refuses it inside a transaction.
    fn refuses_transactions(self, engine: Engine) -> bool {
        let Self::Sql(text) = self else { return false };
        let words = words(text);
        let is =
            |beginning: &[&str]| words.len() >= beginning.len() && words.iter().zip(beginning).all(|(a, b)| a == b);
        match engine {
            Engine::Postgres => {
                let about_index =
                    is(&["CREATE"]) || is(&["DROP"]) || is(&["REINDEX"]) || is(&["REFRESH"]) || is(&["ALTER"]);
                (about_index && words.iter().take(6).any(|word| word == "CONCURRENTLY"))
                    || is(&["VACUUM"])
                    || is(&["ALTER", "SYSTEM"])
                    || is(&["CREATE", "DATABASE"])
                    || is(&["DROP", "DATABASE"])
                    || is(&["CREATE", "TABLESPACE"])
                    || is(&["DROP", "TABLESPACE"])
            }
            _ => ["VACUUM", "PRAGMA", "ATTACH", "DETACH"].iter().any(|word| is(&[word])),
        }
    }

    /// Whether it clears up for the statement after it, which leaves a broken index where it fails: then both run again.
    fn clears_up(self) -> bool {
        let words = words(self.text());
        words.starts_with(&["DROP", "INDEX", "CONCURRENTLY", "IF", "EXISTS"].map(str::to_owned))
    }
}

fn words(text: &str) -> Vec<String> {
    Sql { text, start: 0 }.words(6)
}

/// Runs what is left of a script.
pub(super) async fn run(session: &mut Session<'_>, script: &str, unfinished: &mut Unfinished) -> Result<()> {
    refuse_transactions(script)?;
    let engine = session.database().engine();
    let items = items(script, engine);
    let texts: Vec<&str> = items.iter().map(|(item, _)| item.text()).collect();
    unfinished.verify(&texts)?;
    session.skip_calls(items[..unfinished.done].iter().filter(|(item, _)| matches!(item, Item::Function(_))).count());
    let mut at = unfinished.done;
    while let Some((item, start)) = items.get(at).copied() {
        let outcome = if item.refuses_transactions(engine) {
            outside(session, item, &texts[..=at], unfinished).await
        } else {
            inside(session, item, &texts[..=at], unfinished).await
        };
        if let Err(error) = outcome {
            session.failed_at(line_of(script, start));
            if !items[..unfinished.done].iter().any(|(item, _)| item.changes()) {
                // Where the connection is lost the note stays, and the next run checks the same once more.
                let _ = unfinished.refused(session.database(), false).await;
            }
            return Err(stopped(error, unfinished.done, at + 1, items.len(), item));
        }
        at += 1;
    }
    Ok(())
}

/// The steps of a script, each with the place where it begins.
fn items(script: &str, engine: Engine) -> Vec<(Item<'_>, usize)> {
    let mut items = Vec::new();
    let add = |sql| {
        let found = statements(sql, engine);
        let item = |text, place| match mark_before(script, place) {
            Some(what) => Item::Guard(Guard { what, query: text }),
            None => Item::Sql(text),
        };
        let with_places = found.into_iter().map(|found| (found.text, place_in(script, sql) + found.start));
        with_places.map(|(text, place)| (item(text, place), place)).collect::<Vec<_>>()
    };
    for piece in pieces(script) {
        match piece {
            Piece::Function(path) => items.push((Item::Function(path), place_in(script, path))),
            Piece::Sql(sql) if engine == Engine::Sqlite => {
                for part in rebuild::parts(sql) {
                    match part.rebuilds {
                        // In one piece: between its statements the table is not there.
                        Some(_) => items.push((Item::Sql(part.sql), place_in(script, part.sql))),
                        None => items.extend(add(part.sql)),
                    }
                }
            }
            Piece::Sql(sql) => items.extend(add(sql)),
        }
    }
    items
}

/// A step in a transaction with its progress.
async fn inside(session: &mut Session<'_>, item: Item<'_>, texts: &[&str], unfinished: &mut Unfinished) -> Result<()> {
    session.begin().await?;
    let before = unfinished.clone();
    let outcome = async {
        refuse_overtaken(session, unfinished).await?;
        match item {
            Item::Sql(text) if session.database().engine() == Engine::Sqlite => session.rebuild(text).await?,
            Item::Sql(text) => session.database().execute_script(text).await?,
            Item::Function(path) => session.call(path).await?,
            Item::Guard(guard) => guard.check(session.database()).await?,
        }
        session.check_foreign_keys().await?;
        unfinished.advance(session.database(), texts, None).await?;
        session.commit().await
    };
    let outcome = outcome.await;
    if outcome.is_err() {
        *unfinished = before;
        // The engine does so too where the connection is lost.
        let _ = session.rollback().await;
    }
    outcome
}

/// A step that refuses transactions.
async fn outside(session: &mut Session<'_>, item: Item<'_>, texts: &[&str], unfinished: &mut Unfinished) -> Result<()> {
    refuse_overtaken(session, unfinished).await?;
    session.database().execute_script(item.text()).await?;
    if item.clears_up() {
        return Ok(());
    }
    unfinished.advance(session.database(), texts, None).await
}

/// That no other run has gone on with the migration since this one read how far it is: nothing holds the two apart between
/// statements.
async fn refuse_overtaken(session: &mut Session<'_>, unfinished: &Unfinished) -> Result<()> {
    let now = Unfinished::read(session.database()).await?.into_iter().find(|now| now.key == unfinished.key);
    let is_ended = session.is_recorded(&unfinished.key).await? == (unfinished.direction == Direction::Up);
    if is_ended || now.is_some_and(|now| now.done != unfinished.done) {
        return Err(Error::new(ErrorKind::Migration, "another `migrate` is at work on this migration")
            .with_hint("wait for it to end, and run yours again"));
    }
    Ok(())
}

/// The failure with what is carried out and how to go on.
fn stopped(error: Error, done: usize, number: usize, count: usize, item: Item<'_>) -> Error {
    let advice = advice(&error).map(|hint| format!("{hint}; ")).unwrap_or_default();
    let done_so_far = match done {
        0 => "nothing of it is carried out".to_owned(),
        1 => "the first statement is carried out, and stays".to_owned(),
        done => format!("the first {done} statements are carried out, and stay"),
    };
    let what = match item {
        Item::Sql(text) => format!("statement {number} of {count} failed: {}", shortened(text)),
        Item::Function(path) => format!("statement {number} of {count}, the function `{path}`, failed"),
        Item::Guard(_) => format!("the check of rows in statement {number} of {count} failed"),
    };
    error.wrap(what).with_hint(format!(
        "{advice}{done_so_far}: fix the cause, or the file from statement {} on, and run `migrate` again: it goes on there",
        done + 1
    ))
}

/// A statement on one line, and not all of a long one.
fn shortened(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = text.char_indices().nth(120) {
        text.truncate(end);
        text.push_str("..");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_refuses_transactions_is_known() {
        for text in [
            "CREATE UNIQUE INDEX CONCURRENTLY \"i\" ON \"a\" (\"x\")",
            "drop index concurrently if exists \"i\"",
            "VACUUM ANALYZE a",
        ] {
            assert!(Item::Sql(text).refuses_transactions(Engine::Postgres), "{text}");
        }
        for text in ["CREATE INDEX i ON a (x)", "UPDATE a SET x = 'concurrently'", "ALTER TABLE a ADD COLUMN x int"] {
            assert!(!Item::Sql(text).refuses_transactions(Engine::Postgres), "{text}");
        }
        assert!(Item::Sql("vacuum").refuses_transactions(Engine::Sqlite));
        assert!(!Item::Function("vacuum").refuses_transactions(Engine::Sqlite));
    }

    #[test]
    fn rebuild_of_a_table_is_one_step() {
        let script = "DROP INDEX \"i\";\nCREATE TABLE \"new__a\" (x);\nDROP TABLE \"a\";\nPRAGMA legacy_alter_table = OFF;\n\
                      -- rjango: run shop::fill\nSELECT 1; SELECT 2;\n";
        let texts: Vec<&str> = items(script, Engine::Sqlite).into_iter().map(|(item, _)| item.text()).collect();
        assert_eq!(texts.len(), 5, "{texts:#?}");
        assert!(texts[1].starts_with("CREATE TABLE") && texts[1].ends_with("OFF;"), "{}", texts[1]);
        assert_eq!(texts[2..], ["shop::fill", "SELECT 1", "SELECT 2"]);
    }
}
