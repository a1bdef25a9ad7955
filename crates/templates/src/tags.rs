//! Django's own tags, one file each.

mod autoescape;
mod block;
mod comment;
mod csp_nonce_attr;
mod csrf_token;
pub(crate) mod cycle;
mod debug;
mod extends;
mod filter;
mod firstof;
mod for_loop;
mod if_condition;
mod ifchanged;
mod include;
mod load;
mod lorem;
mod now;
mod partial;
mod querystring;
mod regroup;
mod resetcycle;
mod spaceless;
mod templatetag;
mod url;
mod verbatim;
mod widthratio;
mod with;

use crate::tag::TagReader;

/// All of them.
static TAGS: [TagReader; 28] = [
    TagReader { name: "autoescape", end: Some("endautoescape"), read: autoescape::read },
    TagReader { name: "block", end: Some("endblock"), read: block::read },
    TagReader { name: "comment", end: Some("endcomment"), read: comment::read },
    TagReader { name: "csp_nonce_attr", end: None, read: csp_nonce_attr::read },
    TagReader { name: "csrf_token", end: None, read: csrf_token::read },
    TagReader { name: "cycle", end: None, read: cycle::read },
    TagReader { name: "debug", end: None, read: debug::read },
    TagReader { name: "extends", end: None, read: extends::read },
    TagReader { name: "filter", end: Some("endfilter"), read: filter::read },
    TagReader { name: "firstof", end: None, read: firstof::read },
    TagReader { name: "for", end: Some("endfor"), read: for_loop::read },
    TagReader { name: "if", end: Some("endif"), read: if_condition::read },
    TagReader { name: "ifchanged", end: Some("endifchanged"), read: ifchanged::read },
    TagReader { name: "include", end: None, read: include::read },
    TagReader { name: "load", end: None, read: load::read },
    TagReader { name: "lorem", end: None, read: lorem::read },
    TagReader { name: "now", end: None, read: now::read },
    TagReader { name: "partial", end: None, read: partial::read },
    TagReader { name: "partialdef", end: Some("endpartialdef"), read: partial::read_definition },
    TagReader { name: "querystring", end: None, read: querystring::read },
    TagReader { name: "regroup", end: None, read: regroup::read },
    TagReader { name: "resetcycle", end: None, read: resetcycle::read },
    TagReader { name: "spaceless", end: Some("endspaceless"), read: spaceless::read },
    TagReader { name: "templatetag", end: None, read: templatetag::read },
    TagReader { name: "url", end: None, read: url::read },
    TagReader { name: "verbatim", end: Some("endverbatim"), read: verbatim::read },
    TagReader { name: "widthratio", end: None, read: widthratio::read },
    TagReader { name: "with", end: Some("endwith"), read: with::read },
];

/// The tag of this name.
pub(crate) fn builtin(name: &str) -> Option<&'static TagReader> {
    TAGS.iter().find(|tag| tag.name == name)
}

/// The names of all of them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TAGS.iter().map(|tag| tag.name)
}
