//! The one reader of SQL scripts: their statements, as the engine's own client would cut them, with spans and kinds.
//!
//! The executor runs what it finds, lint judges it, the introspection reads `CREATE TABLE` by its tokens. Texts, quoted
//! names, comments, PostgreSQL's dollar quotes and the bodies of triggers and routines may hold semicolons that end
//! nothing. rjango's own marks are comments of a line: [`Item::Function`] and [`Statement::guard`]. One pass over the text,
//! whatever stands in it.

mod body;
mod lexer;

use std::borrow::Cow;

use rjango_orm::Engine;

use crate::operations::marked;
use crate::sql::GUARD_MARK;
use body::Body;
use lexer::Lexer;
pub(crate) use lexer::{Kind, Token, tokens};

/// A statement on one line, cut after so many characters.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    // Enough of it: a statement may be megabytes long.
    let words = text.split_whitespace().take(length + 1).collect::<Vec<_>>();
    let mut shortened = words.join(" ");
    if let Some((end, _)) = shortened.char_indices().nth(length) {
        shortened.truncate(end);
        shortened.push_str("..");
    }
    shortened
}

/// What a script consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// A statement.
    Statement(Statement<'a>),
    /// A line that stands for a Rust function.
    Function(Function<'a>),
}

/// A function that a line of a script names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    /// Its path.
    pub(crate) path: &'a str,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// A statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// Its text, without what ends it.
    pub(crate) text: &'a str,
    /// Where it begins in the script, in bytes.
    pub(crate) start: usize,
    /// Where it ends, in bytes: behind its semicolon, if it has one.
    pub(crate) end: usize,
    /// The line that it begins on, from 1.
    pub(crate) line: usize,
    /// What it does, as far as the order of a script depends on it.
    pub(crate) class: Class,
    /// What the comment right before it says, where that makes it a guard: a query that must find nothing.
    pub(crate) guard: Option<&'a str>,
    engine: Engine,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// It writes rows: `INSERT`, `UPDATE`, `DELETE`, `REPLACE`.
    Rows,
    /// It begins or ends a transaction.
    Transaction,
    /// PostgreSQL's `COPY .. FROM STDIN`, whose rows only a client can send.
    CopyFromClient,
    /// Anything else.
    Other,
}

impl<'a> Statement<'a> {
    /// Its tokens.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Token<'a>> + use<'a> {
        tokens(self.text, self.engine)
    }

    /// Its first words in capitals.
    pub(crate) fn words(&self, count: usize) -> Vec<String> {
        words(self.text, self.engine, count)
    }
}

/// The first words of a statement in capitals; texts are none, names are.
pub(crate) fn words(sql: &str, engine: Engine, count: usize) -> Vec<String> {
    let words = tokens(sql, engine).filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
    words.take(count).map(|token| token.text.to_ascii_uppercase()).collect()
}

/// What a script consists of, in order.
pub(crate) fn items(script: &str, engine: Engine) -> impl Iterator<Item = Item<'_>> {
    Reader { lexer: Lexer::new(script, engine), engine, counted: 0, line: 1, held: None }
}

/// The statements of a script, in order.
pub(crate) fn statements(script: &str, engine: Engine) -> impl Iterator<Item = Statement<'_>> {
    items(script, engine).filter_map(|item| match item {
        Item::Statement(statement) => Some(statement),
        Item::Function(_) => None,
    })
}

/// A script whose last statement is ended, so that others may follow.
pub(crate) fn ended(script: &str, engine: Engine) -> Cow<'_, str> {
    let Some(Item::Statement(last)) = items(script, engine).last() else { return Cow::Borrowed(script) };
    if !script[last.start + last.text.len()..last.end].trim().is_empty() {
        return Cow::Borrowed(script);
    }
    // A comment behind it would swallow the semicolon.
    let end = last.start + last.tokens().last().map_or(last.text.len(), |token| token.end);
    Cow::Owned(format!("{};{}", &script[..end], &script[end..]))
}

/// The functions that a script names, in order.
pub(crate) fn functions(script: &str, engine: Engine) -> impl Iterator<Item = Function<'_>> {
    // Few scripts name one: the text is looked through before it is read.
    let script = if script.contains(crate::operations::FUNCTION_MARK) { script } else { "" };
    items(script, engine).filter_map(|item| match item {
        Item::Function(function) => Some(function),
        Item::Statement(_) => None,
    })
}

/// The line of a comment that consists of this text, from 1.
pub(crate) fn line_of_comment(script: &str, engine: Engine, comment: &str) -> Option<usize> {
    if !script.contains(comment) {
        return None;
    }
    let mut comments = Lexer::new(script, engine).filter(|token| token.kind == Kind::Comment);
    let found = comments.find(|token| token.text.trim_end() == comment)?;
    Some(line_of(script, found.at))
}

/// The line of a place in a script, from 1.
pub(crate) fn line_of(script: &str, at: usize) -> usize {
    1 + newlines(&script[..at])
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    engine: Engine,
    /// How far lines are counted, and which one that is.
    counted: usize,
    line: usize,
    /// A function whose line has ended the statement before it.
    held: Option<Function<'a>>,
}

impl<'a> Iterator for Reader<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        if let Some(function) = self.held.take() {
            return Some(Item::Function(function));
        }
        let mut guard = None;
        loop {
            let token = self.lexer.next()?;
            match token.kind {
                Kind::Comment => {
                    if let Some(function) = self.function(&token) {
                        return Some(Item::Function(function));
                    }
                    let mark = token.text.strip_prefix(GUARD_MARK).filter(|_| self.begins_line(token.at));
                    guard = mark.map(str::trim);
                }
                Kind::Delimiter => guard = None,
                // The mysql client's own command, with which people write triggers.
                _ if self.engine == Engine::MySql && token.is("delimiter") => {
                    let rest = &self.lexer.text[token.end..];
                    let end = rest.find('\n').unwrap_or(rest.len());
                    self.lexer.delimiter = rest[..end].split_whitespace().next().unwrap_or(";");
                    self.lexer.at = token.end + end;
                }
                _ => return Some(Item::Statement(self.statement(token, guard))),
            }
        }
    }
}

impl<'a> Reader<'a> {
    /// The statement that begins with this token.
    fn statement(&mut self, first: Token<'a>, guard: Option<&'a str>) -> Statement<'a> {
        let line = self.line_at(first.at);
        let mut body = Body::new(self.engine);
        let mut class = Classifier::new(self.engine);
        body.token(&first);
        class.token(&first);
        let (mut close, mut end) = (self.lexer.text.len(), self.lexer.text.len());
        while let Some(token) = self.lexer.next() {
            match token.kind {
                Kind::Delimiter if self.lexer.delimiter != ";" || body.may_end() => {
                    (close, end) = (token.at, token.end);
                    break;
                }
                Kind::Comment => {
                    // Whoever forgets a semicolon before such a line means it all the same.
                    if body.is_outside()
                        && let Some(function) = self.function(&token)
                    {
                        self.held = Some(function);
                        (close, end) = (token.at, token.at);
                        break;
                    }
                }
                _ => {
                    body.token(&token);
                    class.token(&token);
                }
            }
        }
        // What only Unicode calls blank is a name to the engines.
        let text = self.lexer.text[first.at..close].trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
        Statement { text, start: first.at, end, line, class: class.class(), guard, engine: self.engine }
    }

    /// The function that a comment stands for.
    fn function(&mut self, comment: &Token<'a>) -> Option<Function<'a>> {
        let path = marked(comment.text).filter(|_| self.begins_line(comment.at))?;
        Some(Function { path, line: self.line_at(comment.at) })
    }

    fn begins_line(&self, at: usize) -> bool {
        at == 0 || self.lexer.text.as_bytes()[at - 1] == b'\n'
    }

    /// The line of a place, which is never before the last one that was asked for.
    fn line_at(&mut self, at: usize) -> usize {
        self.line += newlines(&self.lexer.text[self.counted..at]);
        self.counted = at;
        self.line
    }
}

/// Tells what a statement does from its first tokens.
struct Classifier<'a> {
    engine: Engine,
    first: [&'a str; 3],
    count: usize,
    /// For PostgreSQL's COPY: the word before, outside of parentheses.
    before: &'a str,
    depth: usize,
    from_client: bool,
    autocommit: bool,
}

impl<'a> Classifier<'a> {
    fn new(engine: Engine) -> Self {
        Self { engine, first: [""; 3], count: 0, before: "", depth: 0, from_client: false, autocommit: false }
    }

    fn token(&mut self, token: &Token<'a>) {
        if self.count < 3 && token.kind != Kind::Conditional {
            self.first[self.count] = if token.kind == Kind::Word { token.text } else { "" };
            self.count += 1;
        }
        match token.kind {
            Kind::Symbol if token.text == "(" => self.depth += 1,
            Kind::Symbol if token.text == ")" => self.depth = self.depth.saturating_sub(1),
            Kind::Word => {
                self.autocommit |= token.is("autocommit");
                self.from_client |= self.depth == 0 && token.is("stdin") && self.before.eq_ignore_ascii_case("from");
                self.before = token.text;
            }
            _ => {}
        }
    }

    fn class(&self) -> Class {
        let [first, second, third] = self.first;
        let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
        let (mysql, postgres) = (self.engine == Engine::MySql, self.engine == Engine::Postgres);
        let rows = ["INSERT", "UPDATE", "DELETE", "REPLACE"];
        if rows.iter().any(|word| is(first, word)) {
            return Class::Rows;
        }
        // Back to a savepoint, the transaction goes on.
        let back = is(first, "ROLLBACK") && (is(second, "TO") || is(third, "TO"));
        let transaction = is(first, "COMMIT")
            || (is(first, "ROLLBACK") && !back)
            // MariaDB's `BEGIN NOT ATOMIC` is a block of statements.
            || (is(first, "BEGIN") && !(mysql && is(second, "NOT")))
            || (is(first, "END") && !mysql)
            || (is(first, "START") && is(second, "TRANSACTION"))
            || (postgres && (is(first, "ABORT") || (is(first, "PREPARE") && is(second, "TRANSACTION"))))
            || (mysql && (is(first, "XA") || (is(first, "SET") && self.autocommit)));
        if transaction {
            return Class::Transaction;
        }
        if postgres && is(first, "COPY") && self.from_client {
            return Class::CopyFromClient;
        }
        Class::Other
    }
}

#[cfg(test)]
mod tests;
