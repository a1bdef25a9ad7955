//! The engine: where templates come from, what they may use, and pages made of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rjango_core::{Error, ErrorKind, Result, nearest};

use crate::lexer::line_and_column;
use crate::library::Libraries;
use crate::locale::Locale;
use crate::mistake;
use crate::parser;
use crate::reference::Reference;
use crate::render::{Render, relative};
use crate::stream::{PageStream, Pieces};
use crate::tree::Template;
use crate::value::{BoxFuture, Str, Value};

/// How large a template's text may be, in bytes.
const LARGEST: usize = 4 << 20;

/// A template's text, and where it was found.
pub struct Source {
    /// The text, as bytes: whether it is UTF-8 is looked at where it can be told with its place.
    pub text: Cow<'static, [u8]>,
    /// The file, or another name that no other place has.
    pub origin: Str,
}

/// Where templates are.
pub trait Loader: Send + Sync {
    /// The text of a template in the first place that has it, but for these origins.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    fn load(&self, name: &str, skip: &[Str]) -> Result<Option<Source>>;

    /// What changes when the template changes: its origin, time and size. Nothing where it cannot change.
    fn stamp(&self, name: &str, skip: &[Str]) -> Option<String>;

    /// The names of all templates, for messages.
    fn names(&self) -> Vec<String>;

    /// The places, in order, for messages.
    fn places(&self) -> Vec<String>;
}

/// How an address is made of a route's name.
pub type Reverse = fn(name: &str, positional: Vec<Value>, named: Vec<(Str, Value)>) -> Result<String>;

/// How the address of a static file is made.
pub type StaticUrl = fn(path: &str) -> Result<String>;

/// What is the same for all pages of a site.
#[derive(Clone)]
pub struct Options {
    /// Whether an unknown attribute of a known object is an error; else it is one line in the log.
    pub is_strict: bool,
    /// Whether a template that has changed is read again.
    pub reloads: bool,
    /// Whether `{% debug %}` shows something: Django's `debug` of a template engine.
    pub debug: bool,
    /// What an unknown name prints; `%s` stands for the name. Django's `string_if_invalid`.
    pub string_if_invalid: String,
    /// For `{% url %}`.
    pub reverse: Reverse,
    /// For `{% static %}`.
    pub static_url: StaticUrl,
    /// For `{% get_static_prefix %}`.
    pub static_prefix: Str,
    /// For `{% get_media_prefix %}`.
    pub media_prefix: Str,
    /// The languages of the site: codes and names.
    pub languages: Vec<(String, String)>,
    /// The locale of a language, for `{% language %}` and for pages.
    pub locale: Arc<dyn Fn(&str) -> Locale + Send + Sync>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("is_strict", &self.is_strict)
            .field("reloads", &self.reloads)
            .finish_non_exhaustive()
    }
}

/// The error of a template that is nowhere: Django's `TemplateDoesNotExist`.
#[derive(Debug)]
pub struct Missing(pub String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is in none of the places of templates", self.0)
    }
}

impl std::error::Error for Missing {}

/// The template engine of a site. Clones share what was parsed.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    options: Options,
    loader: Box<dyn Loader>,
    libraries: Libraries,
    parsed: RwLock<HashMap<Str, Vec<Parsed>>>,
    fragments: crate::libraries::cache::Fragments,
}

/// A parsed template, for the origins that were left out.
struct Parsed {
    skip: Vec<Str>,
    stamp: Option<String>,
    template: Arc<Template>,
}

/// A template that was read and parsed, and waits for its context.
pub struct Prepared {
    engine: Engine,
    template: Arc<Template>,
    partial: Option<String>,
}

impl Prepared {
    /// Makes the page.
    ///
    /// # Errors
    /// `Template` where it does not render; what a value's loading says.
    pub fn render(self, context: Value, locale: Locale, autoescape: bool) -> BoxFuture<'static, Result<String>> {
        // Boxed, so that nobody who waits for a page has the renderer's types in his own.
        Box::pin(async move {
            Render::new(self.engine, self.template, context, locale, autoescape).page(self.partial.as_deref()).await
        })
    }

    /// Makes the page piece by piece, while it is sent: an error can only break it off. It may be of any length.
    pub fn stream(self, context: Value, locale: Locale, autoescape: bool) -> PageStream {
        let pieces = Pieces::default();
        let render = Render::new(self.engine, self.template, context, locale, autoescape).in_pieces(pieces.clone());
        PageStream::new(Box::pin(async move { render.page(self.partial.as_deref()).await }), pieces)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.0.options).finish()
    }
}

impl Engine {
    /// An engine over these templates.
    pub fn new(options: Options, loader: impl Loader + 'static, libraries: Libraries) -> Self {
        Self(Arc::new(Inner {
            options,
            loader: Box::new(loader),
            libraries,
            parsed: RwLock::default(),
            fragments: Default::default(),
        }))
    }

    /// What is the same for all pages.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Where templates are.
    pub fn loader(&self) -> &dyn Loader {
        &*self.0.loader
    }

    pub(crate) fn fragments(&self) -> &crate::libraries::cache::Fragments {
        &self.0.fragments
    }

    /// Reads and parses a template, without rendering it: the file that it is in, and what it names of the rest of the site.
    ///
    /// # Errors
    /// `Template` where it does not exist or does not parse; all mistakes of the file at once.
    pub fn check(&self, name: &str) -> Result<(Str, Vec<Reference>)> {
        let template = self.template(name, &[])?;
        let references = template.references.iter().map(|(kind, name, at)| {
            let (line, column) = line_and_column(&template.source, *at);
            Reference { kind: *kind, name: name.to_string(), line, column }
        });
        Ok((template.origin.clone(), references.collect()))
    }

    /// Whether there is a template of a name that stands in another one: `./row.html` is beside it, and `page.html#row` a partial.
    ///
    /// # Errors
    /// Where the name leads out of the folders of templates.
    pub fn has_relative(&self, current: &str, name: &str) -> Result<bool> {
        let name = relative(current, name)?;
        let name = name.split('#').next().unwrap_or_default();
        Ok(self.0.loader.load(name, &[])?.is_some())
    }

    /// A template, or one of its partials (`page.html#row`), read and parsed.
    ///
    /// # Errors
    /// `Template` where it does not exist or does not parse.
    #[track_caller]
    pub fn prepare(&self, name: &str) -> Result<Prepared> {
        let (name, partial) = match name.split_once('#') {
            Some((name, partial)) => (name, Some(partial.to_owned())),
            None => (name, None),
        };
        Ok(Prepared { engine: self.clone(), template: self.template(name, &[])?, partial })
    }

    /// Makes a page of a template, or of one of its partials.
    ///
    /// # Errors
    /// `Template` where it does not exist, parse or render; what a value's loading says.
    pub async fn render(&self, name: &str, context: Value, locale: Locale, autoescape: bool) -> Result<String> {
        self.prepare(name)?.render(context, locale, autoescape).await
    }

    /// Makes a page of a template that is given as text; `name` stands in messages.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub async fn render_text(
        &self,
        name: &str,
        source: &str,
        context: Value,
        locale: Locale,
        autoescape: bool,
    ) -> Result<String> {
        let template = Arc::new(self.parse(name, name, source)?);
        Prepared { engine: self.clone(), template, partial: None }.render(context, locale, autoescape).await
    }

    #[track_caller]
    fn parse(&self, name: &str, origin: &str, source: &str) -> Result<Template> {
        if source.len() > LARGEST {
            return Err(Error::new(
                ErrorKind::Template,
                format!("the template `{name}` has {} bytes, and at most {LARGEST} are read", source.len()),
            )
            .at(origin, 1, 1)
            .with_hint("move what is data out of it, into the context or a static file"));
        }
        match parser::parse(&self.0.libraries, name, origin, source) {
            Ok(template) => Ok(template),
            Err(mistakes) => Err(mistake::error(name, origin, source, &mistakes)),
        }
    }

    /// A parsed template, from the first place but for these origins.
    #[track_caller]
    pub(crate) fn template(&self, name: &str, skip: &[Str]) -> Result<Arc<Template>> {
        let stamp = if self.0.options.reloads { self.0.loader.stamp(name, skip) } else { None };
        {
            let parsed = self.0.parsed.read().unwrap_or_else(PoisonError::into_inner);
            let known = parsed.get(name).and_then(|parsed| parsed.iter().find(|parsed| parsed.skip == skip));
            if let Some(known) = known
                && known.stamp == stamp
            {
                return Ok(Arc::clone(&known.template));
            }
        }
        // What is written while it is read has another stamp afterwards, and is read again the next time.
        let Some(source) = self.0.loader.load(name, skip)? else { return Err(self.missing(name)) };
        let text = utf8(name, &source)?;
        let template = Arc::new(self.parse(name, &source.origin, text)?);
        let mut parsed = self.0.parsed.write().unwrap_or_else(PoisonError::into_inner);
        let of_name = parsed.entry(name.into()).or_default();
        of_name.retain(|known| known.skip != skip);
        of_name.push(Parsed { skip: skip.to_vec(), stamp, template: Arc::clone(&template) });
        Ok(template)
    }

    #[track_caller]
    fn missing(&self, name: &str) -> Error {
        let mut hint = String::new();
        let names = self.0.loader.names();
        // The ending is not what makes two names alike.
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let stems = names.iter().filter_map(|known| known.strip_suffix(ending).map(|stem| stem.trim_end_matches('.')));
        if let Some(near) = nearest(name.trim_end_matches(ending).trim_end_matches('.'), stems) {
            let dot = if ending.is_empty() { "" } else { "." };
            hint.push_str(&format!("did you mean `{near}{dot}{ending}`? "));
        }
        hint.push_str("searched, in this order:");
        for place in self.0.loader.places() {
            hint.push_str("\n  ");
            hint.push_str(&place);
        }
        Error::new(ErrorKind::Template, format!("the template `{name}` does not exist"))
            .with_hint(hint)
            .with_told_source(Missing(name.to_owned()))
    }
}

#[track_caller]
fn utf8<'a>(name: &str, source: &'a Source) -> Result<&'a str> {
    std::str::from_utf8(&source.text).map_err(|wrong| {
        let before = &source.text[..wrong.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        let byte = source.text.get(wrong.valid_up_to()).copied().unwrap_or_default();
        Error::new(ErrorKind::Template, format!("the template `{name}` is not UTF-8: it has the byte 0x{byte:02x}"))
            .at(&*source.origin, line, column)
            .with_hint("save the file as UTF-8")
    })
}
