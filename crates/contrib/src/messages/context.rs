//! What templates have of the messages: `messages`.

use minijinja::Value;
use rjango_http::templates::{ContextLoad, ContextProcessor};

use super::get_messages;
use super::pending::Pending;

inventory::submit! {
    ContextProcessor {
        app: "rjango.contrib.messages",
        name: "messages",
        load: ContextLoad::Later(|request| Box::pin(async move {
            // As in Django, a page that came past no middleware has none.
            match request.get::<Pending>() {
                Some(_) => Ok(Value::from_object(get_messages(&request).await?)),
                None => Ok(Value::from(Vec::<Value>::new())),
            }
        })),
    }
}
