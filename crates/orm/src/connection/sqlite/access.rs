//! Whether a statement writes, by its first word: readers have connections of their own.
//!
//! A mistake is not silent: what writes is refused on a reader's connection.

use crate::connection::Access;

/// What a statement does to the database.
pub(super) fn of(sql: &str) -> Access {
    let sql = skip(sql);
    let end = sql.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(sql.len());
    let (word, rest) = sql.split_at(end);
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    if is("SELECT") || is("VALUES") || is("EXPLAIN") {
        return Access::Read;
    }
    // A common table expression stands before a SELECT, or before what writes; the word in a text errs on the safe side.
    if is("WITH") && !mentions_writing(rest) {
        return Access::Read;
    }
    Access::Write
}

/// Leaves out blanks, brackets and comments.
fn skip(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '(' || letter == ';');
        if let Some(comment) = sql.strip_prefix("--") {
            sql = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = sql.strip_prefix("/*") {
            sql = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return sql;
        }
    }
}

fn mentions_writing(sql: &str) -> bool {
    let words = sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words
        .into_iter()
        .any(|word| ["INSERT", "UPDATE", "DELETE", "REPLACE"].iter().any(|writing| word.eq_ignore_ascii_case(writing)))
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::connection::Access;

    #[test]
    fn a_statement_reads_or_writes_by_its_first_word() {
        for sql in [
            "SELECT 1",
            " -- why\n select 1",
            "/* a */ (SELECT 1)",
            "WITH x AS (SELECT 1) SELECT * FROM x",
            "EXPLAIN QUERY PLAN DELETE FROM t",
            "VALUES (1)",
        ] {
            assert_eq!(of(sql), Access::Read, "{sql}");
        }
        for sql in [
            "INSERT INTO t VALUES (1) RETURNING id",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "PRAGMA user_version = 1",
            "update t SET a = 1",
            "",
            "SELECTED",
        ] {
            assert_eq!(of(sql), Access::Write, "{sql}");
        }
    }
}
