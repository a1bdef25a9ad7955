//! Adding messages in views and reading them.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rjango_core::{Error, Result};
use rjango_http::RequestState;
use rjango_http::templates::{Attribute, Object, Shape, Value};

use super::pending::Pending;
use super::{Level, Message};

macro_rules! of_level {
    ($($(#[$doc:meta])* $name:ident $level:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(request: &RequestState, message: impl Into<String>) {
            add(request, Message::new(Level::$level, message));
        }
    )*};
}

of_level! {
    /// Tells developers something; dropped unless MESSAGE_LEVEL is 10.
    debug DEBUG;
    /// Tells the person something on the next page.
    info INFO;
    /// Tells the person that something worked.
    success SUCCESS;
    /// Tells the person that something may go wrong.
    warning WARNING;
    /// Tells the person that something did not work.
    error ERROR;
}

/// Adds a message for the next page.
///
/// Without `MessageMiddleware` there is no next page to carry it to; the message is then written to the log.
pub fn add(request: &RequestState, message: Message) {
    match request.get::<Pending>() {
        Some(pending) => pending.add(message),
        // A view that only tells something should not fail over it; Django raises `MessageFailure`.
        None => tracing::warn!(
            target: "rjango.messages",
            "the message {:?} is lost: MIDDLEWARE lacks `{}`",
            message.message,
            super::middleware::PATH
        ),
    }
}

/// The messages of a request; reading them marks them as shown.
#[derive(Clone)]
pub struct Messages(Arc<Pending>);

/// The messages that came with the request and those that it added: Django's `get_messages`.
///
/// # Errors
/// `ImproperlyConfigured` where the request came past no `MessageMiddleware`; the session's otherwise.
pub async fn get_messages(request: &RequestState) -> Result<Messages> {
    let pending = request.get::<Pending>().ok_or_else(|| {
        Error::improperly_configured("the request has no messages")
            .with_hint(format!("add `{}` to MIDDLEWARE", super::middleware::PATH))
    })?;
    pending.load(request).await?;
    Ok(Messages(pending))
}

impl Messages {
    /// How many there are. They stay unread.
    pub fn len(&self) -> usize {
        self.0.count()
    }

    /// Whether there are none. They stay unread.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, oldest first; none of them will be on the next page.
    pub fn read(&self) -> Vec<Message> {
        self.0.read()
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Messages({})", self.len())
    }
}

/// In templates: `{% for message in messages %}`, which marks them as shown. `{% if messages %}`, `messages|length` and
/// `message in messages` leave them for the next page.
impl Object for Messages {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> Shape {
        Shape::Sequence
    }

    fn type_name(&self) -> &str {
        "Messages"
    }

    /// As in Django, they have no places: `messages.0` would show one and lose the others.
    fn index(&self, _: usize) -> Attribute<'_> {
        Attribute::Unknown
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.read().into_iter().map(Value::object).collect())
    }

    fn len(&self) -> Option<usize> {
        Some(Self::len(self))
    }

    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }

    fn is_true(&self) -> bool {
        !Self::is_empty(self)
    }

    fn contains(&self, item: &Value) -> Option<bool> {
        Some(item.downcast::<Message>().is_some_and(|message| self.0.holds(message)))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self:?}")
    }
}
