//! The bodies of triggers and routines, whose semicolons end nothing: each engine's rule for where one closes.

use rjango_orm::Engine;

use super::{Kind, Token};

/// What is known of a statement from its tokens so far.
pub(super) struct Body<'a> {
    engine: Engine,
    form: Form,
    /// How many blocks are open.
    depth: usize,
    /// How many parentheses are open.
    parentheses: usize,
    /// The two tokens before.
    last: Option<Token<'a>>,
    before: Option<Token<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing has been read.
    Start,
    /// `CREATE`, and what it creates is still to come.
    Create,
    /// `CREATE DEFINER = root@localhost`, and what it creates is still to come.
    Definer,
    /// A statement without a body.
    Plain,
    /// A trigger or routine.
    Routine,
}

impl<'a> Body<'a> {
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine, form: Form::Start, depth: 0, parentheses: 0, last: None, before: None }
    }

    /// Takes note of the statement's next token.
    pub(super) fn token(&mut self, token: &Token<'a>) {
        if token.kind == Kind::Conditional {
            return;
        }
        match self.form {
            Form::Start => {
                self.form = match () {
                    () if token.is("create") => Form::Create,
                    () if token.is("explain") => Form::Start,
                    // MariaDB's block outside of a routine; any other BEGIN opens a transaction.
                    () if self.engine == Engine::MySql && token.is("begin") => Form::Start,
                    () if self.last.is_some_and(|last| last.is("begin")) && token.is("not") => {
                        self.depth = 1;
                        Form::Routine
                    }
                    () => Form::Plain,
                };
            }
            Form::Create | Form::Definer => self.created(token),
            Form::Plain => {}
            Form::Routine => self.inside(token),
        }
        match token.kind {
            Kind::Symbol if token.text == "(" => self.parentheses += 1,
            Kind::Symbol if token.text == ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        self.before = self.last.replace(*token);
    }

    /// Whether a semicolon ends the statement here.
    pub(super) fn may_end(&mut self) -> bool {
        if self.form != Form::Routine {
            // The statements of a rule on PostgreSQL stand in parentheses.
            return self.engine != Engine::Postgres || self.parentheses == 0;
        }
        let ends = match self.engine {
            // The last statement of a trigger ends with a semicolon, and END follows.
            Engine::Sqlite => {
                self.last.is_some_and(|last| last.is("end"))
                    && self.before.is_some_and(|before| before.kind == Kind::Delimiter)
            }
            Engine::Postgres => self.depth == 0 && self.parentheses == 0,
            Engine::MySql => {
                self.close();
                self.depth == 0
            }
        };
        if !ends {
            let semicolon = Token { kind: Kind::Delimiter, text: ";", at: 0, end: 0 };
            self.before = self.last.replace(semicolon);
        }
        ends
    }

    /// Whether no block is open.
    pub(super) fn is_outside(&self) -> bool {
        match (self.form, self.engine) {
            (Form::Routine, Engine::Sqlite) => false,
            (Form::Routine, _) => self.depth == 0,
            _ => true,
        }
    }

    fn created(&mut self, token: &Token<'a>) {
        if token.kind != Kind::Word {
            if self.form == Form::Create && token.kind != Kind::Symbol {
                self.form = Form::Plain;
            }
            return;
        }
        let routines: &[&str] = match self.engine {
            Engine::Sqlite => &["trigger"],
            Engine::Postgres => &["function", "procedure"],
            Engine::MySql => &["trigger", "function", "procedure", "event", "package"],
        };
        if token.is_any(routines) {
            self.form = Form::Routine;
        } else if token.is("definer") {
            self.form = Form::Definer;
        } else if self.form == Form::Create && !token.is_any(&["or", "replace", "temp", "temporary", "aggregate"])
            || token.is_any(&["view", "sql"])
        {
            self.form = Form::Plain;
        }
    }

    fn inside(&mut self, token: &Token<'a>) {
        match self.engine {
            Engine::Sqlite => {}
            // As psql counts.
            Engine::Postgres if token.is("begin") || (token.is("case") && self.depth > 0) => self.depth += 1,
            Engine::Postgres if token.is("end") => self.depth = self.depth.saturating_sub(1),
            Engine::Postgres => {}
            Engine::MySql => {
                // The others of MySQL's blocks open with words that functions have too: only their ends tell.
                if token.is_any(&["if", "while", "loop", "repeat", "for"]) && self.is_at_end() {
                    return;
                }
                let ends_case = token.is("case") && self.is_at_end();
                self.close();
                let qualified = self.last.is_some_and(|last| last.is_symbol('.'));
                if token.is_any(&["begin", "case"]) && !ends_case && !qualified {
                    self.depth += 1;
                }
            }
        }
    }

    /// Whether the last token is an END whose meaning the next one decides.
    fn is_at_end(&self) -> bool {
        self.last.is_some_and(|last| last.is("end")) && !self.before.is_some_and(|before| before.is_symbol('.'))
    }

    /// Closes the block that the last token ended, if it is an END.
    fn close(&mut self) {
        if self.is_at_end() {
            self.depth = self.depth.saturating_sub(1);
        }
    }
}
