//! What a tag is, other than those that the renderer knows itself.

use std::fmt::Debug;

use rjango_core::Result;

use crate::mistake::Parsed;
use crate::parser::{Parser, TagToken};
use crate::render::Render;
use crate::tree::NodeKind;
use crate::value::BoxFuture;

/// A tag of a parsed template.
pub(crate) trait Tag: Debug + Send + Sync {
    /// Writes what the tag shows into the page.
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>>;
}

/// How a tag is read.
pub(crate) struct TagReader {
    pub name: &'static str,
    /// The tag that ends it, where it has a body. It lets the parser go on behind a mistake.
    pub end: Option<&'static str>,
    pub read: for<'a> fn(&mut Parser<'a>, &TagToken<'a>) -> Parsed<NodeKind>,
}
