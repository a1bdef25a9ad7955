//! Templates of a site: the engine with the site's places, languages and URLs, and the variables of a request.

mod checks;
mod context;
mod functions;
mod own;
mod query;
mod request;
mod sources;

use std::sync::Arc;

use bytes::Bytes;
use chrono::Utc;
use futures_util::StreamExt as _;
use rjango_core::translation::get_language;
use rjango_core::{Result, Settings, timezone};
use rjango_templates::{Engine, Formats, Options, Prepared};

use crate::Body;
use crate::request::RequestState;

pub use checks::unknown_references;
pub use context::{ContextLoad, ContextProcessor};
pub use functions::{StaticUrls, static_url};
#[doc(hidden)]
pub use own::OwnProcessor;
pub(crate) use own::problems;
pub use rjango_templates::{
    Arguments, Attribute, BoxFuture, Filter, FilterContext, Items, Libraries, Locale, Map, Missing, Object, OwnFilter,
    OwnTag, Shape, Str, TagCall, TagContext, TagKind, Takes, Value, escape, excerpt, from_serialize,
};
pub use sources::AppTemplates;
use sources::Sources;

/// The templates of a site: one of its parts.
///
/// A name is looked for in `TEMPLATES_DIRS`, in each installed app's `templates` folder, and in what apps and the
/// binary embed, in this order. In DEBUG a changed file is read again.
pub struct Templates {
    engine: Engine,
    sources: Sources,
    settings: Arc<Settings>,
}

impl Templates {
    /// The templates that these settings name.
    pub fn new(settings: &Settings) -> Self {
        Self::over(settings, Sources::of(settings))
    }

    fn over(settings: &Settings, sources: Sources) -> Self {
        let settings = Arc::new(settings.clone());
        let engine = Engine::new(options(&settings), sources.clone(), Libraries::compiled());
        Self { engine, sources, settings }
    }

    /// Adds templates that are part of the binary: pairs of a template's name (`shop/product_list.html`) and its text.
    /// They come after those found on disk.
    #[must_use]
    pub fn with_embedded(mut self, templates: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        self.sources.embed(templates);
        Self::over(&self.settings, self.sources)
    }

    /// The same templates with tags and filters that are not compiled into this program: the toolchain's, which knows a
    /// project's from its source. A page with one of them cannot be rendered here.
    #[must_use]
    pub fn with_libraries(mut self, libraries: Libraries) -> Self {
        self.engine = Engine::new(self.engine.options().clone(), self.sources.clone(), libraries);
        self
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether there is a template of this name.
    pub fn exists(&self, name: &str) -> bool {
        self.sources.has(name)
    }

    /// The text of a template without a request: HTML for mails and commands, in the language and time zone that are in
    /// force.
    ///
    /// # Errors
    /// `Template` where it does not exist, parse or render.
    pub async fn render(&self, name: &str, context: Value) -> Result<String> {
        self.engine.render(name, context, locale(&self.settings, &get_language()), true).await
    }

    /// The same for plain text, which escapes nothing: the text of a mail, a file for a program.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub async fn render_plain(&self, name: &str, context: Value) -> Result<String> {
        self.engine.render(name, context, locale(&self.settings, &get_language()), false).await
    }

    /// The HTML of a template given as text; `name` stands in messages.
    ///
    /// # Errors
    /// `Template` where it does not parse or render.
    pub async fn render_text(&self, name: &str, source: &str, context: Value) -> Result<String> {
        self.engine.render_text(name, source, context, locale(&self.settings, &get_language()), true).await
    }

    /// A page for a request, which is rendered once when the view and its decorators are done.
    #[track_caller]
    pub(crate) fn render_for(&self, request: &RequestState, name: &str, own: Value) -> Result<Body> {
        let template = self.engine.prepare(name)?;
        let request = request.clone();
        Ok(Body::Later(Box::pin(async move { page(&request, template, own).await.map(Bytes::from) })))
    }

    /// A page for a request that is sent while it is rendered.
    #[track_caller]
    pub(crate) fn stream_for(&self, request: &RequestState, name: &str, own: Value) -> Result<Body> {
        let template = self.engine.prepare(name)?;
        let locale = locale(request.settings(), &get_language());
        let mut page = template.stream(context::root(request.clone(), own), locale, true);
        let pieces = futures_util::stream::poll_fn(move |context| page.poll_piece(context));
        Ok(Body::stream(pieces.map(|piece| piece.map(Bytes::from))))
    }

    /// The page of a template for a request, now.
    pub(crate) async fn render_now(&self, request: &RequestState, name: &str, own: Value) -> Result<String> {
        page(request, self.engine.prepare(name)?, own).await
    }
}

async fn page(request: &RequestState, template: Prepared, own: Value) -> Result<String> {
    let locale = locale(request.settings(), &get_language());
    template.render(context::root(request.clone(), own), locale, true).await
}

/// How a site writes in a language, in the time zone that is in force.
fn locale(settings: &Settings, language: &str) -> Locale {
    Locale {
        language: language.into(),
        formats: Formats::of_site(language, settings),
        use_l10n: true,
        zone: Some(timezone::current()),
        use_tz: true,
        clock: Utc::now,
    }
}

fn options(settings: &Arc<Settings>) -> Options {
    Options {
        is_strict: settings.debug,
        reloads: settings.debug,
        debug: settings.debug,
        string_if_invalid: settings.templates_string_if_invalid.clone(),
        reverse: functions::reverse,
        static_url,
        static_prefix: settings.static_url.as_str().into(),
        // There are no media files yet: nothing is kept under another address.
        media_prefix: "".into(),
        languages: settings.languages.clone(),
        locale: {
            let settings = Arc::clone(settings);
            Arc::new(move |language| locale(&settings, language))
        },
    }
}
