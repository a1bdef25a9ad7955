//! Filters and tags of a project's own: what `#[filter]`, `#[tag]` and `#[inclusion_tag]` register.

use rjango_core::{Error, ErrorKind, Result};

use crate::filter::{Filter, FilterFunction, Takes};
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Arguments, Parser, TagToken};
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::{Body, NodeKind};
use crate::value::{BoxFuture, Str, Value};

/// A filter of the project's own.
pub struct OwnFilter {
    pub(crate) path: fn() -> String,
    pub(crate) filter: Filter,
}

impl OwnFilter {
    /// A filter of this dotted name, `shop.extras.shout`, whose last word is its name in templates.
    pub const fn new(
        path: fn() -> String,
        name: &'static str,
        run: FilterFunction,
        takes: Takes,
        is_safe: bool,
        expects_localtime: bool,
    ) -> Self {
        Self { path, filter: Filter { name, takes, is_safe, expects_localtime, run } }
    }

    /// Its dotted name.
    pub fn path(&self) -> String {
        (self.path)()
    }
}

inventory::collect!(OwnFilter);

/// What a tag of the project's own gets.
pub struct TagCall {
    /// The arguments by place; for a tag with a body, its text is the first.
    pub positional: Vec<Value>,
    /// The arguments by name.
    pub named: Vec<(Str, Value)>,
    /// The variables of the page that are at hand: its own, `request`, `user` and the like where they were asked for.
    pub context: TagContext,
}

impl TagCall {
    /// The argument of a parameter, by its place or its name.
    pub fn argument(&self, place: usize, name: &str) -> Option<&Value> {
        let by_name = || self.named.iter().find(|(known, _)| **known == *name).map(|(_, value)| value);
        self.positional.get(place).or_else(by_name)
    }
}

/// The variables of the page where a tag stands.
pub struct TagContext {
    names: Vec<(Str, Value)>,
    root: Option<Value>,
}

impl TagContext {
    /// A variable of the page. What a context processor must load first is there only where the page has used it before.
    pub fn get(&self, name: &str) -> Option<Value> {
        let own = self.names.iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| value.clone());
        own.or_else(|| match self.root.as_ref()?.attribute(name) {
            crate::value::Attribute::Value(value) => Some(value),
            _ => None,
        })
    }
}

/// What becomes of a tag's answer.
#[derive(Debug, Clone, Copy)]
pub enum TagKind {
    /// It is shown, or put under a name by `as name`: Django's `simple_tag`.
    Simple,
    /// The same, with everything up to `{% end.. %}` as the first argument: Django's `simple_block_tag`.
    Block {
        /// The tag that ends it.
        end: &'static str,
    },
    /// It is the context of this template: Django's `inclusion_tag`.
    Inclusion {
        /// The template.
        template: &'static str,
    },
    /// The tag is not compiled into this program, which knows its name from the source: templates with it can be read and not
    /// rendered.
    Elsewhere {
        /// The tag that ends it, where it has a body.
        end: Option<&'static str>,
    },
}

/// How a tag is run.
pub type TagFunction = fn(TagCall) -> BoxFuture<'static, Result<Value>>;

/// A tag of the project's own.
pub struct OwnTag {
    pub(crate) path: fn() -> String,
    pub(crate) name: &'static str,
    parameters: &'static [(&'static str, bool)],
    kind: TagKind,
    run: TagFunction,
}

inventory::collect!(OwnTag);

impl OwnTag {
    /// A tag of this dotted name, `shop.extras.card`, whose last word is its name in templates. Each parameter has a name, and
    /// whether it must be given.
    pub const fn new(
        path: fn() -> String,
        name: &'static str,
        parameters: &'static [(&'static str, bool)],
        kind: TagKind,
        run: TagFunction,
    ) -> Self {
        Self { path, name, parameters, kind, run }
    }

    /// Its dotted name.
    pub fn path(&self) -> String {
        (self.path)()
    }

    pub(crate) fn end(&self) -> Option<&'static str> {
        match self.kind {
            TagKind::Block { end } => Some(end),
            TagKind::Elsewhere { end } => end,
            TagKind::Simple | TagKind::Inclusion { .. } => None,
        }
    }

    pub(crate) fn read<'a>(&'static self, parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
        let mut words = tag.arguments();
        let mut target = None;
        if let [.., "as", name] = words.as_slice()
            && !matches!(self.kind, TagKind::Inclusion { .. })
        {
            target = Some(Str::from(*name));
            words.truncate(words.len() - 2);
        }
        let arguments = parser.arguments(self.name, &words)?;
        self.check(&arguments)?;
        let body = match self.end() {
            Some(end) => Some(parser.parse_until(tag, &[end])?.0),
            None => None,
        };
        Ok(NodeKind::Tag(Box::new(OwnNode { tag: self, arguments, target, body })))
    }

    fn check(&self, arguments: &Arguments) -> Parsed<()> {
        if matches!(self.kind, TagKind::Elsewhere { .. }) {
            return Ok(());
        }
        let from = usize::from(matches!(self.kind, TagKind::Block { .. }));
        let parameters = self.parameters.get(from..).unwrap_or_default();
        let signature = || {
            let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
            if names.is_empty() {
                "it takes none".to_owned()
            } else {
                format!("its arguments are: {}", names.join(", "))
            }
        };
        if arguments.positional.len() > parameters.len() {
            return Err(Mistake::new(format!("`{}` has too many arguments", self.name)).hint(signature()));
        }
        for (name, _) in &arguments.named {
            let place = parameters.iter().position(|(known, _)| *known == &**name);
            match place {
                None => {
                    return Err(Mistake::new(format!("`{}` has no argument `{name}`", self.name)).hint(signature()));
                }
                Some(place) if place < arguments.positional.len() => {
                    return Err(Mistake::new(format!("`{}` has the argument `{name}` twice", self.name)));
                }
                Some(_) => {}
            }
        }
        for (name, is_required) in parameters.iter().skip(arguments.positional.len()) {
            if *is_required && !arguments.named.iter().any(|(given, _)| **given == **name) {
                return Err(Mistake::new(format!("`{}` needs the argument `{name}`", self.name)).hint(signature()));
            }
        }
        Ok(())
    }
}

/// A tag of the project's own in a template.
struct OwnNode {
    tag: &'static OwnTag,
    arguments: Arguments,
    target: Option<Str>,
    body: Option<Body>,
}

impl std::fmt::Debug for OwnNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.tag.name, self.arguments)
    }
}

impl Tag for OwnNode {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut positional = Vec::new();
            if let Some(body) = &self.body {
                positional.push(Value::safe(render.capture_scoped(body).await?));
            }
            for expression in &self.arguments.positional {
                positional.push(render.resolve(expression).await?);
            }
            let mut named = Vec::new();
            for (name, expression) in &self.arguments.named {
                named.push((name.clone(), render.resolve(expression).await?));
            }
            let context = TagContext { names: render.scopes.in_sight().to_vec(), root: render.scopes.root().cloned() };
            let answer = (self.tag.run)(TagCall { positional, named, context }).await?;
            match (self.tag.kind, &self.target) {
                (TagKind::Inclusion { template }, _) => {
                    let Value::Map(values) = &answer else {
                        return Err(Error::new(
                            ErrorKind::Template,
                            format!(
                                "the inclusion tag `{}` gives {}, not a context",
                                self.tag.name,
                                answer.type_name()
                            ),
                        )
                        .with_hint("return `context! { .. }`"));
                    };
                    let values = values.iter().map(|(key, value)| (Str::from(&*key.text()), value.clone())).collect();
                    render.include_isolated(template, values).await
                }
                (_, Some(name)) => {
                    render.scopes.set(name.clone(), answer);
                    Ok(())
                }
                (_, None) => render.print(&answer).await,
            }
        })
    }
}
