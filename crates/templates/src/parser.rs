//! Tokens to a tree.
//!
//! A mistake does not end the reading: it is noted, and the parser goes on behind it, so that all mistakes of a file are told
//! at once.

mod arguments;
mod unknown;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::{self, Condition};
use crate::expression::{self, Expression, FindFilter};
use crate::filter::Filter;
use crate::lexer::{Kind, Token, tokens, words};
use crate::library::Libraries;
use crate::mistake::{Mistake, Parsed};
use crate::reference::ReferenceKind;
use crate::tags::cycle::Cycle;
use crate::tree::{Block, Body, Node, NodeKind, Template};
use crate::value::Str;

pub(crate) use arguments::{Arguments, split_keyword};

/// How many tags may stand inside of one another.
const DEPTH: usize = 200;

/// A tag as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TagToken<'a> {
    pub name: &'a str,
    pub contents: &'a str,
    pub at: usize,
}

impl<'a> TagToken<'a> {
    /// What follows the name, in words.
    pub(crate) fn arguments(&self) -> Vec<&'a str> {
        words(self.contents).split_off(1)
    }
}

/// How many mistakes of a file are looked for. What follows them is not read.
const MISTAKES: usize = 100;

/// What the parser knows while it reads.
pub(crate) struct Parser<'a> {
    libraries: &'a Libraries,
    tokens: Vec<Token<'a>>,
    next: usize,
    /// The tags that are open, the innermost last.
    open: Vec<(&'a str, usize)>,
    /// Tags that nobody knows: what ends them is not told again.
    unknown: Vec<&'a str>,
    /// The libraries that `load` named.
    loaded: Vec<String>,
    /// Filters and tags that `load .. from ..` named, with their library.
    loaded_names: Vec<(String, String)>,
    mistakes: Vec<Mistake>,
    /// How many mistakes there were where the reading ended before its time. Those behind come of that end alone.
    ended: Option<usize>,
    blocks: BTreeMap<Str, Arc<Block>>,
    partials: BTreeMap<Str, Body>,
    extends: Option<(Expression, usize)>,
    has_content: bool,
    references: Vec<(ReferenceKind, Str, usize)>,
    pub(crate) cycles: BTreeMap<String, Arc<Cycle>>,
    pub(crate) last_cycle: Option<Arc<Cycle>>,
}

/// Reads a template.
pub(crate) fn parse(
    libraries: &Libraries,
    name: &str,
    origin: &str,
    source: &str,
) -> std::result::Result<Template, Vec<Mistake>> {
    let mut parser = Parser {
        libraries,
        tokens: tokens(source),
        next: 0,
        open: Vec::new(),
        unknown: Vec::new(),
        loaded: Vec::new(),
        loaded_names: Vec::new(),
        mistakes: Vec::new(),
        ended: None,
        blocks: BTreeMap::new(),
        partials: BTreeMap::new(),
        extends: None,
        has_content: false,
        references: Vec::new(),
        cycles: BTreeMap::new(),
        last_cycle: None,
    };
    let body = match parser.body(&[]) {
        Ok((body, _)) => body,
        Err(mistake) => {
            parser.mistakes.push(mistake);
            Body::default()
        }
    };
    if let Some(count) = parser.ended {
        parser.mistakes.truncate(count);
    }
    if !parser.mistakes.is_empty() {
        parser.mistakes.sort_by_key(|mistake| mistake.at);
        return Err(parser.mistakes);
    }
    Ok(Template {
        name: name.into(),
        origin: origin.into(),
        source: source.into(),
        body,
        extends: parser.extends,
        blocks: parser.blocks,
        references: parser.references,
        partials: parser.partials,
    })
}

impl<'a> Parser<'a> {
    /// The nodes up to one of these tags, which is taken.
    pub(crate) fn parse_until(&mut self, tag: &TagToken<'a>, ends: &[&str]) -> Parsed<(Body, TagToken<'a>)> {
        self.open.push((tag.name, tag.at));
        let found = if self.open.len() > DEPTH {
            let mistake = Mistake::new(format!("more than {DEPTH} tags stand inside of one another")).at(tag.at);
            self.mistakes.push(mistake.clone());
            self.end();
            Err(mistake)
        } else {
            self.body(ends)
        };
        match found? {
            (body, Some(end)) => {
                self.open.pop();
                Ok((body, end))
            }
            (_, None) => {
                let ends: Vec<String> = ends.iter().map(|end| format!("`{{% {end} %}}`")).collect();
                Err(Mistake::new(format!("`{{% {} %}}` is not closed", tag.contents))
                    .hint(format!("one of these is missing: {}", ends.join(", ")))
                    .at(tag.at))
            }
        }
    }

    /// Reads no further.
    fn end(&mut self) {
        self.next = self.tokens.len();
        self.ended.get_or_insert(self.mistakes.len());
    }

    /// Leaves out everything up to a tag, as `comment` does.
    pub(crate) fn skip_past(&mut self, tag: &TagToken<'a>, end: &str) -> Parsed<()> {
        while let Some(token) = self.tokens.get(self.next) {
            self.next += 1;
            if token.kind == Kind::Tag && token.contents == end {
                return Ok(());
            }
        }
        Err(Mistake::new(format!("`{{% {} %}}` is not closed", tag.contents))
            .hint(format!("`{{% {end} %}}` is missing"))
            .at(tag.at))
    }

    /// The next token as it stands; `blocktranslate` reads its texts by it.
    pub(crate) fn next_token(&mut self) -> Option<Token<'a>> {
        if self.mistakes.len() >= MISTAKES {
            self.end();
        }
        let token = self.tokens.get(self.next).copied()?;
        self.next += 1;
        Some(token)
    }

    fn body(&mut self, ends: &[&str]) -> Parsed<(Body, Option<TagToken<'a>>)> {
        let mut nodes = Vec::new();
        while let Some(token) = self.next_token() {
            match token.kind {
                Kind::Text => {
                    nodes.push(Node { at: token.at, kind: NodeKind::Text(token.contents.into()) });
                    self.has_content |= !token.contents.chars().all(char::is_whitespace) && self.open.is_empty();
                }
                Kind::Variable => {
                    let found = if token.contents.is_empty() {
                        Err(Mistake::new("`{{ }}` names no variable"))
                    } else {
                        self.expression(token.contents)
                    };
                    self.has_content = true;
                    match found {
                        Ok(expression) => nodes.push(Node { at: token.at, kind: NodeKind::Variable(expression) }),
                        Err(mistake) => self.mistakes.push(mistake.at(token.at)),
                    }
                }
                Kind::Tag => {
                    let name = token.contents.split_whitespace().next().unwrap_or_default();
                    let tag = TagToken { name, contents: token.contents, at: token.at };
                    if ends.contains(&name) {
                        return Ok((nodes.into(), Some(tag)));
                    }
                    if let Some(kind) = self.tag(&tag)? {
                        nodes.push(Node { at: tag.at, kind });
                    }
                    self.has_content = true;
                }
            }
        }
        Ok((nodes.into(), None))
    }

    /// Reads one tag. A mistake in it is noted; one that leaves no way to go on is returned.
    fn tag(&mut self, tag: &TagToken<'a>) -> Parsed<Option<NodeKind>> {
        if tag.name.is_empty() {
            self.mistakes.push(Mistake::new("`{% %}` names no tag").at(tag.at));
            return Ok(None);
        }
        let Some(reader) = self.libraries.tag(tag.name, &self.loaded, &self.loaded_names) else {
            self.note_unknown(tag);
            return Ok(None);
        };
        let (before, depth) = (self.next, self.open.len());
        match reader.read(self, tag) {
            Ok(kind) => Ok(Some(kind)),
            Err(mistake) => {
                let mistake = mistake.at(tag.at);
                self.open.truncate(depth);
                // Nothing follows: whatever is open is not closed, and the innermost is told.
                if self.next >= self.tokens.len() && reader.end().is_some() {
                    return Err(mistake);
                }
                if self.next == before
                    && let Some(end) = reader.end()
                {
                    self.mistakes.push(mistake);
                    self.go_on_behind(tag, end)?;
                    return Ok(None);
                }
                self.mistakes.push(mistake);
                Ok(None)
            }
        }
    }

    /// Reads the body of a tag with a mistake for the mistakes in it.
    fn go_on_behind(&mut self, tag: &TagToken<'a>, end: &str) -> Parsed<()> {
        loop {
            let (_, found) = self
                .parse_until(tag, &[end, "else", "elif", "empty", "plural"])
                .map_err(|mistake| mistake.hint(format!("`{{% {end} %}}` is missing")))?;
            if found.name == end {
                return Ok(());
            }
        }
    }

    /// Reads an expression.
    pub(crate) fn expression(&self, text: &str) -> Parsed<Expression> {
        expression::parse(text, self)
    }

    /// Reads a condition.
    pub(crate) fn condition(&self, words: &[&str]) -> Parsed<Condition> {
        condition::parse(words, &mut |word| self.expression(word))
    }

    /// Adds a block under its name.
    pub(crate) fn add_block(&mut self, block: &Arc<Block>) -> Parsed<()> {
        if self.blocks.insert(Arc::clone(&block.name), Arc::clone(block)).is_some() {
            return Err(Mistake::new(format!("the block `{}` appears more than once", block.name)).hint(
                "a page shows a block in one place; use `{% include %}` or a partial for a text that is repeated",
            ));
        }
        Ok(())
    }

    /// Adds a partial under its name.
    pub(crate) fn add_partial(&mut self, name: &str, body: &Body) -> Parsed<()> {
        if self.partials.insert(name.into(), Arc::clone(body)).is_some() {
            return Err(Mistake::new(format!("the partial `{name}` is defined more than once")));
        }
        Ok(())
    }

    /// Notes a name that the rest of the site must have, where it is a plain text.
    pub(crate) fn note(&mut self, kind: ReferenceKind, name: &Expression, at: usize) {
        if let Some(name) = name.constant_text() {
            self.references.push((kind, name.into(), at));
        }
    }

    /// Remembers what the template extends.
    pub(crate) fn set_extends(&mut self, parent: Expression, at: usize) -> Parsed<()> {
        if self.extends.is_some() {
            return Err(Mistake::new("`extends` appears more than once"));
        }
        if self.has_content || !self.open.is_empty() {
            return Err(Mistake::new("`extends` must be the first tag of the template")
                .hint("only text and comments may stand before it; `{% load %}` follows it"));
        }
        self.extends = Some((parent, at));
        Ok(())
    }

    /// Loads a library.
    pub(crate) fn load(&mut self, library: &str) -> Parsed<()> {
        if !self.libraries.has(library) {
            return Err(unknown::library(self.libraries, library));
        }
        self.loaded.push(library.to_owned());
        Ok(())
    }

    /// Loads one tag or filter of a library.
    pub(crate) fn load_name(&mut self, name: &str, library: &str) -> Parsed<()> {
        if !self.libraries.has(library) {
            return Err(unknown::library(self.libraries, library));
        }
        let only = [library.to_owned()];
        let is_there =
            self.libraries.tag(name, &only, &[]).is_some() || self.libraries.filter(name, &only, &[]).is_some();
        if !is_there {
            return Err(Mistake::new(format!("the library `{library}` has no tag or filter `{name}`")));
        }
        self.loaded_names.push((name.to_owned(), library.to_owned()));
        Ok(())
    }
}

impl FindFilter for Parser<'_> {
    fn find_filter(&self, name: &str) -> Parsed<Filter> {
        self.libraries
            .filter(name, &self.loaded, &self.loaded_names)
            .ok_or_else(|| unknown::filter(self.libraries, name))
    }
}
