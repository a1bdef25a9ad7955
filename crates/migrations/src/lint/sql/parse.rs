//! The statements that the rules know, from their tokens.

use crate::reader::{Class, Kind, Token};

/// A statement as far as a rule asks. Names are without their schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Command {
    AlterTable {
        table: String,
        actions: Vec<Action>,
    },
    CreateTable {
        table: String,
    },
    DropTable {
        tables: Vec<String>,
    },
    RenameTable {
        names: Vec<(String, String)>,
    },
    CreateIndex {
        table: String,
        unique: bool,
        concurrently: bool,
    },
    DropIndex {
        concurrently: bool,
    },
    Update {
        table: String,
        limited: bool,
    },
    Delete {
        table: String,
        limited: bool,
    },
    Insert,
    /// `BEGIN`, `COMMIT`, `ROLLBACK` or another that begins or ends a transaction.
    Transaction(String),
    Other,
}

impl Command {
    /// Whether it writes rows.
    pub(in super::super) fn writes_rows(&self) -> bool {
        matches!(self, Self::Update { .. } | Self::Delete { .. } | Self::Insert)
    }

    /// The table that it is about, where it is about one.
    pub(in super::super) fn table(&self) -> Option<&str> {
        match self {
            Self::AlterTable { table, .. }
            | Self::CreateTable { table }
            | Self::CreateIndex { table, .. }
            | Self::Update { table, .. }
            | Self::Delete { table, .. } => Some(table),
            Self::DropTable { tables } => tables.first().map(String::as_str),
            Self::RenameTable { names } => names.first().map(|(from, _)| from.as_str()),
            Self::DropIndex { .. } | Self::Insert | Self::Transaction(_) | Self::Other => None,
        }
    }
}

/// One action of an `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Action {
    AddColumn {
        column: String,
        not_null: bool,
        default: bool,
        unique: bool,
        references: bool,
        check: bool,
    },
    DropColumn(String),
    RenameColumn {
        from: String,
        to: String,
    },
    RenameTable(String),
    SetNotNull(String),
    /// The column's type is given anew, whether or not it differs.
    ChangeType(String),
    /// `index`: it takes over an index that is there.
    AddUnique {
        index: bool,
    },
    AddForeignKey {
        valid: bool,
    },
    AddCheck {
        valid: bool,
    },
    ValidateConstraint,
    /// MySQL copies the table for it.
    Copy,
    Other,
}

/// A place among a statement's tokens.
#[derive(Clone)]
struct Cursor<'t, 'a>(&'t [Token<'a>]);

impl Cursor<'_, '_> {
    /// Takes the keywords, where they come next in this order.
    fn eat(&mut self, words: &str) -> bool {
        let mut tokens = self.0;
        for word in words.split(' ') {
            match tokens.split_first() {
                Some((first, rest)) if first.is(word) => tokens = rest,
                _ => return false,
            }
        }
        self.0 = tokens;
        true
    }

    /// Takes the first of these that comes next.
    fn eat_any(&mut self, choices: &[&str]) -> bool {
        choices.iter().any(|words| self.eat(words))
    }

    fn eat_symbol(&mut self, symbol: char) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if first.is_symbol(symbol) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// A name, the last part of one with a schema before it.
    fn name(&mut self) -> Option<String> {
        let mut name = self.part()?;
        while self.eat_symbol('.') {
            name = self.part()?;
        }
        Some(name)
    }

    fn part(&mut self) -> Option<String> {
        let (first, rest) = self.0.split_first()?;
        if !matches!(first.kind, Kind::Word | Kind::Name) {
            return None;
        }
        self.0 = rest;
        Some(first.text.to_owned())
    }

    /// Whether the keywords occur in this order, one after the other, outside of parentheses.
    fn has(&self, words: &str) -> bool {
        let mut depth = 0_usize;
        for (at, token) in self.0.iter().enumerate() {
            if token.is_symbol('(') {
                depth += 1;
            } else if token.is_symbol(')') {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && Cursor(&self.0[at..]).eat(words) {
                return true;
            }
        }
        false
    }

    /// The parts between the commas that stand outside of parentheses.
    fn list(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        let (mut depth, mut start) = (0_usize, 0);
        for (at, token) in self.0.iter().enumerate() {
            if token.is_symbol('(') {
                depth += 1;
            } else if token.is_symbol(')') {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && token.is_symbol(',') {
                parts.push(Cursor(&self.0[start..at]));
                start = at + 1;
            }
        }
        parts.push(Cursor(&self.0[start..]));
        parts
    }
}

const IF: [&str; 2] = ["if not exists", "if exists"];

/// What a statement is.
pub(super) fn command(tokens: &[Token<'_>], class: Class) -> Command {
    let mut cursor = Cursor(tokens);
    if class == Class::Transaction {
        return Command::Transaction(tokens.first().map_or_else(String::new, |first| first.text.to_uppercase()));
    }
    understood(&mut cursor).unwrap_or(Command::Other)
}

fn understood(cursor: &mut Cursor<'_, '_>) -> Option<Command> {
    if cursor.eat("with") {
        return Some(after_with(cursor));
    }
    if cursor.eat_any(&["alter table", "alter online table", "alter ignore table"]) {
        cursor.eat_any(&IF);
        cursor.eat("only");
        let table = cursor.name()?;
        cursor.eat_symbol('*');
        let actions = cursor.list().into_iter().flat_map(actions).collect();
        return Some(Command::AlterTable { table, actions });
    }
    if cursor.eat("create") {
        return created(cursor);
    }
    if cursor.eat("drop table") {
        cursor.eat_any(&IF);
        let tables = cursor.list().iter_mut().filter_map(Cursor::name).collect();
        return Some(Command::DropTable { tables });
    }
    if cursor.eat("drop index") {
        return Some(Command::DropIndex { concurrently: cursor.eat("concurrently") });
    }
    if cursor.eat("rename table") {
        let names = cursor.list();
        let names = names.into_iter().filter_map(|mut pair| {
            let from = pair.name()?;
            pair.eat("to").then(|| pair.name()).flatten().map(|to| (from, to))
        });
        return Some(Command::RenameTable { names: names.collect() });
    }
    written(cursor)
}

/// The statement after the queries of a `WITH`.
fn after_with(cursor: &Cursor<'_, '_>) -> Command {
    let mut depth = 0_usize;
    for (at, token) in cursor.0.iter().enumerate() {
        if token.is_symbol('(') {
            depth += 1;
        } else if token.is_symbol(')') {
            depth = depth.saturating_sub(1);
        } else if depth == 0
            && let Some(command) = written(&mut Cursor(&cursor.0[at..]))
        {
            return command;
        }
    }
    Command::Other
}

fn written(cursor: &mut Cursor<'_, '_>) -> Option<Command> {
    if cursor.eat("update") {
        cursor.eat_any(&["or abort", "or fail", "or ignore", "or replace", "or rollback", "low_priority", "ignore"]);
        cursor.eat("only");
        let table = cursor.name()?;
        return Some(Command::Update { table, limited: cursor.has("where") || cursor.has("limit") });
    }
    if cursor.eat("delete from") {
        cursor.eat("only");
        let table = cursor.name()?;
        return Some(Command::Delete { table, limited: cursor.has("where") || cursor.has("limit") });
    }
    if cursor.eat("truncate") {
        cursor.eat("table");
        cursor.eat("only");
        return Some(Command::Delete { table: cursor.name()?, limited: false });
    }
    cursor.eat_any(&["insert", "replace into", "merge into", "copy"]).then_some(Command::Insert)
}

fn created(cursor: &mut Cursor<'_, '_>) -> Option<Command> {
    cursor.eat("or replace");
    let unique = cursor.eat("unique");
    cursor.eat_any(&["fulltext", "spatial"]);
    if cursor.eat("index") {
        let concurrently = cursor.eat("concurrently");
        cursor.eat_any(&IF);
        // PostgreSQL makes up the name of an index that has none.
        if !cursor.eat("on") {
            cursor.name()?;
            while !cursor.eat("on") {
                cursor.0 = cursor.0.split_first()?.1;
            }
        }
        cursor.eat("only");
        return Some(Command::CreateIndex { table: cursor.name()?, unique, concurrently });
    }
    cursor.eat_any(&["temporary", "temp", "unlogged"]);
    if cursor.eat("table") {
        cursor.eat_any(&IF);
        return Some(Command::CreateTable { table: cursor.name()? });
    }
    None
}

/// What one part of an `ALTER TABLE` does; MySQL's `CHANGE` and its lists in parentheses do several things.
fn actions(mut cursor: Cursor<'_, '_>) -> Vec<Action> {
    if cursor.eat("add") {
        return added(cursor);
    }
    if cursor.eat("drop") {
        let other = ["constraint", "index", "key", "foreign key", "primary key", "check", "partition"];
        if cursor.eat_any(&other) {
            return vec![Action::Other];
        }
        cursor.eat("column");
        cursor.eat_any(&IF);
        return vec![cursor.name().map_or(Action::Other, Action::DropColumn)];
    }
    if cursor.eat("rename") {
        return vec![renamed(&mut cursor).unwrap_or(Action::Other)];
    }
    if cursor.eat("alter") {
        return vec![altered(&mut cursor).unwrap_or(Action::Other)];
    }
    if cursor.eat("modify") {
        cursor.eat("column");
        return vec![cursor.name().map_or(Action::Other, Action::ChangeType)];
    }
    if cursor.eat("change") {
        cursor.eat("column");
        return match (cursor.name(), cursor.name()) {
            (Some(from), Some(to)) if from == to => vec![Action::ChangeType(to)],
            (Some(from), Some(to)) => vec![Action::RenameColumn { from, to: to.clone() }, Action::ChangeType(to)],
            _ => vec![Action::Other],
        };
    }
    if cursor.eat("validate constraint") {
        return vec![Action::ValidateConstraint];
    }
    if cursor.eat("convert to") {
        return vec![Action::Copy];
    }
    if cursor.eat("algorithm") {
        cursor.eat_symbol('=');
        return if cursor.eat("copy") { vec![Action::Copy] } else { Vec::new() };
    }
    if cursor.eat("lock") {
        return Vec::new();
    }
    vec![Action::Other]
}

fn added(mut cursor: Cursor<'_, '_>) -> Vec<Action> {
    if cursor.eat("constraint") {
        cursor.eat_any(&IF);
        // MySQL's constraints need no name.
        let nameless = ["unique", "foreign", "check", "primary"].iter().any(|word| cursor.clone().eat(word));
        if !nameless {
            cursor.name();
        }
    }
    let valid = !cursor.has("not valid");
    if cursor.eat("unique") {
        return vec![Action::AddUnique { index: cursor.eat("using index") }];
    }
    if cursor.eat("foreign key") {
        return vec![Action::AddForeignKey { valid }];
    }
    if cursor.eat("check") {
        return vec![Action::AddCheck { valid }];
    }
    if cursor.eat_any(&["primary key", "index", "key", "fulltext", "spatial", "exclude", "partition", "generated"]) {
        return vec![Action::Other];
    }
    cursor.eat("column");
    cursor.eat_any(&IF);
    if cursor.eat_symbol('(') {
        if let Some((last, inner)) = cursor.0.split_last()
            && last.is_symbol(')')
        {
            cursor.0 = inner;
        }
        return cursor.list().into_iter().map(added_column).collect();
    }
    vec![added_column(cursor)]
}

fn added_column(mut cursor: Cursor<'_, '_>) -> Action {
    let Some(column) = cursor.name() else { return Action::Other };
    let generated = cursor.has("generated") || cursor.has("as") || cursor.has("auto_increment");
    Action::AddColumn {
        column,
        not_null: cursor.has("not null"),
        default: cursor.has("default") || generated,
        unique: cursor.has("unique"),
        references: cursor.has("references"),
        check: cursor.has("check"),
    }
}

fn renamed(cursor: &mut Cursor<'_, '_>) -> Option<Action> {
    if cursor.eat_any(&["to", "as"]) {
        return Some(Action::RenameTable(cursor.name()?));
    }
    if cursor.eat_any(&["constraint", "index", "key"]) {
        return Some(Action::Other);
    }
    cursor.eat("column");
    let from = cursor.name()?;
    cursor.eat("to").then(|| cursor.name()).flatten().map(|to| Action::RenameColumn { from, to })
}

fn altered(cursor: &mut Cursor<'_, '_>) -> Option<Action> {
    if cursor.eat_any(&["constraint", "index", "check"]) {
        return Some(Action::Other);
    }
    cursor.eat("column");
    let column = cursor.name()?;
    if cursor.eat("set not null") {
        return Some(Action::SetNotNull(column));
    }
    Some(if cursor.eat_any(&["type", "set data type"]) { Action::ChangeType(column) } else { Action::Other })
}
