//! The log: events of `tracing`, one a line on stderr, as the section LOGGING of the settings wants them.
//!
//! The framework's targets are `rjango.access` (answered requests), `rjango.request` (errors of requests), `rjango.server`,
//! `rjango.db` (statements, at `debug`) and `rjango.db.slow`. Events inside a request carry its id.

mod escape;
mod event;
mod format;

use std::io::IsTerminal as _;

use rjango_core::{LogFormat, LogLevel, Settings};
use tracing::Subscriber;
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use event::{Fields, Logged};

/// Makes the log that these settings want the process's own, unless it has one already. [`Handler::new`](crate::Handler::new) does so.
///
/// A program that wants another subscriber of `tracing` sets it before.
pub fn install(settings: &Settings) {
    if !tracing::dispatcher::has_been_set() {
        // Another thread may have been faster.
        let colour = std::io::stderr().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
        let write = |line: &str| eprint!("{line}");
        let _ = tracing::subscriber::set_global_default(layered(settings, colour, write));
    }
}

/// The log that these settings want, which gives its lines to `write`.
pub fn subscriber(settings: &Settings, write: impl Fn(&str) + Send + Sync + 'static) -> impl Subscriber + Send + Sync {
    layered(settings, false, write)
}

fn layered(
    settings: &Settings,
    colour: bool,
    write: impl Fn(&str) + Send + Sync + 'static,
) -> impl Subscriber + Send + Sync {
    let logging = &settings.logging;
    let targets = logging.targets.iter().map(|(target, level)| (target.clone(), filter(*level)));
    let targets = Targets::new().with_default(filter(logging.level)).with_targets(targets);
    let format = match logging.format {
        LogFormat::Text if colour => format::coloured,
        LogFormat::Text => format::text,
        LogFormat::Json => format::json,
    };
    Registry::default().with(targets).with(Lines { write, format })
}

/// Has panics told in the log, with their place. A server does so; in a test the test's own words are better.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("a value that is not text");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = std::backtrace::Backtrace::capture();
        let shown = (backtrace.status() == std::backtrace::BacktraceStatus::Captured).then(|| backtrace.to_string());
        tracing::error!(target: "rjango.panic", at = place, backtrace = shown, "the code panicked: {message}");
    }));
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// Writes each event as a line, or as a line with indented ones below it.
struct Lines<W> {
    write: W,
    format: fn(&Logged) -> String,
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + Send + Sync + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut spans = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(tracing_subscriber::registry::Scope::from_root) {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                spans.extend(of_span);
            }
        }
        let metadata = event.metadata();
        (self.write)(&(self.format)(&Logged::new(*metadata.level(), metadata.target(), fields, spans)));
    }
}

/// The target of answered requests.
pub(crate) const ACCESS: &str = "rjango.access";

/// The name of the field with a request's id, in the span around the request.
pub(crate) const REQUEST_ID: &str = "request_id";

impl Fields {
    /// Of two fields with one name the inner counts.
    fn extend(&mut self, inner: &Self) {
        for (name, value) in &inner.0 {
            self.set(name, value.clone());
        }
    }
}
