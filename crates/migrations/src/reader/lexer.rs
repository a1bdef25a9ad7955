//! SQL as tokens: words, quoted names, texts, symbols and comments, each with its span.
//!
//! Every engine's quotes and comments are known here and nowhere else. All that has a meaning is ASCII, so the text is read
//! as bytes; engines take a character beyond ASCII for a letter.

use rjango_orm::Engine;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word without quotes: a keyword, a name or a number.
    Word,
    /// A quoted name.
    Name,
    /// A text.
    Text,
    /// One character of punctuation.
    Symbol,
    /// A comment, with its marks.
    Comment,
    /// `/*!50700` or the `*/` that belongs to it: MySQL and MariaDB carry out what stands between.
    Conditional,
    /// What ends a statement: a semicolon, or what MySQL's `DELIMITER` says.
    Delimiter,
}

/// A piece of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    /// The text between the quotes, or as it stands.
    pub(crate) text: &'a str,
    /// The byte that it starts at.
    pub(crate) at: usize,
    /// The byte behind it.
    pub(crate) end: usize,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these keywords.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether it is this symbol.
    pub(crate) fn is_symbol(&self, symbol: char) -> bool {
        self.kind == Kind::Symbol && self.text.starts_with(symbol)
    }

    /// The token in a form in which case and blanks do not count.
    pub(crate) fn normal(&self) -> String {
        match self.kind {
            Kind::Word => self.text.to_lowercase(),
            Kind::Name => format!("\"{}\"", self.text),
            Kind::Text => format!("'{}'", self.text),
            Kind::Symbol | Kind::Comment | Kind::Conditional | Kind::Delimiter => self.text.to_owned(),
        }
    }
}

/// The tokens of one statement. Comments are left out, and every semicolon is a symbol.
pub(crate) fn tokens(sql: &str, engine: Engine) -> impl Iterator<Item = Token<'_>> {
    let mut lexer = Lexer::new(sql, engine);
    lexer.delimiter = "";
    lexer.filter(|token| !matches!(token.kind, Kind::Comment | Kind::Conditional))
}

/// Where the next token is looked for.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// What ends a statement; nothing does where it is empty.
    pub(super) delimiter: &'a str,
    engine: Engine,
    /// Whether this is within MySQL's `/*! .. */`.
    conditional: bool,
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|byte| is_blank(*byte)) {
            self.at += 1;
        }
        let first = *bytes.get(self.at)?;
        let start = self.at;
        let (kind, end) = self.token(first);
        self.at = end;
        Some(Token { kind, text: &self.text[self.inside(kind, start, end)], at: start, end })
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, engine: Engine) -> Self {
        Self { text, at: 0, delimiter: ";", engine, conditional: false }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// What begins here, and where it ends.
    fn token(&mut self, first: u8) -> (Kind, usize) {
        let (rest, at) = (self.rest(), self.at);
        let (mysql, postgres) = (self.engine == Engine::MySql, self.engine == Engine::Postgres);
        if self.ends_statement(at) {
            return (Kind::Delimiter, at + self.delimiter.len());
        }
        if let Some(length) = self.comment() {
            return (Kind::Comment, at + length);
        }
        if mysql && let Some(length) = self.condition() {
            return (Kind::Conditional, at + length);
        }
        match first {
            b'\'' => (Kind::Text, at + quoted(rest, 1, b'\'', mysql)),
            // MySQL takes double quotes for texts, unless ANSI_QUOTES is on; the renderer writes backticks there.
            b'"' => (if mysql { Kind::Text } else { Kind::Name }, at + quoted(rest, 1, b'"', mysql)),
            b'`' if !postgres => (Kind::Name, at + quoted(rest, 1, b'`', false)),
            b'[' if self.engine == Engine::Sqlite => {
                (Kind::Name, at + position(rest, b']').map_or(rest.len(), |end| end + 1))
            }
            b'e' | b'E' if postgres && rest.get(1) == Some(&b'\'') => (Kind::Text, at + quoted(rest, 2, b'\'', true)),
            b'$' if postgres => match dollar_tag(rest) {
                Some(tag) => {
                    let body = &self.text[at + tag..];
                    let end = body.find(&self.text[at..at + tag]).map_or(rest.len(), |end| end + 2 * tag);
                    (Kind::Text, at + end)
                }
                None => (Kind::Symbol, at + 1),
            },
            _ if is_word(first) => (Kind::Word, self.word()),
            _ => (Kind::Symbol, at + 1),
        }
    }

    /// What a token says without its quotes.
    fn inside(&self, kind: Kind, start: usize, end: usize) -> std::ops::Range<usize> {
        let bytes = &self.text.as_bytes()[start..end];
        let opening = match (kind, bytes[0]) {
            (Kind::Text, b'e' | b'E') => 2,
            (Kind::Text, b'$') => dollar_tag(bytes).unwrap_or(1),
            (Kind::Text | Kind::Name, _) => 1,
            _ => return start..end,
        };
        // A text that nothing closes goes to the end.
        let closed = match bytes[0] {
            b'$' => bytes.len() >= 2 * opening && bytes.ends_with(&bytes[..opening]),
            b'[' => bytes.ends_with(b"]"),
            _ => bytes.len() > opening && bytes.ends_with(&bytes[opening - 1..opening]),
        };
        let closing = match (closed, bytes[0]) {
            (false, _) => 0,
            (true, b'$') => opening,
            (true, _) => 1,
        };
        start + opening..(end - closing).max(start + opening)
    }

    fn ends_statement(&self, at: usize) -> bool {
        !self.delimiter.is_empty()
            && !self.conditional
            && self.text.as_bytes()[at..].starts_with(self.delimiter.as_bytes())
    }

    /// Where the word ends that begins here.
    fn word(&self) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        while bytes.get(end).is_some_and(|byte| is_word(*byte)) && !(self.delimiter != ";" && self.ends_statement(end))
        {
            end += 1;
        }
        end
    }

    /// The length of the comment that begins here.
    fn comment(&self) -> Option<usize> {
        let (rest, mysql) = (self.rest(), self.engine == Engine::MySql);
        // To MySQL, `5--3` is a difference.
        let dashes = rest.starts_with(b"--")
            && (!mysql || rest.get(2).is_none_or(|byte| is_blank(*byte) || byte.is_ascii_control()));
        if dashes || (mysql && rest[0] == b'#') {
            return Some(position(rest, b'\n').unwrap_or(rest.len()));
        }
        if !rest.starts_with(b"/*") || (mysql && is_conditional(rest)) {
            return None;
        }
        let (mut depth, mut at) = (1_usize, 2);
        while at < rest.len() {
            if rest[at..].starts_with(b"*/") {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return Some(at);
                }
            } else if self.engine == Engine::Postgres && rest[at..].starts_with(b"/*") {
                (depth, at) = (depth + 1, at + 2);
            } else {
                at += 1;
            }
        }
        Some(rest.len())
    }

    /// The length of the beginning or end of what MySQL carries out by condition.
    fn condition(&mut self) -> Option<usize> {
        let rest = self.rest();
        if self.conditional && rest.starts_with(b"*/") {
            self.conditional = false;
            return Some(2);
        }
        if self.conditional || !is_conditional(rest) {
            return None;
        }
        self.conditional = true;
        let mark = position(rest, b'!').map_or(0, |mark| mark + 1);
        Some(mark + rest[mark..].iter().take_while(|byte| byte.is_ascii_digit()).count())
    }
}

/// `/*!` of MySQL and MariaDB, `/*M!` of MariaDB.
fn is_conditional(rest: &[u8]) -> bool {
    rest.starts_with(b"/*!") || rest.starts_with(b"/*M!")
}

/// How long a quoted text is whose inside begins at `start`. A doubled quote stands for itself, and so does what follows a
/// backslash where those count.
fn quoted(rest: &[u8], start: usize, quote: u8, backslash: bool) -> usize {
    let mut at = start;
    while at < rest.len() {
        if backslash && rest[at] == b'\\' {
            at += 2;
        } else if rest[at] != quote {
            at += 1;
        } else if rest.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    // The character behind a backslash at the very end may be none.
    rest.len()
}

/// The length of `$tag$` at the start.
fn dollar_tag(rest: &[u8]) -> Option<usize> {
    let tag = rest[1..].iter().take_while(|byte| is_word(**byte) && **byte != b'$').count();
    let is_tag = rest.get(tag + 1) == Some(&b'$') && !rest[1].is_ascii_digit();
    is_tag.then_some(tag + 2)
}

fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    bytes.iter().position(|other| *other == byte)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
