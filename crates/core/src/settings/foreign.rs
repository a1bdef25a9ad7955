//! Django's settings that have no counterpart here, and what takes their place.

/// Each with what to do instead.
pub(super) const FOREIGN: &[(&str, &str)] = &[
    (
        "TEMPLATES",
        "there is one template engine: write `TEMPLATES_DIRS` for its folders, and `TEMPLATES_STRING_IF_INVALID`",
    ),
    ("ROOT_URLCONF", "the URLs are named in `manage.rs`: `rjango::project!().urls(...)`"),
    ("WSGI_APPLICATION", "remove it: the project's binary is the server"),
    ("ASGI_APPLICATION", "remove it: the project's binary is the server"),
    ("BASE_DIR", "remove it: relative paths start at the project's folder"),
    ("DEFAULT_CHARSET", "remove it: everything is UTF-8"),
    ("SESSION_SERIALIZER", "remove it: sessions are JSON"),
    ("TEST_RUNNER", "remove it: `cargo test` runs the tests"),
    ("FORM_RENDERER", "remove it: forms are rendered by the one template engine"),
    ("LOGGING_CONFIG", "remove it: the section `[LOGGING]` says what is logged"),
    ("SIGNING_BACKEND", "remove it: signatures are those of Django's `TimestampSigner`"),
];

/// What to do instead, for a setting of Django's that is not one here.
pub(super) fn instead(name: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|(foreign, _)| *foreign == name).map(|(_, instead)| *instead)
}
