//! What `rjango check` finds wrong in the names of `#[methods]`.

use rjango_core::checks::{Check, CheckContext, CheckMessage};

use crate::Models;
use crate::model::ModelMeta;

inventory::submit! { Check::new("orm::methods", &["models"], methods) }

/// A template that asks for the name of a field gets the field, so a method of that name could not be called.
fn methods(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let models = context.site().get::<Models>();
    let models = models.into_iter().flat_map(Models::iter);
    models.flat_map(|meta| meta.methods.iter().filter_map(|method| clash(meta, &method.name))).collect()
}

fn clash(meta: &ModelMeta, name: &str) -> Option<CheckMessage> {
    let relation_of = |name: &str| {
        let field = meta.schema.field(name.strip_suffix("_id")?)?;
        field.kind.relation().is_some().then(|| format!("the key of the field `{}`", field.name))
    };
    let other = if meta.schema.field(name).is_some() {
        format!("the field `{name}`")
    } else if let Some(back) = meta.reverse.iter().find(|back| back.accessor == name) {
        format!("the way back over `{}.{}`", back.model, back.field)
    } else {
        relation_of(name)?
    };
    let label = meta.schema.label();
    let text = format!("the method `{name}` of `{label}` has the name of {other}, and templates find that first");
    let message = CheckMessage::error("models.E070", text).with_hint("give the method another name");
    Some(match &meta.schema.origin {
        Some(origin) => message.at(origin.file.clone(), origin.line, 0),
        None => message,
    })
}
