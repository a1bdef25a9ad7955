//! Django's settings that nothing here would follow, each with the way out today.
//!
//! A setting that is read and then has no effect would be a trap, so these are errors. A value that says what rjango does
//! anyway is accepted where projects of Django's carry it. The room that makes a setting true moves it to the table of keys.

use super::kind::boolean;
use super::problem::Problem;
use super::value::{Data, Entry, Value};

/// A value that says what rjango does anyway.
enum Same {
    Flag(bool),
    Text(&'static str),
}

/// A setting that is refused.
pub(super) struct Refused {
    /// Django's name.
    pub name: &'static str,
    /// What to do instead.
    pub hint: &'static str,
    /// The values that are accepted all the same.
    same: &'static [Same],
}

const fn refused(name: &'static str, hint: &'static str) -> Refused {
    Refused { name, hint, same: &[] }
}

const MAIL: &str =
    "remove it: rjango does not send e-mail yet; keep the values in a section of your own, such as `[MAIL]`";
const CACHE: &str = "remove it: rjango does not have a cache yet; a reverse proxy can keep whole pages";
const MEDIA: &str = "save uploads with `UploadedFile::save`, and serve their folder by a route of your own; a section of your own, \
                     such as `[UPLOADS]`, can name the folder";
const INPUT: &str = "remove it: the admin reads dates and times as browsers send them, `2026-11-30` and `14:30`";
const TABLESPACE: &str =
    "remove it: tables go where the database puts them; a migration's SQL files may say another place";
const SAFE_PAGES: &str = "remove it: the pages of DEBUG mask what may be a secret";

/// Every setting that is refused, in Django's order of topics.
pub(super) const REFUSED: &[Refused] = &[
    // The site.
    refused("ADMINS", "remove it: rjango does not send e-mail yet; errors are in the log, which `[LOGGING]` describes"),
    refused("MANAGERS", "remove it: rjango does not send e-mail yet; broken links are in the log, with status 404"),
    refused(
        "IGNORABLE_404_URLS",
        "remove it: no e-mail tells of broken links; `[LOGGING.TARGETS]` says what is logged",
    ),
    refused("DEFAULT_EXCEPTION_REPORTER", SAFE_PAGES),
    refused("DEFAULT_EXCEPTION_REPORTER_FILTER", SAFE_PAGES),
    refused("SITE_ID", "remove it: there is no `contrib.sites`; `request.get_host()` says which host was asked"),
    refused("ABSOLUTE_URL_OVERRIDES", "remove it: a view or a template makes the URL, with `reverse` or `{% url %}`"),
    refused("CSRF_FAILURE_VIEW", "remove it: the template `403_csrf.html` is the page of a form that was refused"),
    Refused {
        name: "CSRF_USE_SESSIONS",
        hint: "remove it: the secret is in a cookie; `CSRF_COOKIE_HTTPONLY = true` hides the cookie from scripts",
        same: &[Same::Flag(false)],
    },
    refused("SECURE_CSP", "remove it: a `#[middleware]` of your own sets `Content-Security-Policy`"),
    refused(
        "SECURE_CSP_REPORT_ONLY",
        "remove it: a `#[middleware]` of your own sets `Content-Security-Policy-Report-Only`",
    ),
    // Models and migrations.
    Refused {
        name: "DEFAULT_AUTO_FIELD",
        hint: "each model declares its own key: `id: Auto` is Django's `BigAutoField`, `id: Auto32` is `AutoField`",
        same: &[Same::Text("BigAutoField"), Same::Text("django.db.models.BigAutoField")],
    },
    refused("DEFAULT_TABLESPACE", TABLESPACE),
    refused("DEFAULT_INDEX_TABLESPACE", TABLESPACE),
    refused("FIXTURE_DIRS", "remove it: there are no fixtures yet; a data migration writes rows"),
    refused("MIGRATION_MODULES", "remove it: an app's migrations are in its folder `migrations`"),
    refused("SERIALIZATION_MODULES", "remove it: rows are serialized by `serde`"),
    refused("TEST_NON_SERIALIZED_APPS", "remove it: each test has a database of its own"),
    // Files.
    refused("MEDIA_ROOT", MEDIA),
    refused("MEDIA_URL", MEDIA),
    refused("STORAGES", "remove it: `STATIC_ROOT` and `STATIC_URL` say where static files are"),
    refused("STATICFILES_STORAGE", "remove it: `STATIC_ROOT` and `STATIC_URL` say where static files are"),
    refused(
        "STATICFILES_FINDERS",
        "remove it: static files are in `STATICFILES_DIRS` and in each app's folder `static`",
    ),
    refused("DEFAULT_FILE_STORAGE", MEDIA),
    refused("FILE_UPLOAD_HANDLERS", "remove it: `FILE_UPLOAD_MAX_MEMORY_SIZE` says when uploads wait on the disk"),
    refused("FILE_UPLOAD_DIRECTORY_PERMISSIONS", "remove it: `UploadedFile::save` does not make folders"),
    // Languages, times and formats.
    Refused {
        name: "USE_TZ",
        hint: "remove it: a moment always carries its zone; a field of type `DateTime` is in UTC",
        same: &[Same::Flag(true)],
    },
    refused("USE_L10N", "remove it, as in Django 5: `USE_I18N` is enough"),
    refused("LANGUAGES_BIDI", "remove it: a template can ask `LANGUAGE_CODE`"),
    refused("FORMAT_MODULE_PATH", "write the formats themselves: `DATE_FORMAT`, `TIME_FORMAT` and the like"),
    refused("DATE_INPUT_FORMATS", INPUT),
    refused("DATETIME_INPUT_FORMATS", INPUT),
    refused("TIME_INPUT_FORMATS", INPUT),
    refused("URLIZE_ASSUME_HTTPS", "remove it: there is no filter `urlize`"),
    // E-mail, caches and tasks.
    refused("DEFAULT_FROM_EMAIL", MAIL),
    refused("SERVER_EMAIL", MAIL),
    refused("EMAIL_BACKEND", MAIL),
    refused("EMAIL_FILE_PATH", MAIL),
    refused("EMAIL_HOST", MAIL),
    refused("EMAIL_HOST_PASSWORD", MAIL),
    refused("EMAIL_HOST_USER", MAIL),
    refused("EMAIL_PORT", MAIL),
    refused("EMAIL_SSL_CERTFILE", MAIL),
    refused("EMAIL_SSL_KEYFILE", MAIL),
    refused("EMAIL_SUBJECT_PREFIX", MAIL),
    refused("EMAIL_TIMEOUT", MAIL),
    refused("EMAIL_USE_LOCALTIME", MAIL),
    refused("EMAIL_USE_SSL", MAIL),
    refused("EMAIL_USE_TLS", MAIL),
    refused("CACHES", CACHE),
    refused("CACHE_MIDDLEWARE_ALIAS", CACHE),
    refused("CACHE_MIDDLEWARE_KEY_PREFIX", CACHE),
    refused("CACHE_MIDDLEWARE_SECONDS", CACHE),
    refused("SESSION_CACHE_ALIAS", "remove it: sessions are in the database or in a cookie, as `SESSION_ENGINE` says"),
    refused("SESSION_FILE_PATH", "remove it: sessions are in the database or in a cookie, as `SESSION_ENGINE` says"),
    refused("TASKS", "remove it: `rjango::tokio::spawn(rjango::db::carried(..))` runs a task beside the request"),
    // Users and messages.
    refused("PASSWORD_RESET_TIMEOUT", "remove it: passwords are not reset by e-mail yet; `changepassword` sets one"),
    refused("MESSAGE_TAGS", "remove it: a message's `tags` are its level's name, as in Django by default"),
];

/// The setting of this name, if it is refused.
pub(super) fn find(name: &str) -> Option<&'static Refused> {
    REFUSED.iter().find(|refused| refused.name == name)
}

impl Refused {
    /// The problem, where the value does not say what rjango does anyway.
    pub fn check(&self, entry: &Entry) -> Option<Problem> {
        if self.same.iter().any(|same| same.is(&entry.value)) {
            return None;
        }
        let problem = match self.same {
            [] => not_here(self.name, entry),
            [first, ..] => entry.value.expected(self.name, &first.shown()),
        };
        Some(problem.with_hint(self.hint))
    }
}

/// The problem of a setting of Django's that has no counterpart here. What it holds is not told: it may be a password.
pub(super) fn not_here(name: &str, entry: &Entry) -> Problem {
    Problem::new(&entry.key, name, format!("`{name}` is a setting of Django's that rjango does not have"))
}

impl Same {
    fn is(&self, value: &Value) -> bool {
        match (self, &value.data) {
            (Self::Flag(flag), Data::Boolean(found)) => flag == found,
            (Self::Flag(flag), Data::Raw(text)) => boolean(text) == Some(*flag),
            (Self::Text(same), Data::String(text) | Data::Raw(text)) => same == text,
            _ => false,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Flag(flag) => format!("`{flag}`"),
            Self::Text(text) => format!("`\"{text}\"`"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::keys::KEYS;
    use super::super::{Settings, Sources};
    use super::*;

    /// The place, the message and the hint of the one problem.
    fn problem(sources: &Sources) -> (String, String, String) {
        let error = Settings::from_sources(sources).unwrap_err();
        (error.place().unwrap().file.clone(), error.to_string(), error.hint().unwrap().to_owned())
    }

    #[test]
    fn each_is_refused_in_files_and_variables_with_its_hint() {
        for refused in REFUSED {
            let (name, hint) = (refused.name, refused.hint.to_owned());
            let file = Sources::new("/site").with_file("config/settings.toml", format!("{name} = 7"));
            let message = match refused.same {
                [] => format!("`{name}` is a setting of Django's that rjango does not have"),
                [first, ..] => format!("`{name}` expects {}, found the integer `7`", first.shown()),
            };
            assert_eq!(problem(&file), ("config/settings.toml".to_owned(), message, hint.clone()));
            let variable = format!("RJANGO_{name}");
            let (place, _, told) = problem(&Sources::new("/site").with_environment([(variable.as_str(), "7")]));
            assert_eq!((place, told), (format!("environment variable {variable}"), hint));
        }
    }

    #[test]
    fn what_is_refused_is_not_listed() {
        for refused in REFUSED {
            assert!(KEYS.iter().all(|key| key.name != refused.name), "{}", refused.name);
            for same in refused.same {
                let text = format!("{} = {}", refused.name, same.shown().trim_matches('`'));
                let settings = Settings::from_sources(&Sources::new("/site").with_file("settings.toml", text)).unwrap();
                assert!(settings.origin(refused.name).is_none());
            }
        }
    }
}
