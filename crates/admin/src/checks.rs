//! Set-up mistakes that would leave the admin open or broken: Django's `admin.E4xx`.

use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_orm::{ModelEntry, Models};
use rjango_schema::FieldKind;

use crate::gate::CSRF;
use crate::registration::Registration;

/// The app's name in INSTALLED_APPS.
pub(crate) const APP: &str = "rjango.contrib.admin";

const APPS: [(&str, &str); 3] = [
    ("admin.E401", "rjango.contrib.contenttypes"),
    ("admin.E405", "rjango.contrib.auth"),
    ("admin.E406", "rjango.contrib.messages"),
];

const MIDDLEWARE: [(&str, &str); 4] = [
    ("admin.E408", "rjango.contrib.auth.middleware.AuthenticationMiddleware"),
    ("admin.E409", "rjango.contrib.messages.middleware.MessageMiddleware"),
    ("admin.E410", "rjango.contrib.sessions.middleware.SessionMiddleware"),
    // Django's admin checks forms itself; ours leaves it to the middleware.
    ("admin.E411", CSRF),
];

inventory::submit! {
    Check::new("admin::dependencies", &["admin"], dependencies)
}

inventory::submit! {
    Check::new("admin::registrations", &["admin"], registrations)
}

fn dependencies(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let settings = context.settings();
    if !settings.installed_apps.iter().any(|app| app == APP) {
        return Vec::new();
    }
    let apps = APPS.iter().filter(|(_, app)| !settings.installed_apps.iter().any(|listed| listed == app));
    let apps = apps.map(|(id, app)| {
        CheckMessage::error(*id, format!("`{app}` must be in INSTALLED_APPS in order to use the admin"))
            .with_hint(format!("add `\"{app}\"` to INSTALLED_APPS"))
    });
    let layers = MIDDLEWARE.iter().filter(|(_, name)| !settings.middleware.iter().any(|listed| listed == name));
    let layers = layers.map(|(id, name)| {
        CheckMessage::error(*id, format!("`{name}` must be in MIDDLEWARE in order to use the admin"))
            .with_hint(format!("add `\"{name}\"` to MIDDLEWARE"))
    });
    apps.chain(layers).collect()
}

fn registrations(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let mut messages = Vec::new();
    let mut seen: Vec<(String, &Registration)> = Vec::new();
    for registration in inventory::iter::<&'static Registration>.into_iter().copied() {
        let label = registration.schema().label();
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == label) {
            messages.push(
                CheckMessage::error("admin.E001", format!("the model `{label}` is registered twice"))
                    .with_hint(format!("remove one of them; the other is at {}:{}", first.file, first.line))
                    .at(registration.file, registration.line as usize, 0),
            );
            continue;
        }
        messages.extend(options(context, registration));
        seen.push((label, registration));
    }
    messages
}

/// What the compiler cannot see: a many-valued column, a form's field over a relation.
fn options(context: &CheckContext<'_>, registration: &Registration) -> Vec<CheckMessage> {
    let (schema, options) = (registration.schema(), registration.options());
    let at = |message: CheckMessage| message.at(registration.file, registration.line as usize, 0);
    let mut messages = Vec::new();
    for name in &options.list_display {
        let many = schema.field(name).is_some_and(|field| matches!(field.kind, FieldKind::ManyToMany(_)));
        let backwards =
            context.site().get::<Models>().and_then(|models| models.get(&schema.label())).is_some_and(|meta| {
                meta.reverse.iter().any(|reverse| name.split("__").next() == Some(&reverse.query_name))
            });
        if many || backwards {
            messages.push(at(CheckMessage::error(
                "admin.E109",
                format!("`list_display` of `{}` names `{name}`, which has many values in a row", schema.label()),
            )
            .with_hint("name a field of the row, or of a row that it refers to")));
        }
    }
    let form = options.fieldsets.iter().flat_map(|fieldset| &fieldset.fields);
    for name in form.chain(&options.exclude).chain(&options.readonly_fields) {
        if schema.field(name).is_none() && name != "pk" {
            messages.push(at(CheckMessage::error(
                "admin.E035",
                format!("the form of `{}` names `{name}`, which is no field of its own", schema.label()),
            )
            .with_hint("a form edits the fields of one model")));
        }
    }
    messages
}

/// Whether the site has the registration's model: its app is installed.
pub(crate) fn is_installed(models: &Models, entry: &ModelEntry) -> bool {
    models.get(&entry.schema().label()).is_some()
}
