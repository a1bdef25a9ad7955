//! `DATABASE_URL`: one database in one line, `postgres://user:password@host:port/name?option=value`.
//!
//! What is wrong is told without the URL itself, which may hold a password.

use std::collections::BTreeMap;

use super::value::{Data, Entry, Origin, Table, Value};

/// The schemes and their engines.
const SCHEMES: &[(&str, &str)] = &[
    ("sqlite", "sqlite"),
    ("sqlite3", "sqlite"),
    ("postgres", "postgres"),
    ("postgresql", "postgres"),
    ("mysql", "mysql"),
    ("mariadb", "mysql"),
];

/// The URL as an entry of `DATABASES`, or what is wrong with it.
pub(super) fn parse(url: &str, origin: &Origin) -> Result<Table, String> {
    let (scheme, rest) = url.split_once("://").ok_or("has no scheme; it starts like `sqlite://` or `postgres://`")?;
    let engine = SCHEMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(scheme)).map(|(_, engine)| *engine);
    let Some(engine) = engine else {
        return Err(format!("has the scheme `{scheme}`; known are `sqlite`, `postgres` and `mysql`"));
    };
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, query)| (rest, query));
    let mut entries = BTreeMap::from([("ENGINE", Data::String(engine.to_owned()))]);
    if engine == "sqlite" {
        entries.insert("NAME", Data::String(sqlite_name(rest)?));
    } else {
        server(rest, &mut entries)?;
    }
    let options = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name)?, entry(Data::String(decode(value)?), origin)))
    });
    let options: Table = options.collect::<Result<_, String>>()?;
    if !options.is_empty() {
        entries.insert("OPTIONS", Data::Table(options));
    }
    Ok(entries.into_iter().map(|(key, data)| (key.to_owned(), entry(data, origin))).collect())
}

fn entry(data: Data, origin: &Origin) -> Entry {
    Entry { key: origin.clone(), value: Value { data, origin: origin.clone() } }
}

/// `sqlite:///name` is relative to the project, `sqlite:////name` absolute, as everywhere since SQLAlchemy.
fn sqlite_name(rest: &str) -> Result<String, String> {
    match rest {
        "" | "/" | ":memory:" | "/:memory:" => Ok(":memory:".to_owned()),
        _ => match rest.strip_prefix('/') {
            Some(path) => decode(path),
            None => Err("has a host, which SQLite has not; write `sqlite:///` and the file".to_owned()),
        },
    }
}

fn server(rest: &str, entries: &mut BTreeMap<&str, Data>) -> Result<(), String> {
    let (authority, name) = rest.split_once('/').unwrap_or((rest, ""));
    if name.is_empty() {
        return Err("names no database; it ends like `@host/name`".to_owned());
    }
    entries.insert("NAME", Data::String(decode(name)?));
    // The last `@`: a password that is not encoded may hold others.
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        // An IPv6 address stands in brackets (RFC 3986, section 3.2.2).
        Some((host, after)) => (host, after.strip_prefix(':').unwrap_or(after)),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    for (key, text) in [("USER", user), ("PASSWORD", password), ("HOST", host)] {
        if !text.is_empty() {
            entries.insert(key, Data::String(decode(text)?));
        }
    }
    if !port.is_empty() {
        let port: u16 = port.parse().map_err(|_| "has no number from 0 to 65535 for its port".to_owned())?;
        entries.insert("PORT", Data::Integer(port.into()));
    }
    Ok(())
}

/// `%41` becomes `A`.
fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
            _ => return Err("has a `%` that two hexadecimal digits do not follow; write `%25` for the sign".to_owned()),
        }
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 where it is percent-encoded".to_owned())
}
