//! What templates have of the messages: `messages`.

use rjango_http::templates::{ContextLoad, ContextProcessor, Value};

use super::get_messages;
use super::pending::Pending;

inventory::submit! {
    ContextProcessor {
        app: "rjango.contrib.messages",
        name: "messages",
        load: ContextLoad::Later(|request| Box::pin(async move {
            // As in Django, a page that came past no middleware has none.
            match request.get::<Pending>() {
                Some(_) => Ok(Value::object(get_messages(&request).await?)),
                None => Ok(Value::list([])),
            }
        })),
    }
}
