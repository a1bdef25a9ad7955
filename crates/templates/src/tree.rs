//! A template as a tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::Condition;
use crate::expression::Expression;
use crate::reference::ReferenceKind;
use crate::tag::Tag;
use crate::value::Str;

/// What stands one after the other.
pub(crate) type Body = Arc<[Node]>;

/// A part of a template.
#[derive(Debug)]
pub(crate) struct Node {
    /// Where it begins in the text, in bytes.
    pub at: usize,
    pub kind: NodeKind,
}

/// What pages are made of most: the loop of the renderer knows these, and anything else is a [`Tag`].
#[derive(Debug)]
pub(crate) enum NodeKind {
    Text(Str),
    Variable(Expression),
    /// The condition of each branch; the last may have none.
    If(Box<[(Option<Condition>, Body)]>),
    For(Box<For>),
    With(Box<[(Str, Expression)]>, Body),
    Block(Arc<Block>),
    Include(Box<Include>),
    Autoescape(bool, Body),
    /// `partial`, and `partialdef` with `inline`.
    Partial(Str),
    Tag(Box<dyn Tag>),
}

/// `{% for %}`.
#[derive(Debug)]
pub(crate) struct For {
    pub names: Arc<[Str]>,
    pub list: Expression,
    pub is_reversed: bool,
    pub body: Body,
    pub empty: Option<Body>,
}

/// `{% block %}`.
#[derive(Debug)]
pub(crate) struct Block {
    pub name: Str,
    pub body: Body,
}

/// `{% include %}`.
#[derive(Debug)]
pub(crate) struct Include {
    pub template: Expression,
    pub with: Box<[(Str, Expression)]>,
    pub is_isolated: bool,
}

/// A parsed file.
#[derive(Debug)]
pub(crate) struct Template {
    pub name: Str,
    /// The file, for messages and for `extends` of the same name.
    pub origin: Str,
    pub source: Str,
    pub body: Body,
    /// What it extends, where it does, and where the tag stands.
    pub extends: Option<(Expression, usize)>,
    /// Its own blocks, wherever they stand.
    pub blocks: BTreeMap<Str, Arc<Block>>,
    /// What it names in plain texts of the rest of the site, and where, in bytes.
    pub references: Vec<(ReferenceKind, Str, usize)>,
    /// Its own partials.
    pub partials: BTreeMap<Str, Body>,
}
