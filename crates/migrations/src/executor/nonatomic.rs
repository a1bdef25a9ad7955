//! A migration with `atomic = false` where the engine does have transactions: PostgreSQL and SQLite.
//!
//! Each statement commits in a transaction of its own together with the migration's progress, so a run that fails or dies goes
//! on exactly behind the last one that is done. What refuses transactions (an index built concurrently, VACUUM) runs outside
//! of one, and its progress is noted right after it.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::pieces::{Does, Piece};
use super::progress::Unfinished;
use super::session::{Session, advice};
use crate::Direction;

impl Piece<'_> {
    /// Whether the engine refuses it inside a transaction.
    fn refuses_transactions(&self, engine: Engine) -> bool {
        let Does::Run(statement) = &self.does else { return false };
        let words = statement.words(6);
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
    fn clears_up(&self) -> bool {
        let Does::Run(statement) = &self.does else { return false };
        statement.words(5).starts_with(&["DROP", "INDEX", "CONCURRENTLY", "IF", "EXISTS"].map(str::to_owned))
    }
}

/// Runs what is left of a script.
pub(super) async fn run(session: &mut Session<'_>, pieces: &[Piece<'_>], unfinished: &mut Unfinished) -> Result<()> {
    let engine = session.database().engine();
    unfinished.verify(pieces)?;
    session.skip_calls(pieces[..unfinished.done].iter().filter(|piece| piece.is_call()).count());
    for at in unfinished.done..pieces.len() {
        let piece = &pieces[at];
        let outcome = match piece.refuses_transactions(engine) {
            true => outside(session, pieces, at, unfinished).await,
            false => inside(session, pieces, at, unfinished).await,
        };
        if let Err(error) = outcome {
            session.failed_at(piece.line);
            if !pieces[..unfinished.done].iter().any(Piece::changes) {
                // Where the connection is lost the note stays, and the next run checks the same once more.
                let _ = unfinished.refused(session.database(), false).await;
            }
            return Err(stopped(error, unfinished.done, at + 1, pieces.len(), piece));
        }
    }
    Ok(())
}

/// A step in a transaction with its progress.
async fn inside(session: &mut Session<'_>, pieces: &[Piece<'_>], at: usize, unfinished: &mut Unfinished) -> Result<()> {
    session.begin().await?;
    let before = unfinished.clone();
    let outcome = async {
        refuse_overtaken(session, unfinished).await?;
        session.piece(&pieces[at]).await?;
        session.check_foreign_keys().await?;
        unfinished.advance(session.database(), pieces, at + 1, None).await?;
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
async fn outside(
    session: &mut Session<'_>,
    pieces: &[Piece<'_>],
    at: usize,
    unfinished: &mut Unfinished,
) -> Result<()> {
    refuse_overtaken(session, unfinished).await?;
    session.database().execute_script(pieces[at].text).await?;
    if pieces[at].clears_up() {
        return Ok(());
    }
    unfinished.advance(session.database(), pieces, at + 1, None).await
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
fn stopped(error: Error, done: usize, number: usize, count: usize, piece: &Piece<'_>) -> Error {
    let advice = advice(&error).map(|hint| format!("{hint}; ")).unwrap_or_default();
    let done_so_far = match done {
        0 => "nothing of it is carried out".to_owned(),
        1 => "the first statement is carried out, and stays".to_owned(),
        done => format!("the first {done} statements are carried out, and stay"),
    };
    error.wrap(piece.failed(number, count)).with_hint(format!(
        "{advice}{done_so_far}: fix the cause, or the file from statement {} on, and run `migrate` again: it goes on there",
        done + 1
    ))
}

#[cfg(test)]
mod tests {
    use super::super::pieces::pieces;
    use super::*;

    #[test]
    fn what_refuses_transactions_is_known() {
        let refuses = |text, engine| {
            let pieces = pieces(text, engine);
            assert_eq!(pieces.len(), 1, "{text}");
            pieces[0].refuses_transactions(engine)
        };
        for text in [
            "CREATE UNIQUE INDEX CONCURRENTLY \"i\" ON \"a\" (\"x\")",
            "drop index /* now */ concurrently if exists \"i\"",
            "VACUUM ANALYZE a",
        ] {
            assert!(refuses(text, Engine::Postgres), "{text}");
        }
        for text in [
            "CREATE INDEX i ON a (x)",
            "CREATE INDEX i /* CONCURRENTLY */ ON a (x)",
            "UPDATE a SET x = 'concurrently'",
            "ALTER TABLE a ADD COLUMN x int",
        ] {
            assert!(!refuses(text, Engine::Postgres), "{text}");
        }
        assert!(refuses("vacuum", Engine::Sqlite));
        assert!(!refuses("-- rjango: run vacuum", Engine::Sqlite));
    }
}
