//! Templates: minijinja with Django's filters, loaders and context processors.

mod context;
pub(crate) mod error;
mod filters;
mod functions;
pub(crate) mod output;
mod own;
mod sources;

use std::borrow::Cow;

use minijinja::{Environment, UndefinedBehavior};
use rjango_core::{Result, Settings};

use crate::Body;
use crate::request::RequestState;

pub use context::{ContextLoad, ContextProcessor};
pub use functions::{StaticUrls, static_url};
pub use minijinja::{self, State, Value};
pub use output::escape;
pub(crate) use own::problems;
#[doc(hidden)]
pub use own::{FilterEntry, OwnProcessor};
pub use sources::AppTemplates;
use sources::Sources;

/// The templates of a site: one of its parts.
///
/// A name is looked for in `TEMPLATES_DIRS`, in each installed app's `templates` folder, and in what apps and the
/// binary embed, in this order. In DEBUG a changed file is read again.
pub struct Templates {
    environment: Environment<'static>,
    sources: Sources,
}

impl Templates {
    /// The templates that these settings name.
    pub fn new(settings: &Settings) -> Self {
        let sources = Sources::of(settings);
        let mut environment = framework_environment();
        own::install(&mut environment);
        environment.set_loader({
            let sources = sources.clone();
            move |name| sources.load(name)
        });
        environment.set_auto_reload(settings.debug);
        environment.set_debug(settings.debug);
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        Self { environment, sources }
    }

    /// Adds templates that are part of the binary: pairs of a template's name (`shop/product_list.html`) and its text.
    /// They come after those found on disk.
    #[must_use]
    pub fn with_embedded(mut self, templates: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        self.sources.embed(templates);
        let sources = self.sources.clone();
        self.environment.set_loader(move |name| sources.load(name));
        self
    }

    /// minijinja's environment, to add filters, functions and globals of a project's own.
    pub fn environment_mut(&mut self) -> &mut Environment<'static> {
        &mut self.environment
    }

    /// minijinja's environment.
    pub fn environment(&self) -> &Environment<'static> {
        &self.environment
    }

    /// Whether there is a template of this name.
    pub fn exists(&self, name: &str) -> bool {
        self.sources.find(name).is_some()
    }

    /// The text of a template without a request: for mails and commands.
    ///
    /// # Errors
    /// `Template` where it does not exist, parse or render.
    #[track_caller]
    pub fn render(&self, name: &str, context: Value) -> Result<String> {
        self.render_value(name, context)
    }

    /// The text of a template given as text; `name` decides about escaping and stands in messages.
    ///
    /// # Errors
    /// `Template` where it does not parse or render.
    #[track_caller]
    pub fn render_text(&self, name: &str, source: &str, context: Value) -> Result<String> {
        self.environment.render_named_str(name, source, context).map_err(|error| self.error(name, error))
    }

    #[track_caller]
    fn render_value(&self, name: &str, context: Value) -> Result<String> {
        let template = self.environment.get_template(name).map_err(|error| self.error(name, error))?;
        template.render(context).map_err(|error| self.error(name, error))
    }

    /// Renders for a request. The body is put off where a context processor has to load something first.
    #[track_caller]
    pub(crate) fn render_for(&self, request: &RequestState, name: &str, own: Value) -> Result<Body> {
        let context = context::RequestContext::new(request.clone(), own);
        let first = self.render_value(name, context.value());
        if let Some(error) = context.take_failure() {
            return Err(error);
        }
        if !context.has_needs() {
            return first.map(Body::from);
        }
        let (request, name) = (request.clone(), name.to_owned());
        Ok(Body::Later(Box::pin(async move {
            let templates = request.site().require::<Self>()?;
            loop {
                context.load_needs().await?;
                let text = templates.render_value(&name, context.value());
                if let Some(error) = context.take_failure() {
                    return Err(error);
                }
                if !context.has_needs() {
                    return text.map(bytes::Bytes::from);
                }
            }
        })))
    }

    /// A template's text and the file that it is in, for error pages.
    pub(crate) fn source(&self, name: &str) -> Option<(Cow<'static, str>, String)> {
        self.sources.find(name)
    }
}

/// minijinja's environment with the filters and functions of every site, and none of a project's own.
fn framework_environment() -> Environment<'static> {
    let mut environment = Environment::new();
    output::install(&mut environment);
    filters::install(&mut environment);
    functions::install(&mut environment);
    environment
}
