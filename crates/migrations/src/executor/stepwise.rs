//! A script on MySQL, where every statement about tables commits by itself and nothing takes it back.
//!
//! Statements about rows run in one transaction with their progress, as long as they follow one another. One about tables is
//! noted, carried out, and noted again: what a killed run has begun, the next one tries, and takes the server's word if its
//! effect is there already.

use rjango_core::{Error, Result};
use rjango_orm::{Engine, refusal_code};

use super::functions::{Piece, pieces};
use super::guards::{Guard, mark_before};
use super::progress::Unfinished;
use super::session::{Session, advice, refuse_transactions};
use super::statements::{Sql, line_of, place_in, statements};

/// A step of a script.
#[derive(Debug, Clone, Copy)]
enum Item<'a> {
    Sql(Sql<'a>),
    /// A Rust function, which changes rows.
    Function(&'a str),
    /// A query that must find nothing.
    Guard(Guard<'a>),
}

impl<'a> Item<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Sql(sql) => sql.text,
            Self::Function(path) => path,
            Self::Guard(guard) => guard.query,
        }
    }

    /// Whether it changes anything beyond this session.
    fn changes(&self) -> bool {
        match self {
            Self::Function(_) => true,
            Self::Guard(_) => false,
            Self::Sql(sql) => !["SELECT", "SET", "VALUES"].contains(&sql.words(1).first().map_or("", String::as_str)),
        }
    }

    /// Whether it sets something for this session, which a later run has to set again.
    fn sets_session(&self) -> bool {
        matches!(self, Self::Sql(sql) if sql.words(1).first().is_some_and(|word| word == "SET"))
    }

    /// Whether a transaction can take it back.
    fn is_data(&self) -> bool {
        match self {
            Self::Function(_) | Self::Guard(_) => true,
            Self::Sql(sql) => matches!(
                sql.words(1).first().map_or("", String::as_str),
                "INSERT"
                    | "UPDATE"
                    | "DELETE"
                    | "REPLACE"
                    | "SELECT"
                    | "WITH"
                    | "SET"
                    | "DO"
                    | "CALL"
                    | "VALUES"
                    | "LOAD"
            ),
        }
    }
}

/// Runs what is left of a script.
pub(super) async fn run(session: &mut Session<'_>, script: &str, unfinished: &mut Unfinished) -> Result<()> {
    refuse_transactions(script)?;
    let items = items(script);
    let texts: Vec<&str> = items.iter().map(|(item, _)| item.text()).collect();
    unfinished.verify(&texts)?;
    session.skip_calls(items[..unfinished.done].iter().filter(|(item, _)| matches!(item, Item::Function(_))).count());
    for (item, _) in items[..unfinished.done].iter().filter(|(item, _)| item.sets_session()) {
        session.database().execute_script(item.text()).await?;
    }
    while let Some((item, start)) = items.get(unfinished.done) {
        let from = unfinished.done;
        let changed = items[..from].iter().any(|(item, _)| item.changes());
        let outcome = if item.is_data() {
            let until =
                items[from..].iter().position(|(item, _)| !item.is_data()).map_or(items.len(), |end| from + end);
            data(session, &items[from..until], &texts, until, unfinished).await
        } else {
            table(session, &items, &texts, unfinished).await.map_err(|error| (0, error))
        };
        if let Err((at, error)) = outcome {
            let (item, start) = items.get(from + at).map_or((item, start), |(item, start)| (item, start));
            let done = if changed { from } else { 0 };
            return Err(stopped(error, done, from + at, items.len(), item, line_of(script, *start), session));
        }
    }
    Ok(())
}

/// The steps of a script, each with the place where it begins.
fn items(script: &str) -> Vec<(Item<'_>, usize)> {
    let mut items = Vec::new();
    for piece in pieces(script) {
        match piece {
            Piece::Sql(sql) => {
                let found = statements(sql, Engine::MySql);
                items.extend(found.into_iter().map(|found| {
                    let place = place_in(script, sql) + found.start;
                    let guard = mark_before(script, place).map(|what| Item::Guard(Guard { what, query: found.text }));
                    (guard.unwrap_or(Item::Sql(found)), place)
                }));
            }
            Piece::Function(path) => items.push((Item::Function(path), place_in(script, path))),
        }
    }
    items
}

/// Statements about rows, all or none. An error comes with the place of its statement among them.
async fn data(
    session: &mut Session<'_>,
    items: &[(Item<'_>, usize)],
    texts: &[&str],
    until: usize,
    unfinished: &mut Unfinished,
) -> Result<(), (usize, Error)> {
    session.begin().await.map_err(|error| (0, error))?;
    let before = unfinished.clone();
    let outcome = async {
        for (at, (item, _)) in items.iter().enumerate() {
            let outcome = match item {
                Item::Sql(sql) => session.database().execute_script(sql.text).await,
                Item::Function(path) => session.call(path).await,
                Item::Guard(guard) => guard.check(session.database()).await,
            };
            outcome.map_err(|error| (at, error))?;
        }
        unfinished
            .advance(session.database(), &texts[..until], None)
            .await
            .map_err(|error| (items.len() - 1, error))?;
        session.commit().await.map_err(|error| (items.len() - 1, error))
    };
    let outcome = outcome.await;
    if outcome.is_err() {
        *unfinished = before;
        // The server does so too where the connection is lost.
        let _ = session.rollback().await;
    }
    outcome
}

/// The next statement, one about tables. Its end and the beginning of another such are noted at once.
async fn table(
    session: &Session<'_>,
    items: &[(Item<'_>, usize)],
    texts: &[&str],
    unfinished: &mut Unfinished,
) -> Result<()> {
    let (database, text) = (session.database(), texts[unfinished.done]);
    // The note may be this run's own: then the statement is new all the same.
    let was_begun = unfinished.was_begun(text) && !std::mem::take(&mut unfinished.own);
    if !unfinished.was_begun(text) {
        unfinished.begin(database, text).await?;
    }
    let mut outcome = database.execute_script(text).await;
    if let Err(error) = &outcome
        && is_stale_statistics(text, refusal_code(error).as_deref(), &error.to_string())
    {
        // Nothing of the statement is carried out. A rebuild, during which others read and write on, throws the rows away.
        outcome = database.execute_script(&format!("{text}\n, FORCE")).await;
    }
    if let Err(error) = outcome {
        let code = refusal_code(&error);
        let is_there = was_begun && code.as_deref().is_some_and(|code| has_its_effect(text, code, &error.to_string()));
        if !is_there {
            if code.is_some() {
                let changed = items[..unfinished.done].iter().any(|(item, _)| item.changes());
                unfinished.refused(database, changed).await?;
            }
            return Err(error);
        }
    }
    let done = &texts[..=unfinished.done];
    let next = items.get(done.len()).filter(|(item, _)| !item.is_data()).map(|(item, _)| item.text());
    unfinished.advance(database, done, next).await
}

/// Whether MariaDB stumbles over itself. Its background thread that counts an index's values may write them under the name
/// that the index has just lost; from then on no index of the table can be given that name again, however often one tries,
/// and ANALYZE TABLE leaves the rows as well. This is what taking a renaming back does.
fn is_stale_statistics(text: &str, code: Option<&str>, message: &str) -> bool {
    let words = Sql { text, start: 0 }.words(64);
    matches!(code, Some("1022" | "1062"))
        && message.contains("innodb_index_stats")
        && words.first().is_some_and(|word| word == "ALTER")
        && words.iter().any(|word| word == "RENAME")
}

/// Whether the server refuses a statement because what it asks for is so already. This counts only for a statement that a
/// killed run had begun, and only the refusals that its kind of statement meets when it runs twice: one that names a table
/// which never was is an error. What is left out here (MODIFY, ALTER COLUMN, TRUNCATE) does no harm when it runs twice.
fn has_its_effect(text: &str, code: &str, message: &str) -> bool {
    let words = Sql { text, start: 0 }.words(64);
    let has = |word: &str| words.iter().any(|other| other == word);
    let (first, second) = (words.first().map_or("", String::as_str), words.get(1).map_or("", String::as_str));
    match (first, code) {
        // The table or view, index, trigger, routine that CREATE makes exists.
        ("CREATE", "1050" | "1061" | "1359" | "1304") => true,
        // What DROP drops is gone: table, key, trigger, routine, MariaDB's view.
        ("DROP", "1051" | "1091" | "1360" | "1305" | "4092") => true,
        // `RENAME TABLE a TO b`, `ALTER TABLE a RENAME TO b`: there is no `a`, or there is `b`.
        ("RENAME", "1146" | "1050") => second == "TABLE",
        ("ALTER", "1146" | "1050") => {
            has("RENAME") && !["COLUMN", "INDEX", "KEY"].iter().any(|word| words.get(4).is_some_and(|it| it == word))
        }
        // ADD: duplicate column, key, primary key, foreign key, check; MariaDB has InnoDB's number for a foreign key.
        ("ALTER", "1060" | "1061" | "1068" | "1826" | "3822") => has("ADD"),
        ("ALTER", "1005") => has("ADD") && message.contains("errno: 121"),
        // DROP: no such column, key, constraint; MySQL's word for a check and for a constraint.
        ("ALTER", "1091" | "3821" | "3940") => has("DROP"),
        // RENAME COLUMN and RENAME INDEX: the old name is gone.
        ("ALTER", "1054" | "1176") => has("RENAME"),
        _ => false,
    }
}

/// The failure with what is carried out and how to go on. The parts of the message stand in `explained`'s frame.
fn stopped(
    error: Error,
    done: usize,
    at: usize,
    count: usize,
    item: &Item<'_>,
    line: usize,
    session: &mut Session<'_>,
) -> Error {
    session.failed_at(line);
    let number = at + 1;
    let advice = advice(&error).map(|hint| format!("{hint}; ")).unwrap_or_default();
    let carried_out = match done {
        0 => "nothing of it is carried out".to_owned(),
        1 => "the statement before it is carried out, and MySQL cannot undo it".to_owned(),
        _ => format!("the {done} statements before are carried out, and MySQL cannot undo them"),
    };
    let carried_out = match done {
        _ if at == done => carried_out,
        0 => carried_out,
        1 => "the first statement is carried out, and MySQL cannot undo it".to_owned(),
        _ => format!("the first {done} statements are carried out, and MySQL cannot undo them"),
    };
    let lost = if refusal_code(&error).is_none() && !item.is_data() {
        "; whether this one is, the next run finds out"
    } else {
        ""
    };
    let hint = format!(
        "{advice}{carried_out}{lost}: fix the cause, or the file from statement {} on, and run `migrate` again: it goes on there",
        done + 1
    );
    let what = match item {
        Item::Sql(sql) => {
            let mut text = sql.text.split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some((end, _)) = text.char_indices().nth(120) {
                text.truncate(end);
                text.push_str("..");
            }
            format!("statement {number} of {count} failed: {text}")
        }
        Item::Function(path) => format!("statement {number} of {count}, the function `{path}`, failed"),
        // It has said what is wrong, and nothing of it could fail.
        Item::Guard(_) => return error.with_hint(hint),
    };
    error.wrap(what).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_statistics_are_told_from_rows_that_are_alike() {
        let rename = "ALTER TABLE `a` RENAME INDEX `x` TO `y`";
        let message = "the database refused: Can't write; duplicate key in table 'mysql.innodb_index_stats'";
        assert!(is_stale_statistics(rename, Some("1022"), message));
        assert!(!is_stale_statistics(rename, Some("1022"), "Can't write; duplicate key in table 'a'"));
        assert!(!is_stale_statistics(rename, Some("1205"), message));
        assert!(!is_stale_statistics(rename, None, message));
        assert!(!is_stale_statistics("INSERT INTO mysql.innodb_index_stats VALUES (1)", Some("1062"), message));
        assert!(!is_stale_statistics("ALTER TABLE `a` ADD INDEX `y` (`x`)", Some("1022"), message));
    }

    #[test]
    fn effect_is_there_only_for_what_the_statement_does() {
        for (text, code) in [
            ("CREATE TABLE `a` (`x` int)", "1050"),
            ("CREATE INDEX `i` ON `a` (`x`)", "1061"),
            ("ALTER TABLE `a` ADD COLUMN `x` int", "1060"),
            ("ALTER TABLE `a` DROP FOREIGN KEY `f`", "1091"),
            ("ALTER TABLE `a` RENAME TO `b`", "1146"),
            ("ALTER TABLE `a` RENAME COLUMN `x` TO `y`", "1054"),
            ("ALTER TABLE `a` RENAME INDEX `x` TO `y`", "1176"),
            ("DROP TABLE `a`", "1051"),
        ] {
            assert!(has_its_effect(text, code, ""), "{text} {code}");
        }
        for (text, code) in [
            ("ALTER TABLE `a` ADD COLUMN `x` int", "1146"),
            ("ALTER TABLE `a` RENAME COLUMN `x` TO `y`", "1146"),
            ("ALTER TABLE `a` ADD COLUMN `x` int", "1091"),
            ("ALTER TABLE `a` MODIFY `x` int", "1054"),
            ("ALTER TABLE `a` ADD CONSTRAINT `f` FOREIGN KEY (`x`) REFERENCES `b` (`y`)", "1005"),
            ("CREATE TABLE `a` (`x` int)", "1005"),
            ("DROP TABLE `a`", "1451"),
        ] {
            assert!(!has_its_effect(text, code, "errno: 150"), "{text} {code}");
        }
    }
}
