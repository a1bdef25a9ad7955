//! Tokens of SQL: words, quoted names, strings and symbols, each with its line; comments and blanks are gone.

use rjango_orm::Engine;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word without quotes: a keyword, a name or a number.
    Word,
    /// A quoted name.
    Name,
    /// A string.
    Text,
    /// One character of punctuation.
    Symbol,
}

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    /// The text between the quotes, or as it stands.
    pub(crate) text: &'a str,
    /// The byte that it starts at.
    pub(crate) at: usize,
    /// From 1.
    pub(crate) line: usize,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
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
            Kind::Symbol => self.text.to_owned(),
        }
    }
}

/// The tokens of a script.
pub(crate) fn tokens(script: &str, engine: Engine) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text: script, at: 0, line: 1, engine };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next() {
        tokens.push(token);
    }
    tokens
}

/// The statements: tokens between semicolons. The body of a trigger or routine, `BEGIN .. END`, holds some of its own.
pub(crate) fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut statements = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        let routine = || {
            let head = &tokens[start..at.min(start + 8)];
            head.first().is_some_and(|first| first.is("create"))
                && head
                    .iter()
                    .any(|word| ["trigger", "procedure", "function", "event"].iter().any(|kind| word.is(kind)))
        };
        if token.is("begin") && at > start && routine() || depth > 0 && opens(tokens, at) {
            depth += 1;
        } else if depth > 0 && token.is("end") {
            depth -= 1;
        } else if depth == 0 && token.is_symbol(';') {
            statements.push(&tokens[start..at]);
            start = at + 1;
        }
    }
    statements.push(&tokens[start..]);
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// Whether a token of a routine's body begins something that an `END` ends. `END IF` ends what `IF` began.
fn opens(tokens: &[Token<'_>], at: usize) -> bool {
    let after_end = at.checked_sub(1).is_some_and(|before| tokens[before].is("end"));
    let call = tokens.get(at + 1).is_some_and(|next| next.is_symbol('('));
    let token = &tokens[at];
    let block = token.is("begin") || token.is("case") || token.is("loop") || token.is("repeat") && !call;
    !after_end && (block || token.is("while") || token.is("if") && !call && !next_is_exists(tokens, at))
}

/// `IF EXISTS` and `IF NOT EXISTS` of a statement begin nothing.
fn next_is_exists(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1);
    next.is_some_and(|next| next.is("exists"))
        || next.is_some_and(|next| next.is("not")) && tokens.get(at + 2).is_some_and(|next| next.is("exists"))
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    engine: Engine,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            let mysql = self.engine == Engine::MySql;
            if first.is_whitespace() {
                self.take(first.len_utf8());
            } else if rest.starts_with("--") || (mysql && first == '#') {
                self.take(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                let length = self.comment(rest);
                self.take(length);
            } else {
                return Some(self.token(rest, first));
            }
        }
    }

    /// The length of a comment; PostgreSQL's may hold others.
    fn comment(&self, rest: &str) -> usize {
        let mut depth = 0_usize;
        let mut at = 0;
        while at < rest.len() {
            let here = &rest[at..];
            if here.starts_with("/*") && (depth == 0 || self.engine == Engine::Postgres) {
                depth += 1;
                at += 2;
            } else if here.starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += here.chars().next().map_or(1, char::len_utf8);
            }
        }
        rest.len()
    }

    fn token(&mut self, rest: &'a str, first: char) -> Token<'a> {
        let mysql = self.engine == Engine::MySql;
        let postgres = self.engine == Engine::Postgres;
        match first {
            '\'' => self.quoted(rest, 1, '\'', mysql, Kind::Text),
            // MySQL takes double quotes for strings, unless ANSI_QUOTES is on; the renderer writes backticks there.
            '"' => self.quoted(rest, 1, '"', mysql, if mysql { Kind::Text } else { Kind::Name }),
            '`' if !postgres => self.quoted(rest, 1, '`', false, Kind::Name),
            '[' if self.engine == Engine::Sqlite => self.quoted(rest, 1, ']', false, Kind::Name),
            'e' | 'E' if postgres && rest[1..].starts_with('\'') => self.quoted(rest, 2, '\'', true, Kind::Text),
            '$' if postgres => match dollar_quote(rest) {
                Some(tag) => {
                    let body = rest[tag..].find(&rest[..tag]).unwrap_or(rest.len() - tag);
                    let (at, line) = (self.at, self.line);
                    self.take((tag + body + tag).min(rest.len()));
                    Token { kind: Kind::Text, text: &rest[tag..tag + body], at, line }
                }
                None => self.plain(rest, 1, Kind::Symbol),
            },
            _ if is_word(first) => {
                let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
                self.plain(rest, length, Kind::Word)
            }
            _ => self.plain(rest, first.len_utf8(), Kind::Symbol),
        }
    }

    fn plain(&mut self, rest: &'a str, length: usize, kind: Kind) -> Token<'a> {
        let token = Token { kind, text: &rest[..length], at: self.at, line: self.line };
        self.take(length);
        token
    }

    /// A text in quotes; a quote within is written twice, or after a backslash where those count.
    fn quoted(&mut self, rest: &'a str, start: usize, quote: char, backslash: bool, kind: Kind) -> Token<'a> {
        let (start_at, line) = (self.at, self.line);
        let mut characters = rest[start..].char_indices().peekable();
        let mut end = rest.len();
        let mut length = rest.len();
        while let Some((at, character)) = characters.next() {
            if backslash && character == '\\' {
                characters.next();
            } else if character == quote {
                if quote != ']' && characters.peek().is_some_and(|(_, next)| *next == quote) {
                    characters.next();
                } else {
                    end = start + at;
                    length = end + 1;
                    break;
                }
            }
        }
        self.take(length);
        Token { kind, text: &rest[start.min(end)..end], at: start_at, line }
    }

    fn take(&mut self, length: usize) {
        self.line += self.text[self.at..self.at + length].matches('\n').count();
        self.at += length;
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of `$tag$` at the start.
fn dollar_quote(rest: &str) -> Option<usize> {
    let end = rest[1..].find('$')?;
    let tag = &rest[1..1 + end];
    let fits = tag.chars().all(is_word) && !tag.starts_with(|first: char| first.is_ascii_digit());
    fits.then_some(end + 2)
}
