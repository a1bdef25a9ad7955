//! The table of settings: each key's Django name, its field, its type, its default and its meaning.
//!
//! The table is the only place where a setting is declared. The struct, the reading of files and environment, the
//! errors and the listing of `diffsettings` all come from it. Defaults are Django's, but where startproject's file
//! would change Django's default in every project anyway, the default is what that file says (`// DIFFERENCE:`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::database::DatabaseSettings;
use super::languages;
use super::logging::LoggingSettings;
use super::number_grouping::NumberGrouping;
use super::password_validator::PasswordValidator;
use super::same_site::SameSite;
use super::table::settings;
use super::validation as check;
use crate::timezone::Zone;

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

settings! {
    // The site.

    /// Whether errors show their insides.
    DEBUG debug: bool = false;
    /// The key behind sessions, tokens and signatures.
    SECRET_KEY secret_key: String = String::new() => secret;
    /// Earlier keys whose signatures are still accepted.
    SECRET_KEY_FALLBACKS secret_key_fallbacks: Vec<String> = Vec::new() => secret;
    /// The host names that requests may carry; `.example.com` takes subdomains too, `*` takes any.
    ALLOWED_HOSTS allowed_hosts: Vec<String> = Vec::new();
    /// The developers' own addresses: with DEBUG their pages have `debug` in templates.
    INTERNAL_IPS internal_ips: Vec<String> = Vec::new(), check = check::addresses;
    /// The apps, the framework's and the project's own.
    INSTALLED_APPS installed_apps: Vec<String> = Vec::new(), check = check::no_duplicates;
    /// The middleware, outermost first.
    MIDDLEWARE middleware: Vec<String> = Vec::new();
    /// Identifiers of the checks' messages that are not to be shown.
    SILENCED_SYSTEM_CHECKS silenced_system_checks: Vec<String> = Vec::new();

    // Databases.

    /// Databases by alias; `default` is always there.
    // DIFFERENCE: Django has no database until the settings name one; startproject's file names this one.
    DATABASES databases: BTreeMap<String, DatabaseSettings> =
        BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite("db.sqlite3"))]), check = check::databases;
    /// Functions with `#[router]` that choose the database of a query, asked in this order, before APPS and REPLICA_OF.
    DATABASE_ROUTERS database_routers: Vec<String> = Vec::new(), check = check::no_duplicates;

    // URLs.

    /// Whether a missing final slash is fixed by a redirect.
    APPEND_SLASH append_slash: bool = true;
    /// Whether hosts without `www.` are redirected to the one with it.
    PREPEND_WWW prepend_www: bool = false;
    /// The path under which a proxy has the site, such as `/shop`; none where it has the whole host.
    FORCE_SCRIPT_NAME force_script_name: Option<String> = None, check = check::script_name;
    /// Whether the host is taken from `X-Forwarded-Host`.
    USE_X_FORWARDED_HOST use_x_forwarded_host: bool = false;
    /// Whether the port is taken from `X-Forwarded-Port`.
    USE_X_FORWARDED_PORT use_x_forwarded_port: bool = false;
    /// Regular expressions of user agents that get no page.
    DISALLOWED_USER_AGENTS disallowed_user_agents: Vec<String> = Vec::new();
    /// The value of the header `X-Frame-Options`.
    X_FRAME_OPTIONS x_frame_options: String = "DENY".to_owned();

    // Templates and files.

    /// The folders that are searched for templates before those of the apps.
    // DIFFERENCE: Django nests this as `DIRS` in a list of engines; there is one engine here.
    TEMPLATES_DIRS templates_dirs: Vec<PathBuf> = vec![PathBuf::from("templates")];
    /// What a page shows for a name that nothing has; `%s` stands for the name.
    // DIFFERENCE: Django nests this as `string_if_invalid` in the options of an engine; there is one engine here.
    TEMPLATES_STRING_IF_INVALID templates_string_if_invalid: String = String::new();
    /// The URL under which static files are served. Without a first slash it is below FORCE_SCRIPT_NAME.
    // DIFFERENCE: Django's own default is none; startproject's file chooses this one.
    STATIC_URL static_url: String = "/static/".to_owned(), check = check::url_prefix;
    /// The folder into which `collectstatic` copies.
    STATIC_ROOT static_root: Option<PathBuf> = None;
    /// The folders of static files that belong to no app.
    STATICFILES_DIRS staticfiles_dirs: Vec<PathBuf> = Vec::new();
    /// The size in bytes above which a request's body, its files left out, is refused; none for no limit.
    DATA_UPLOAD_MAX_MEMORY_SIZE data_upload_max_memory_size: Option<u64> = Some(2_621_440);
    /// The number of parameters above which a request is refused; none for no limit.
    DATA_UPLOAD_MAX_NUMBER_FIELDS data_upload_max_number_fields: Option<u64> = Some(1000);
    /// The number of files above which a request is refused; none for no limit.
    DATA_UPLOAD_MAX_NUMBER_FILES data_upload_max_number_files: Option<u64> = Some(100);
    /// The size in bytes above which the uploaded files of a request wait on the disk instead of in memory.
    FILE_UPLOAD_MAX_MEMORY_SIZE file_upload_max_memory_size: u64 = 2_621_440;
    /// The size in bytes above which the uploaded files of a request are refused; none for no limit.
    FILE_UPLOAD_MAX_SIZE file_upload_max_size: Option<u64> = None;
    /// The folder in which they wait; none for the system's own.
    FILE_UPLOAD_TEMP_DIR file_upload_temp_dir: Option<PathBuf> = None;
    /// The permissions of an uploaded file that is saved, such as `0o644`; none for those that the system gives.
    FILE_UPLOAD_PERMISSIONS file_upload_permissions: Option<u64> = Some(0o644), check = check::permissions;

    // The server.

    /// For how many seconds a request with an unsafe method, such as POST, runs on after its client has hung up. Then it is
    /// cancelled, and its transactions are rolled back; none for no limit.
    ABANDONED_REQUEST_TIMEOUT abandoned_request_timeout: Option<u64> = Some(60);
    /// How many such requests run on at the same time; one more is cancelled when its client hangs up. None for no limit.
    ABANDONED_REQUEST_MAX_NUMBER abandoned_request_max_number: Option<u64> = Some(100);
    /// How many connections there are at the same time; one more waits until another is closed. None for no limit.
    SERVER_MAX_CONNECTIONS server_max_connections: Option<u64> = Some(1000), check = check::some_connections;
    /// For how many seconds a connection may take to send the head of a request, and may say nothing between two requests; none
    /// for no limit.
    SERVER_HEADER_TIMEOUT server_header_timeout: Option<u64> = Some(30);
    /// The size in bytes above which the head of a request is refused, at least 8192.
    SERVER_MAX_HEADER_BYTES server_max_header_bytes: u64 = 65_536, check = check::header_bytes;
    /// For how many seconds the server waits for the body of a request in all; none for no limit.
    SERVER_BODY_TIMEOUT server_body_timeout: Option<u64> = Some(30);
    /// How many bytes of a body make that time a second longer.
    SERVER_BODY_MIN_RATE server_body_min_rate: u64 = 500;
    /// For how many seconds a client may take nothing of an answer that is being sent; none for no limit.
    SERVER_SEND_TIMEOUT server_send_timeout: Option<u64> = Some(30);
    /// Whether a client that has closed its own direction still gets its answer. Else it counts as a client that hung up.
    SERVER_HALF_CLOSE server_half_close: bool = false;
    /// How many views that are plain functions run at the same time, from 1 to 400; one more waits. Each has a thread of its own.
    SYNC_VIEW_MAX_THREADS sync_view_max_threads: u64 = 64, check = check::some_threads;
    /// How many passwords are hashed at the same time, from 1 to 400; none for one on each processor.
    PASSWORD_HASHING_MAX_THREADS password_hashing_max_threads: Option<u64> = None, check = check::perhaps_some_threads;
    /// The path that says whether every database answers; none for no such path.
    HEALTH_PATH health_path: Option<String> = Some("/healthz".to_owned()), check = check::health_path;
    /// For how many seconds the admin works at a page that only shows something. Then the database is told to stop, and the page says
    /// so; none for no limit.
    ADMIN_PAGE_TIMEOUT admin_page_timeout: Option<u64> = Some(30);

    /// What is logged, and how.
    LOGGING logging: LoggingSettings = LoggingSettings::default();

    // Languages, times and formats.

    /// Whether a request may choose its language. Else it is `LANGUAGE_CODE` always.
    USE_I18N use_i18n: bool = true;
    /// The language where nothing else chooses one.
    LANGUAGE_CODE language_code: String = "en-us".to_owned(), check = check::language_code;
    /// The languages that the site offers: code and name.
    LANGUAGES languages: Vec<(String, String)> = languages::all(), check = check::languages;
    /// Folders with catalogs, which count before those in the folder `locale` of each app. The first one wins.
    LOCALE_PATHS locale_paths: Vec<PathBuf> = Vec::new();
    /// The name of the cookie that keeps the language.
    LANGUAGE_COOKIE_NAME language_cookie_name: String = "django_language".to_owned(), check = check::cookie_name;
    /// The age of that cookie in seconds; none until the browser closes.
    LANGUAGE_COOKIE_AGE language_cookie_age: Option<u64> = None;
    /// The domain of that cookie.
    LANGUAGE_COOKIE_DOMAIN language_cookie_domain: Option<String> = None;
    /// The path of that cookie.
    LANGUAGE_COOKIE_PATH language_cookie_path: String = "/".to_owned();
    /// Whether that cookie travels on HTTPS alone.
    LANGUAGE_COOKIE_SECURE language_cookie_secure: bool = false;
    /// Whether that cookie is hidden from scripts.
    LANGUAGE_COOKIE_HTTPONLY language_cookie_httponly: bool = false;
    /// Which requests from other sites carry that cookie; none for no `SameSite` at all.
    LANGUAGE_COOKIE_SAMESITE language_cookie_samesite: Option<SameSite> = None;
    /// The time zone in which times are shown and typed, and by whose clocks queries count days; a name of the IANA database.
    // DIFFERENCE: Django's own default is `America/Chicago`; startproject's file chooses this one.
    TIME_ZONE time_zone: Zone = Zone::UTC;
    /// How a date is written, in the letters of Django's `date` filter.
    DATE_FORMAT date_format: String = "N j, Y".to_owned(), check = check::date_format;
    /// How a date with its time is written.
    DATETIME_FORMAT datetime_format: String = "N j, Y, P".to_owned();
    /// How a time is written.
    TIME_FORMAT time_format: String = "P".to_owned(), check = check::time_format;
    /// How a month of a year is written.
    YEAR_MONTH_FORMAT year_month_format: String = "F Y".to_owned();
    /// How a day of a month is written.
    MONTH_DAY_FORMAT month_day_format: String = "F j".to_owned();
    /// How a date is written where there is little room.
    SHORT_DATE_FORMAT short_date_format: String = "m/d/Y".to_owned();
    /// How a date with its time is written where there is little room.
    SHORT_DATETIME_FORMAT short_datetime_format: String = "m/d/Y P".to_owned();
    /// The first day of the week in calendars: 0 is Sunday, 6 is Saturday.
    FIRST_DAY_OF_WEEK first_day_of_week: u64 = 0, check = check::weekday;
    /// What stands between a number and its fraction.
    DECIMAL_SEPARATOR decimal_separator: String = ".".to_owned(), check = check::separator;
    /// What stands between the groups of a number.
    THOUSAND_SEPARATOR thousand_separator: String = ",".to_owned(), check = check::perhaps_separator;
    /// Whether templates print numbers in groups.
    USE_THOUSAND_SEPARATOR use_thousand_separator: bool = false;
    /// How many digits a group has, from the right; the last size repeats: `3`, or `[3, 2]` as in India. 0 makes no groups.
    NUMBER_GROUPING number_grouping: NumberGrouping = NumberGrouping::default();

    // Sessions.

    /// Where sessions are kept.
    SESSION_ENGINE session_engine: String = "rjango.contrib.sessions.backends.db".to_owned();
    /// The name of the session's cookie.
    SESSION_COOKIE_NAME session_cookie_name: String = "sessionid".to_owned(), check = check::cookie_name;
    /// The age of a session in seconds.
    SESSION_COOKIE_AGE session_cookie_age: u64 = 60 * 60 * 24 * 7 * 2;
    /// The domain of the session's cookie.
    SESSION_COOKIE_DOMAIN session_cookie_domain: Option<String> = None;
    /// The path of the session's cookie.
    SESSION_COOKIE_PATH session_cookie_path: String = "/".to_owned();
    /// Whether the session's cookie travels on HTTPS alone.
    SESSION_COOKIE_SECURE session_cookie_secure: bool = false;
    /// Whether the session's cookie is hidden from scripts.
    SESSION_COOKIE_HTTPONLY session_cookie_httponly: bool = true;
    /// Which requests from other sites carry the session's cookie; none for no `SameSite` at all.
    SESSION_COOKIE_SAMESITE session_cookie_samesite: Option<SameSite> = Some(SameSite::Lax);
    /// Whether a session is saved on every request.
    SESSION_SAVE_EVERY_REQUEST session_save_every_request: bool = false;
    /// Whether a session ends when the browser closes.
    SESSION_EXPIRE_AT_BROWSER_CLOSE session_expire_at_browser_close: bool = false;

    // Cross-site request forgery.

    /// The name of the cookie with the token's secret.
    CSRF_COOKIE_NAME csrf_cookie_name: String = "csrftoken".to_owned(), check = check::cookie_name;
    /// The age of that cookie in seconds; none until the browser closes.
    CSRF_COOKIE_AGE csrf_cookie_age: Option<u64> = Some(60 * 60 * 24 * 7 * 52);
    /// The domain of that cookie.
    CSRF_COOKIE_DOMAIN csrf_cookie_domain: Option<String> = None;
    /// The path of that cookie.
    CSRF_COOKIE_PATH csrf_cookie_path: String = "/".to_owned();
    /// Whether that cookie travels on HTTPS alone.
    CSRF_COOKIE_SECURE csrf_cookie_secure: bool = false;
    /// Whether that cookie is hidden from scripts.
    CSRF_COOKIE_HTTPONLY csrf_cookie_httponly: bool = false;
    /// Which requests from other sites carry that cookie; none for no `SameSite` at all.
    CSRF_COOKIE_SAMESITE csrf_cookie_samesite: Option<SameSite> = Some(SameSite::Lax);
    /// The request header with the token, in the spelling of CGI.
    CSRF_HEADER_NAME csrf_header_name: String = "HTTP_X_CSRFTOKEN".to_owned(), check = check::cgi_header;
    /// Other origins whose POST is accepted: `https://*.example.com`.
    CSRF_TRUSTED_ORIGINS csrf_trusted_origins: Vec<String> = Vec::new(), check = check::origins;

    // Security headers.

    /// Whether requests on HTTP are redirected to HTTPS.
    SECURE_SSL_REDIRECT secure_ssl_redirect: bool = false;
    /// The host of that redirect; none for the request's own.
    SECURE_SSL_HOST secure_ssl_host: Option<String> = None;
    /// Regular expressions of paths, without their first slash, that are not redirected.
    SECURE_REDIRECT_EXEMPT secure_redirect_exempt: Vec<String> = Vec::new();
    /// The header and its value by which a proxy says that the request came on HTTPS.
    SECURE_PROXY_SSL_HEADER secure_proxy_ssl_header: Option<(String, String)> = None, check = check::proxy_header;
    /// For how many seconds browsers are told to use HTTPS alone; 0 tells them nothing.
    SECURE_HSTS_SECONDS secure_hsts_seconds: u64 = 0;
    /// Whether that holds for subdomains.
    SECURE_HSTS_INCLUDE_SUBDOMAINS secure_hsts_include_subdomains: bool = false;
    /// Whether the site may stand in the browsers' preload lists.
    SECURE_HSTS_PRELOAD secure_hsts_preload: bool = false;
    /// Whether `X-Content-Type-Options: nosniff` is sent.
    SECURE_CONTENT_TYPE_NOSNIFF secure_content_type_nosniff: bool = true;
    /// The value of `Referrer-Policy`, its fallbacks after commas; none to send nothing.
    SECURE_REFERRER_POLICY secure_referrer_policy: Option<String> = Some("same-origin".to_owned()),
        check = check::referrer_policy;
    /// The value of `Cross-Origin-Opener-Policy`; none to send nothing.
    SECURE_CROSS_ORIGIN_OPENER_POLICY secure_cross_origin_opener_policy: Option<String> =
        Some("same-origin".to_owned()), check = check::opener_policy;

    // Users.

    /// The model of a user.
    AUTH_USER_MODEL auth_user_model: String = "auth.User".to_owned(), check = check::model_label;
    /// Those who say whether a name and a password belong together.
    AUTHENTICATION_BACKENDS authentication_backends: Vec<String> =
        texts(&["rjango.contrib.auth.backends.ModelBackend"]);
    /// Where one is sent to log in: a path or a URL's name.
    LOGIN_URL login_url: String = "/accounts/login/".to_owned();
    /// Where one is sent after logging in.
    LOGIN_REDIRECT_URL login_redirect_url: String = "/accounts/profile/".to_owned();
    /// Where one is sent after logging out; none for the page that says so.
    LOGOUT_REDIRECT_URL logout_redirect_url: Option<String> = None;
    /// The ways to hash a password: new ones by the first, old ones by any.
    PASSWORD_HASHERS password_hashers: Vec<String> = texts(&[
        "rjango.contrib.auth.hashers.PBKDF2PasswordHasher",
        "rjango.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "rjango.contrib.auth.hashers.Argon2PasswordHasher",
        "rjango.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "rjango.contrib.auth.hashers.ScryptPasswordHasher",
    ]), check = check::not_empty;
    /// What a new password must satisfy.
    // DIFFERENCE: Django's own default is none; startproject's file lists these four.
    AUTH_PASSWORD_VALIDATORS auth_password_validators: Vec<PasswordValidator> = vec![
        PasswordValidator::new("rjango.contrib.auth.password_validation.UserAttributeSimilarityValidator"),
        PasswordValidator::new("rjango.contrib.auth.password_validation.MinimumLengthValidator"),
        PasswordValidator::new("rjango.contrib.auth.password_validation.CommonPasswordValidator"),
        PasswordValidator::new("rjango.contrib.auth.password_validation.NumericPasswordValidator"),
    ];

    // Messages.

    /// Where messages wait for the next page.
    MESSAGE_STORAGE message_storage: String = "rjango.contrib.messages.storage.fallback.FallbackStorage".to_owned();
    /// The level below which messages are dropped: 10 debug, 20 info, 25 success, 30 warning, 40 error.
    MESSAGE_LEVEL message_level: u64 = 20;
}
