//! What single settings must satisfy beyond their type. Each says what is wrong, to stand after the setting's name.

use std::collections::{BTreeMap, BTreeSet};

use super::database::DatabaseSettings;

type Checked = Result<(), String>;

pub(super) fn no_duplicates(list: &[String]) -> Checked {
    let mut seen = BTreeSet::new();
    match list.iter().find(|entry| !seen.insert(entry.as_str())) {
        Some(twice) => Err(format!("lists `{twice}` twice")),
        None => Ok(()),
    }
}

/// An app has one home, and a replica is a copy of a database that is none.
pub(super) fn databases(databases: &BTreeMap<String, DatabaseSettings>) -> Checked {
    let mut homes: BTreeMap<&str, &str> = BTreeMap::new();
    for (alias, database) in databases {
        for app in &database.apps {
            let app = app.rsplit('.').next().unwrap_or(app);
            if let Some(other) = homes.insert(app, alias) {
                return Err(format!("lists `{app}` in the APPS of both `{other}` and `{alias}`"));
            }
        }
        let Some(primary) = &database.replica_of else { continue };
        match databases.get(primary) {
            _ if database.atomic_requests => {
                return Err(format!(
                    "gives `{alias}` both ATOMIC_REQUESTS and REPLICA_OF; set ATOMIC_REQUESTS of `{primary}`"
                ));
            }
            _ if !database.apps.is_empty() => {
                return Err(format!("gives `{alias}` both APPS and REPLICA_OF; a replica has the apps of `{primary}`"));
            }
            Some(of) if of.replica_of.is_none() && primary != alias => {}
            Some(_) => return Err(format!("makes `{alias}` a replica of `{primary}`, which is itself a replica")),
            None => return Err(format!("makes `{alias}` a replica of `{primary}`, which is not there")),
        }
    }
    if databases.get("default").is_some_and(|default| default.replica_of.is_some()) {
        return Err("makes `default` a replica; it is where everything is written".to_owned());
    }
    Ok(())
}

pub(super) fn not_empty(list: &[String]) -> Checked {
    if list.is_empty() { Err("must not be empty".to_owned()) } else { Ok(()) }
}

fn one_of(text: &str, allowed: &[&str]) -> Checked {
    if allowed.contains(&text) {
        return Ok(());
    }
    Err(format!("expects one of `{}`, found `{text}`", allowed.join("`, `")))
}

/// What an address is compared with is an address: a host name would match nobody.
pub(super) fn addresses(list: &[String]) -> Checked {
    match list.iter().find(|text| text.parse::<std::net::IpAddr>().is_err()) {
        Some(text) => Err(format!("expects addresses such as `127.0.0.1` and `::1`, found `{text}`")),
        None => Ok(()),
    }
}

/// Static files: a path or another host, and a slash at the end as names are appended to it.
pub(super) fn url_prefix(url: &str) -> Checked {
    let is_of_the_web = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
    match url {
        "" => Ok(()),
        _ if url.contains("://") && !is_of_the_web => {
            Err(format!("expects a path, `http://` or `https://`, found `{url}`"))
        }
        _ if !url.ends_with('/') => Err(format!("must end with `/`, found `{url}`")),
        _ => Ok(()),
    }
}

/// What stands before each path: begins with a slash and does not end with one.
pub(super) fn script_name(name: &Option<String>) -> Checked {
    let Some(name) = name else { return Ok(()) };
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
    if is_plain && name.starts_with('/') && !name.ends_with('/') && !name.contains("//") {
        Ok(())
    } else {
        Err(format!("expects a path such as `/shop`, found `{name}`"))
    }
}

pub(super) fn some_connections(number: &Option<u64>) -> Checked {
    if *number == Some(0) { Err("expects at least 1, or `false` for no limit, found `0`".to_owned()) } else { Ok(()) }
}

pub(super) fn permissions(mode: &Option<u64>) -> Checked {
    match mode.filter(|mode| *mode > 0o7777) {
        Some(mode) => Err(format!("expects permissions such as `0o644`, found `{mode}`")),
        None => Ok(()),
    }
}

/// The runtime has 512 threads for plain code; some are left for files.
pub(super) fn some_threads(number: &u64) -> Checked {
    if (1..=400).contains(number) { Ok(()) } else { Err(format!("expects a number from 1 to 400, found `{number}`")) }
}

pub(super) fn perhaps_some_threads(number: &Option<u64>) -> Checked {
    number.as_ref().map_or(Ok(()), some_threads)
}

/// Each date of a page is printed by it, so it asks for what each date has.
// DIFFERENCE: Django finds out when a page prints a date, and the page is an error then.
pub(super) fn date_format(format: &str) -> Checked {
    match letter_of(format, "aAefgGhHiOPsTuZ") {
        Some(letter) => Err(format!("asks a date for its time with `{letter}`, which `DATETIME_FORMAT` may do")),
        None => Ok(()),
    }
}

/// Each time of day is printed by it, and does not have a date.
pub(super) fn time_format(format: &str) -> Checked {
    match letter_of(format, "bcdDEFIjlLmMnNorStUwWyYz") {
        Some(letter) => Err(format!("asks a time for its date with `{letter}`, which `DATETIME_FORMAT` may do")),
        None => Ok(()),
    }
}

/// The first of these letters that a format does not have behind a backslash.
fn letter_of(format: &str, letters: &str) -> Option<char> {
    let before = std::iter::once(' ').chain(format.chars());
    before
        .zip(format.chars())
        .find(|(before, letter)| *before != '\\' && letters.contains(*letter))
        .map(|(_, letter)| letter)
}

pub(super) fn weekday(day: &u64) -> Checked {
    if *day <= 6 { Ok(()) } else { Err(format!("expects a day from 0 (Sunday) to 6 (Saturday), found `{day}`")) }
}

/// Digits on both sides must stay apart.
pub(super) fn separator(text: &str) -> Checked {
    if text.is_empty() { Err("must not be empty".to_owned()) } else { perhaps_separator(text) }
}

/// A digit or a sign would make another number of it.
pub(super) fn perhaps_separator(text: &str) -> Checked {
    match text.chars().find(|character| character.is_ascii_digit() || *character == '-') {
        Some(found) => Err(format!("must not have `{found}` in it, found `{text}`")),
        None => Ok(()),
    }
}

/// hyper's own least.
pub(super) fn header_bytes(bytes: &u64) -> Checked {
    if *bytes >= 8192 { Ok(()) } else { Err(format!("expects at least 8192, found `{bytes}`")) }
}

/// Compared with a request's path as it came, so it is one that a request can carry.
pub(super) fn health_path(path: &Option<String>) -> Checked {
    let Some(path) = path else { return Ok(()) };
    let fits = path.len() > 1 && path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && !path.contains(['?', '#']) {
        Ok(())
    } else {
        Err(format!("expects a path such as `/healthz`, found `{path}`"))
    }
}

/// Django's pattern for a language code: `^[a-z]{1,8}(?:-[a-z0-9]{1,8})*(?:@[a-z0-9]{1,20})?$`, case ignored.
pub(super) fn language_code(code: &str) -> Checked {
    let (tags, variant) = code.split_once('@').map_or((code, None), |(tags, variant)| (tags, Some(variant)));
    let alphanumeric = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut tags = tags.split('-');
    let language = tags.next().unwrap_or_default();
    let fits = alphanumeric(language, 8)
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && tags.all(|tag| alphanumeric(tag, 8))
        && variant.is_none_or(|variant| alphanumeric(variant, 20));
    if fits { Ok(()) } else { Err(format!("expects a language code such as `en-us`, found `{code}`")) }
}

pub(super) fn languages(list: &[(String, String)]) -> Checked {
    if list.is_empty() {
        return Err("must not be empty".to_owned());
    }
    list.iter().try_for_each(|(code, _)| language_code(code))
}

/// A token of RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

pub(super) fn cookie_name(name: &str) -> Checked {
    if is_token(name) { Ok(()) } else { Err(format!("is no name for a cookie: `{name}`")) }
}

pub(super) fn cgi_header(name: &str) -> Checked {
    let fits = name.strip_prefix("HTTP_").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    if fits { Ok(()) } else { Err(format!("expects a header such as `HTTP_X_CSRFTOKEN`, found `{name}`")) }
}

pub(super) fn proxy_header(pair: &Option<(String, String)>) -> Checked {
    pair.as_ref().map_or(Ok(()), |(header, _)| cgi_header(header))
}

/// Django's check `4_0.E001`: a scheme and a host, no path.
pub(super) fn origins(list: &[String]) -> Checked {
    for origin in list {
        let Some((scheme, host)) = origin.split_once("://") else {
            return Err(format!("lists `{origin}` without a scheme; write `https://{origin}`"));
        };
        if scheme.is_empty() || host.is_empty() || host.contains('/') {
            return Err(format!("lists `{origin}`, which is not a scheme and a host alone"));
        }
    }
    Ok(())
}

/// Django's check `security.E023`.
pub(super) fn referrer_policy(policy: &Option<String>) -> Checked {
    const POLICIES: &[&str] = &[
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ];
    let policies = policy.iter().flat_map(|policy| policy.split(','));
    policies.map(str::trim).try_for_each(|policy| one_of(policy, POLICIES))
}

/// Django's check `security.E024`.
pub(super) fn opener_policy(policy: &Option<String>) -> Checked {
    policy
        .as_deref()
        .map_or(Ok(()), |policy| one_of(policy, &["same-origin", "same-origin-allow-popups", "unsafe-none"]))
}

pub(super) fn model_label(label: &str) -> Checked {
    let fits = label.split_once('.').is_some_and(|(app, model)| {
        [app, model]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
    });
    if fits { Ok(()) } else { Err(format!("expects `app.Model`, found `{label}`")) }
}
