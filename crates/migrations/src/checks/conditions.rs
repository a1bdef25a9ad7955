//! Conditions of CHECK constraints, as far as they can be read without their engine.

use rjango_core::nearest;
use rjango_orm::Engine;
use rjango_schema::{FieldSchema, ModelSchema};

use crate::reader::{Kind, Token, statements, tokens};

/// What is wrong with a condition, and the next step. Not every mistake is found: only the engine knows all of its SQL.
pub(super) fn condition(model: &ModelSchema, sql: &str, engine: Engine) -> Option<(String, String)> {
    let columns: Vec<String> = model.concrete_fields().map(FieldSchema::column).collect();
    let tokens: Vec<Token<'_>> = tokens(sql, engine).collect();
    let quotes = "look for a quote, a comment or a parenthesis that is not closed, and for a semicolon".to_owned();
    let around = format!("CHECK ({sql}); END");
    let whole: Vec<&str> = statements(&around, engine).map(|statement| statement.text).collect();
    if sql.trim().is_empty() {
        return Some(("is empty".to_owned(), "write what is true of every row, such as `price >= 0`".to_owned()));
    }
    if whole.len() != 2 || whole[1] != "END" || !is_balanced(&tokens) {
        return Some(("is not SQL".to_owned(), quotes));
    }
    if let Some(token) = misplaced(&tokens, &columns) {
        let hint = "each operator stands between two values, and each value beside an operator".to_owned();
        return Some((format!("is not SQL at `{token}`"), hint));
    }
    let names: Vec<&Token<'_>> = names(&tokens).collect();
    let others = names.iter().filter(|token| !is_one_of(&columns, token.text));
    for name in others.filter(|token| token.kind == Kind::Name || !is_keyword(token.text)).map(|token| token.text) {
        if let Some(near) = nearest(name, columns.iter().map(String::as_str)) {
            return Some((format!("names `{name}`, which is not a column"), format!("did you mean `{near}`?")));
        }
    }
    if names.iter().any(|token| is_one_of(&columns, token.text)) {
        return None;
    }
    let listed = columns.join("`, `");
    Some(("names no column".to_owned(), format!("the columns are `{listed}`")))
}

/// The first token that cannot stand where it does: an operator without a value on one of its sides, two values side by side.
fn misplaced<'s>(tokens: &[Token<'s>], columns: &[String]) -> Option<&'s str> {
    let is_joint = |token: &Token<'_>| token.is_any(&["and", "or", "xor"]);
    let compares = |token: &Token<'_>| ['<', '>', '='].iter().any(|symbol| token.is_symbol(*symbol));
    let is_column = |token: &Token<'_>| {
        is_one_of(columns, token.text)
            && (token.kind == Kind::Name || (token.kind == Kind::Word && !is_keyword(token.text)))
    };
    let begins = |token: &Token<'_>| {
        let is_symbol = [')', ','].iter().any(|symbol| token.is_symbol(*symbol));
        !(is_symbol || is_joint(token) || compares(token) || token.is_any(&["like", "ilike", "is", "between", "in"]))
    };
    let ends = |token: &Token<'_>| {
        let open = ['(', ',', '+', '-', '/', '%', '!'];
        let is_open = open.iter().any(|symbol| token.is_symbol(*symbol));
        !(is_open
            || is_joint(token)
            || compares(token)
            || token.is_any(&["not", "like", "ilike", "is", "between", "in"]))
    };
    let fits = |pair: &[Token<'_>]| {
        let (left, right) = (&pair[0], &pair[1]);
        let is_gap = right.at > left.end;
        let is_value = |token: &Token<'_>| is_column(token) || is_number(token);
        let side_by_side = (is_value(left) && (is_value(right) || (is_gap && right.kind == Kind::Text)))
            || (left.kind == Kind::Text && is_value(right));
        let opens = left.is_symbol('(') || left.is_symbol(',') || is_joint(left);
        let is_empty_call = left.is_symbol('(') && right.is_symbol(')');
        let half = (opens && !begins(right) && !is_empty_call)
            || (compares(left) && is_gap && !begins(right))
            || (right.is_symbol(')') && !ends(left) && !left.is_symbol('('));
        !side_by_side && !half
    };
    let first = tokens.first().filter(|first| !begins(first));
    let last = tokens.last().filter(|last| !ends(last));
    let pair = tokens.windows(2).find(|pair| !fits(pair)).map(|pair| &pair[1]);
    first.or(pair).or(last).map(|token| token.text)
}

/// Whether parentheses go together, and nothing ends the statement.
fn is_balanced(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_i64;
    for token in tokens {
        if token.is_symbol(';') {
            return false;
        }
        depth += i64::from(token.is_symbol('(')) - i64::from(token.is_symbol(')'));
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

fn is_one_of(columns: &[String], name: &str) -> bool {
    columns.iter().any(|column| column.eq_ignore_ascii_case(name))
}

fn is_number(token: &Token<'_>) -> bool {
    token.kind == Kind::Word && token.text.starts_with(|first: char| first.is_ascii_digit())
}

/// What may be columns: words and quoted names that are neither a function nor a type.
fn names<'t, 's>(tokens: &'t [Token<'s>]) -> impl Iterator<Item = &'t Token<'s>> {
    let is_name = |at: usize| {
        let calls = tokens.get(at + 1).is_some_and(|next| next.is_symbol('('));
        // `x::text`, `CAST(x AS text)`.
        let is_type = at > 0 && (tokens[at - 1].is_symbol(':') || tokens[at - 1].is("as"));
        matches!(tokens[at].kind, Kind::Word | Kind::Name) && !calls && !is_type && !is_number(&tokens[at])
    };
    (0..tokens.len()).filter(move |at| is_name(*at)).map(|at| &tokens[at])
}

/// Words of SQL that stand in conditions.
fn is_keyword(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "all",
        "and",
        "any",
        "array",
        "as",
        "at",
        "between",
        "binary",
        "both",
        "case",
        "cast",
        "collate",
        "current_date",
        "current_time",
        "current_timestamp",
        "date",
        "day",
        "distinct",
        "div",
        "else",
        "end",
        "escape",
        "exists",
        "extract",
        "false",
        "for",
        "from",
        "glob",
        "hour",
        "ilike",
        "in",
        "interval",
        "is",
        "isnull",
        "leading",
        "like",
        "match",
        "minute",
        "mod",
        "month",
        "not",
        "notnull",
        "null",
        "or",
        "overlaps",
        "position",
        "regexp",
        "rlike",
        "row",
        "second",
        "similar",
        "some",
        "symmetric",
        "then",
        "time",
        "timestamp",
        "to",
        "trailing",
        "true",
        "unknown",
        "when",
        "with",
        "without",
        "xor",
        "year",
        "zone",
    ];
    WORDS.iter().any(|other| word.eq_ignore_ascii_case(other))
}
