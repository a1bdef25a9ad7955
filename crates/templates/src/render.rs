//! A page in the making.
//!
//! One loop walks the tree. It keeps what it has entered on a stack of its own, so that it can wait anywhere without a future
//! for each level, and so that no page is too deep for it. Tags that need the text of their body ([`Render::capture`]) are
//! the exception: they run the loop inside of itself, and their number is bounded.

mod blocks;
mod conditions;
mod for_loop;
mod includes;
mod loops;
mod print;
mod at_hand;
mod resolve;

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};

use crate::engine::Engine;
use crate::expression::Expression;
use crate::lexer::line_and_column;
use crate::locale::Locale;
use crate::mistake::Excerpt;
use crate::scopes::{Hidden, Scopes};
use crate::stream::{PIECE, Pieces};
use crate::tree::{Block, Body, NodeKind, Template};
use crate::value::{BoxFuture, Items, Str, Value};

pub(crate) use blocks::Blocks;
pub(crate) use for_loop::{ForLoop, has_changed};
pub(crate) use includes::relative;
pub(crate) use resolve::Refusal;

/// How many templates may include one another, and how many tags with a text of their own may stand inside of one another.
const DEPTH: usize = 100;

/// How long a page may be, in bytes.
const LONGEST: usize = 128 << 20;

/// A page in the making.
pub(crate) struct Render {
    pub engine: Engine,
    pub out: String,
    pub autoescape: bool,
    pub locale: Locale,
    pub scopes: Scopes,
    pub template: Arc<Template>,
    blocks: Blocks,
    frames: Vec<Frame>,
    /// What tags remember, by the place of the tag; an included template has its own.
    states: HashMap<usize, Box<dyn Any + Send + Sync>>,
    captures: usize,
    includes: usize,
    /// Where the page goes while it is made; nothing where it is sent when it is whole.
    pieces: Option<Pieces>,
}

/// What was entered and is not left yet.
struct Frame {
    body: Body,
    next: usize,
    leave: Leave,
}

/// What is to be done at the end of a body.
enum Leave {
    Nothing,
    Scope,
    Loop(Box<Looping>),
    Escaping(bool),
    Include(Box<Included>),
    Block(Box<InBlock>),
}

struct Looping {
    items: Items,
    names: Arc<[Str]>,
    forloop: Arc<ForLoop>,
}

/// What an included template hides.
struct Included {
    template: Arc<Template>,
    blocks: Blocks,
    states: HashMap<usize, Box<dyn Any + Send + Sync>>,
    hidden: Option<Hidden>,
}

struct InBlock {
    name: Str,
    level: usize,
    template: Arc<Template>,
}

impl Render {
    pub(crate) fn new(engine: Engine, template: Arc<Template>, root: Value, locale: Locale, autoescape: bool) -> Self {
        Self {
            engine,
            out: String::with_capacity(1024),
            autoescape,
            locale,
            scopes: Scopes::new(root),
            template,
            blocks: Blocks::default(),
            frames: Vec::new(),
            states: HashMap::new(),
            captures: 0,
            includes: 0,
            pieces: None,
        }
    }

    /// The same page, handed over piece by piece.
    pub(crate) fn in_pieces(mut self, pieces: Pieces) -> Self {
        self.pieces = Some(pieces);
        self
    }

    /// The whole page.
    pub(crate) async fn page(mut self, partial: Option<&str>) -> Result<String> {
        let body = match partial {
            Some(name) => Arc::clone(self.partial(name)?),
            None => self.start(Arc::clone(&self.template)).await?,
        };
        self.run(body).await?;
        Ok(self.out)
    }

    fn partial(&self, name: &str) -> Result<&Body> {
        self.template.partials.get(name).ok_or_else(|| {
            let error = Error::new(
                ErrorKind::Template,
                format!("the template `{}` has no partial `{name}`", self.template.name),
            );
            let known: Vec<&str> = self.template.partials.keys().map(|name| &**name).collect();
            let hint = match rjango_core::nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its partials are: {}", known.join(", ")),
            };
            if known.is_empty() { error.with_hint("define it by `{% partialdef %}`") } else { error.with_hint(hint) }
        })
    }

    /// Makes a template the one that is shown, with all that it extends: the outermost parent's body.
    async fn start(&mut self, template: Arc<Template>) -> Result<Body> {
        let mut template = template;
        let mut origins: Vec<Str> = Vec::new();
        loop {
            self.template = Arc::clone(&template);
            let Some((parent, at)) = &template.extends else {
                if !self.blocks.is_empty() {
                    self.blocks.add(&template);
                }
                return Ok(Arc::clone(&template.body));
            };
            self.blocks.add(&template);
            origins.push(template.origin.clone());
            for node in template.body.iter().take_while(|node| node.at < *at) {
                if let NodeKind::Text(text) = &node.kind {
                    self.out.push_str(text);
                }
            }
            let found = self.parent(&template, parent, &origins).await;
            let next = found.map_err(|error| self.located(error, &template, *at))?;
            template = next;
        }
    }

    async fn parent(&mut self, child: &Arc<Template>, parent: &Expression, skip: &[Str]) -> Result<Arc<Template>> {
        if skip.len() > DEPTH {
            return Err(Error::new(ErrorKind::Template, format!("more than {DEPTH} templates extend one another")));
        }
        let value = self.resolve(parent).await?;
        let Some(name) = value.as_str().filter(|name| !name.is_empty()) else {
            return Err(Error::new(
                ErrorKind::Template,
                format!("`extends` needs the name of a template, and `{}` is {}", parent.text, value.type_name()),
            ));
        };
        let name = relative(&child.name, name)?;
        self.engine.template(&name, skip).map_err(|error| {
            let is_there = error.downcast_ref::<crate::engine::Missing>().is_some()
                && self.engine.template(&name, &[]).is_ok_and(|found| skip.contains(&found.origin));
            if !is_there {
                return error;
            }
            let text = if *name == *child.name {
                format!("`{name}` extends itself")
            } else {
                format!("`{}` extends `{name}`, which extends it", child.name)
            };
            Error::new(ErrorKind::Template, text).with_hint(format!(
                "a template may extend one of the same name in a later place, and no later one has `{name}`"
            ))
        })
    }

    /// Runs a body to its end.
    pub(crate) async fn run(&mut self, body: Body) -> Result<()> {
        let base = self.frames.len();
        let mut current = Frame { body, next: 0, leave: Leave::Nothing };
        loop {
            let Some(node) = current.body.get(current.next) else {
                match self.leave(&mut current) {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(error) => {
                        // What goes wrong between two rounds of a loop is told at the loop.
                        let outer = self.frames.last().and_then(|frame| frame.body.get(frame.next.saturating_sub(1)));
                        let at = outer.map_or(0, |node| node.at);
                        return Err(self.located(error, &Arc::clone(&self.template), at));
                    }
                }
                if self.frames.len() == base {
                    return Ok(());
                }
                match self.frames.pop() {
                    Some(frame) => current = frame,
                    None => return Ok(()),
                }
                continue;
            };
            current.next += 1;
            let at = node.at;
            let entered = match &node.kind {
                NodeKind::Text(text) => {
                    self.out.push_str(text);
                    Ok(None)
                }
                // Most of a page is at hand. What must be waited for is put on the heap, so that the loop itself stays small.
                NodeKind::Variable(expression) => match self.print_at_hand(expression) {
                    Some(printed) => printed.map(|()| None),
                    None => Box::pin(self.variable(expression)).await.map(|()| None),
                },
                NodeKind::If(branches) => match self.branch_at_hand(branches) {
                    Some(entered) => entered,
                    None => Box::pin(self.branch(branches)).await,
                },
                NodeKind::For(node) => match self.quietly_at_hand(&node.list) {
                    Some(list) => list.and_then(|list| self.enter_list(node, list)),
                    None => Box::pin(self.enter_for(node)).await,
                },
                NodeKind::With(pairs, body) => Box::pin(self.enter_with(pairs, body)).await,
                NodeKind::Block(block) => Ok(Some(self.enter_block(block))),
                NodeKind::Include(include) => Box::pin(self.enter_include(include)).await,
                NodeKind::Autoescape(on, body) => {
                    let before = std::mem::replace(&mut self.autoescape, *on);
                    Ok(Some((Arc::clone(body), Leave::Escaping(before))))
                }
                NodeKind::Partial(name) => self.partial(name).map(|body| Some((Arc::clone(body), Leave::Nothing))),
                NodeKind::Tag(tag) => tag.render(self).await.map(|()| None),
            };
            match entered {
                Ok(None) => {}
                Ok(Some((body, leave))) => {
                    if self.frames.len() > 10_000 {
                        let error = Error::new(ErrorKind::Template, "the page is more than 10,000 tags deep");
                        return Err(self.located(error, &Arc::clone(&self.template), node.at));
                    }
                    let outer = std::mem::replace(&mut current, Frame { body, next: 0, leave });
                    self.frames.push(outer);
                }
                Err(error) => return Err(self.located(error, &Arc::clone(&self.template), node.at)),
            }
            if self.out.len() >= PIECE
                && self.captures == 0
                && let Some(pieces) = &self.pieces
            {
                pieces.send(std::mem::take(&mut self.out)).await;
            }
            if self.out.len() > LONGEST {
                let text = format!("the page is longer than {} MB", LONGEST >> 20);
                let error = Error::new(ErrorKind::Template, text)
                    .with_hint("show fewer rows, by pages; or send a stream of your own");
                return Err(self.located(error, &Arc::clone(&self.template), at));
            }
        }
    }

    /// Ends a body; true where it is to be walked once more.
    fn leave(&mut self, frame: &mut Frame) -> Result<bool> {
        match std::mem::replace(&mut frame.leave, Leave::Nothing) {
            Leave::Nothing => {}
            Leave::Scope => self.scopes.pop(),
            Leave::Escaping(before) => self.autoescape = before,
            Leave::Loop(mut looping) => {
                if looping.names.len() > 1 {
                    self.scopes.pop();
                }
                if let Some(item) = looping.items.next() {
                    looping.forloop.advance();
                    self.bind(&looping.names, item)?;
                    frame.next = 0;
                    frame.leave = Leave::Loop(looping);
                    return Ok(true);
                }
                self.scopes.pop();
            }
            Leave::Include(included) => {
                let included = *included;
                match included.hidden {
                    Some(hidden) => self.scopes.show(hidden),
                    None => self.scopes.pop(),
                }
                self.template = included.template;
                self.blocks = included.blocks;
                self.states = included.states;
                self.includes -= 1;
            }
            Leave::Block(block) => {
                self.blocks.leave(&block.name, block.level);
                self.template = block.template;
                self.scopes.pop();
            }
        }
        Ok(false)
    }

    async fn variable(&mut self, expression: &Expression) -> Result<()> {
        let value = self.resolve(expression).await?;
        self.print(&value).await
    }

    async fn enter_with(&mut self, pairs: &[(Str, Expression)], body: &Body) -> Result<Option<(Body, Leave)>> {
        let mut values = Vec::with_capacity(pairs.len());
        for (name, expression) in pairs {
            values.push((name.clone(), self.resolve(expression).await?));
        }
        self.scopes.push();
        for (name, value) in values {
            self.scopes.set(name, value);
        }
        Ok(Some((Arc::clone(body), Leave::Scope)))
    }

    fn enter_block(&mut self, block: &Arc<Block>) -> (Body, Leave) {
        let (level, template, body) = self.blocks.enter(block, &self.template);
        self.scopes.push();
        self.scopes.set("block".into(), Value::object(blocks::BlockObject { name: block.name.clone() }));
        let before = std::mem::replace(&mut self.template, template);
        (body, Leave::Block(Box::new(InBlock { name: block.name.clone(), level, template: before })))
    }

    /// Runs a body that was entered outside of the loop.
    async fn run_and_leave(&mut self, body: Body, leave: Leave) -> Result<()> {
        let mut frame = Frame { body: Arc::clone(&body), next: 0, leave };
        self.run(body).await?;
        self.captures -= 1;
        self.leave(&mut frame).map(drop)
    }

    /// The text that a body makes.
    pub(crate) fn capture<'a>(&'a mut self, body: &'a Body) -> BoxFuture<'a, Result<String>> {
        Box::pin(async move {
            self.nested()?;
            let before = std::mem::take(&mut self.out);
            let ran = self.run(Arc::clone(body)).await;
            let text = std::mem::replace(&mut self.out, before);
            self.captures -= 1;
            ran.map(|()| text)
        })
    }

    /// The text that a body makes in a scope of its own.
    pub(crate) async fn capture_scoped(&mut self, body: &Body) -> Result<String> {
        self.scopes.push();
        let text = self.capture(body).await;
        self.scopes.pop();
        text
    }

    fn nested(&mut self) -> Result<()> {
        self.captures += 1;
        if self.captures > DEPTH {
            return Err(Error::new(
                ErrorKind::Template,
                format!("more than {DEPTH} tags with a text of their own stand inside of one another"),
            ));
        }
        Ok(())
    }

    /// `{{ block.super }}`: the text that the block has in the parent.
    pub(crate) fn super_block<'a>(&'a mut self, name: &'a Str) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            if self.blocks.is_empty() {
                return Err(Error::new(
                    ErrorKind::Template,
                    format!("`block.super` has nothing to show: `{}` extends no template", self.template.name),
                ));
            }
            let Some(block) = self.blocks.parent_of(name) else { return Ok(Value::safe("")) };
            self.nested()?;
            let before = std::mem::take(&mut self.out);
            let (body, leave) = self.enter_block(&block);
            let ran = self.run_and_leave(body, leave).await;
            let text = std::mem::replace(&mut self.out, before);
            ran.map(|()| Value::safe(text))
        })
    }

    /// What a tag remembers while this page is made.
    pub(crate) fn state<T: Any + Send + Sync + Default>(&mut self, tag: usize) -> &mut T {
        let state = self.states.entry(tag).or_insert_with(|| Box::<T>::default());
        if !state.is::<T>() {
            *state = Box::<T>::default();
        }
        match state.downcast_mut() {
            Some(state) => state,
            None => unreachable!("invariant: the state was just made of this type"),
        }
    }

    /// An error with its place in the template, unless it has one already.
    fn located(&self, error: Error, template: &Arc<Template>, at: usize) -> Error {
        if error.place().is_some() {
            return error;
        }
        let (line, column) = line_and_column(&template.source, at);
        let message = format!("the template `{}` does not render: {error}", template.name);
        let lines = Excerpt::new(&template.source, line);
        error.wrap(message).with_between(|cause| lines.before(cause)).at(&*template.origin, line, column)
    }
}

/// The place of a node, by which tags keep their state.
pub(crate) fn place_of<T: ?Sized>(node: &T) -> usize {
    std::ptr::from_ref(node).cast::<()>() as usize
}
