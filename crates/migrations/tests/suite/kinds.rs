//! Values of every kind that become another: those that fit are found as the new kind writes them, those that do not are
//! refused and named before anything changes. All of it holds on every engine alike.

use rjango_migrations::ProjectState;
use rjango_migrations::autodetector::Answer;
use rjango_migrations::executor::Target;
use rjango_orm::Engine;

use crate::models;
use crate::project::{Project, Scripted, texts};

/// A field before and after; values with what they become; values that do not fit.
type Pair = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const CHAR: &str = "#[field(max_length = 60)] v: Option<String>";

const PAIRS: &[Pair] = &[
    (CHAR, "v: Option<i32>", &[("7", "7"), ("-12", "-12"), ("0", "0")], &["One", "7.5", " 7", "007", "2147483648"]),
    (CHAR, "v: Option<i64>", &[("9223372036854775807", "9223372036854775807")], &["9223372036854775808", "", "+1"]),
    (CHAR, "v: Option<u16>", &[("32767", "32767")], &["-1", "32768"]),
    (CHAR, "v: Option<bool>", &[("true", "true"), ("0", "false"), ("False", "false")], &["yes", "2", ""]),
    (CHAR, "v: Option<f64>", &[("2.5", "2.5"), ("-3", "-3"), ("1e3", "1000")], &["x", "1,5", "1.", ""]),
    (
        CHAR,
        "#[field(max_digits = 8, decimal_places = 2)] v: Option<Decimal>",
        &[("3.50", "3.5"), ("-7", "-7")],
        &["3.505", "1234567.1", "1e2", "x"],
    ),
    (CHAR, "v: Option<Date>", &[("2024-02-29", "2024-02-29")], &["2026-02-29", "2026-13-01", "28.02.2026", "now", ""]),
    (
        CHAR,
        "v: Option<Time>",
        &[("23:59:01.5", "23:59:01.5"), ("07:30", "07:30:00"), ("00:00:00.000000", "00:00:00")],
        &["24:00:00", "7:30", "12:60", "noon"],
    ),
    (
        CHAR,
        "v: Option<DateTime>",
        &[
            ("2026-01-31 12:00:00", "2026-01-31 12:00:00"),
            ("2026-01-31T12:00:00Z", "2026-01-31 12:00:00"),
            ("2026-01-31 12:00:00.250000+02:00", "2026-01-31 10:00:00.25"),
            ("2026-01-31 23:59:59.999999", "2026-01-31 23:59:59.999999"),
            ("2026-01-31 00:30", "2026-01-31 00:30:00"),
        ],
        &["2026-02-30 00:00:00", "tomorrow", "2026-01-31", "2026-01-31 24:00:00"],
    ),
    (CHAR, "v: Option<Duration>", &[("5000000", "5000000"), ("-1", "-1")], &["5s", "1.5"]),
    (
        CHAR,
        "v: Option<Uuid>",
        &[
            ("6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff8b86d011b42d00c04fc964ff"),
            ("6f9619ff8b86d011b42d00c04fc964aa", "6f9619ff8b86d011b42d00c04fc964aa"),
        ],
        &["6f9619ff8b86d011b42d00c04fc964", "xyz", "6f9619ff8b86d011b42d00c04fc964zz"],
    ),
    (CHAR, "v: Option<Json>", &[("{\"a\": 1}", "{\"a\":1}"), ("[]", "[]"), ("7", "7")], &["{a", "", "x"]),
    (
        CHAR,
        "v: Option<IpAddr>",
        &[("10.0.0.1", "10.0.0.1"), ("::1", "::1"), ("2001:db8::a", "2001:db8::a")],
        &["10.0.0.256", "10.0.0", "a.b", "1:2", "2001:::1"],
    ),
    ("v: Option<String>", "#[field(max_length = 5)] v: Option<String>", &[("äbcde", "äbcde")], &["abcdef"]),
    (CHAR, "#[field(max_length = 3)] v: Option<String>", &[("abc", "abc"), ("", "")], &["abcd"]),
    ("v: Option<i32>", "v: Option<i16>", &[("7", "7"), ("-32768", "-32768")], &["32768", "70000"]),
    ("v: Option<i32>", "v: Option<u32>", &[("0", "0")], &["-1"]),
    ("v: Option<i32>", "v: Option<bool>", &[("1", "true"), ("0", "false")], &["2", "-1"]),
    ("v: Option<i64>", "v: Option<f64>", &[("5", "5")], &["9007199254740993"]),
    (
        "v: Option<i32>",
        "#[field(max_digits = 4, decimal_places = 2)] v: Option<Decimal>",
        &[("12", "12"), ("-99", "-99")],
        &["100", "-100"],
    ),
    ("v: Option<i64>", "v: Option<Duration>", &[("5000000", "5000000")], &[]),
    ("v: Option<i64>", "#[field(max_length = 3)] v: Option<String>", &[("123", "123"), ("-12", "-12")], &["1234"]),
    ("v: Option<f64>", "v: Option<i32>", &[("3", "3"), ("-4", "-4")], &["3.5", "3000000000"]),
    (
        "v: Option<f64>",
        "#[field(max_digits = 6, decimal_places = 1)] v: Option<Decimal>",
        &[("2.5", "2.5")],
        &["2.25", "123456"],
    ),
    (
        "#[field(max_digits = 8, decimal_places = 2)] v: Option<Decimal>",
        "#[field(max_digits = 6, decimal_places = 1)] v: Option<Decimal>",
        &[("1.50", "1.5"), ("99999.9", "99999.9")],
        &["1.25", "123456"],
    ),
    (
        "#[field(max_digits = 8, decimal_places = 2)] v: Option<Decimal>",
        "v: Option<i16>",
        &[("7.00", "7")],
        &["7.50", "40000"],
    ),
    (
        "#[field(max_digits = 8, decimal_places = 2)] v: Option<Decimal>",
        "#[field(max_length = 20)] v: Option<String>",
        &[("3.50", "3.50")],
        &[],
    ),
    ("v: Option<bool>", "#[field(max_length = 20)] v: Option<String>", &[("1", "true"), ("0", "false")], &[]),
    ("v: Option<bool>", "v: Option<i32>", &[("1", "1")], &[]),
    ("v: Option<bool>", "v: Option<Json>", &[("1", "true")], &[]),
    ("v: Option<bool>", "#[field(max_digits = 2, decimal_places = 2)] v: Option<Decimal>", &[("0", "0")], &["1"]),
    ("v: Option<Duration>", "v: Option<i16>", &[("32767", "32767"), ("-32768", "-32768")], &["32768", "5000000"]),
    ("v: Option<Duration>", "v: Option<u32>", &[("0", "0")], &["-1", "3000000000"]),
    ("v: Option<Duration>", "v: Option<i64>", &[("-5000000", "-5000000")], &[]),
    ("v: Option<Date>", "v: Option<DateTime>", &[("2026-01-31", "2026-01-31 00:00:00")], &[]),
    ("v: Option<DateTime>", "v: Option<Date>", &[("2026-01-31 23:30:00", "2026-01-31")], &[]),
    ("v: Option<DateTime>", "v: Option<Time>", &[("2026-01-31 23:30:00.500000", "23:30:00.5")], &[]),
    (
        "v: Option<DateTime>",
        "#[field(max_length = 40)] v: Option<String>",
        &[("2026-01-31 23:30:00", "2026-01-31 23:30:00")],
        &[],
    ),
    (
        "v: Option<Uuid>",
        "#[field(max_length = 40)] v: Option<String>",
        &[("6f9619ff8b86d011b42d00c04fc964ff", "6f9619ff-8b86-d011-b42d-00c04fc964ff")],
        &[],
    ),
    (
        "v: Option<Uuid>",
        "v: Option<Json>",
        &[("6f9619ff8b86d011b42d00c04fc964ff", "\"6f9619ff-8b86-d011-b42d-00c04fc964ff\"")],
        &[],
    ),
    ("v: Option<Date>", "v: Option<i32>", &[], &["2026-01-31"]),
    ("v: Option<i32>", "v: Option<Date>", &[], &["7"]),
    ("v: Option<Uuid>", "v: Option<i64>", &[], &["6f9619ff8b86d011b42d00c04fc964ff"]),
    ("v: Option<Json>", "v: Option<bool>", &[], &["true"]),
];

#[tokio::test]
async fn values_become_other_kinds_on_sqlite() {
    check(Engine::Sqlite).await;
}

#[tokio::test]
async fn values_become_other_kinds_on_postgres() {
    check(Engine::Postgres).await;
}

#[tokio::test]
async fn values_become_other_kinds_on_mysql() {
    check(Engine::MySql).await;
}

/// The models of which the first so many have their field as it is after.
fn state(changed: usize) -> ProjectState {
    let structs = PAIRS.iter().enumerate().map(|(number, (before, after, ..))| {
        let field = if number < changed { after } else { before };
        format!("struct M{number} {{ id: Auto, {field} }}")
    });
    models::state(&structs.collect::<Vec<_>>().join("\n"))
}

async fn check(engine: Engine) {
    let project = Project::on(engine).await;
    let database = &project.database;
    project.make(&state(0), &mut Scripted::new(Vec::new())).unwrap();
    project.make_tables(true).await;
    for (number, (before, _, good, bad)) in PAIRS.iter().enumerate() {
        let rows = good
            .iter()
            .map(|(value, _)| value)
            .enumerate()
            .chain(bad.iter().enumerate().map(|(position, value)| (position + 100, value)));
        for (id, value) in rows {
            let id = id + 1;
            // PostgreSQL writes a length of time otherwise than as a number.
            let unit = if engine == Engine::Postgres && before.contains("<Duration>") { " microseconds" } else { "" };
            let sql = format!("INSERT INTO shop_m{number} (id, v) VALUES ({id}, '{value}{unit}')");
            database.execute_script(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        }
        database.execute_script(&format!("INSERT INTO shop_m{number} (id, v) VALUES (50, NULL)")).await.unwrap();
    }
    let mut wrong = Vec::new();
    for (number, (before, after, good, bad)) in PAIRS.iter().enumerate() {
        let what = format!("{engine}: {before} -> {after}");
        project.make(&state(number + 1), &mut Scripted::new(vec![Answer::Yes])).unwrap();
        let table = format!("shop_m{number}");
        if !bad.is_empty() {
            match project.migrate(&Target::All).await {
                Ok(()) => wrong.push(format!("{what}: nothing was refused")),
                Err(error) => {
                    let text = format!("{error:?}");
                    for (position, value) in bad.iter().enumerate().take(5) {
                        let named = format!("`{}` (", position + 101);
                        if !text.contains(&named) {
                            wrong.push(format!("{what}: `{value}` is not refused: {text}"));
                        }
                    }
                    for (position, (value, _)) in good.iter().enumerate() {
                        if text.contains(&format!("`{}` (", position + 1)) {
                            wrong.push(format!("{what}: `{value}` is refused: {text}"));
                        }
                    }
                }
            }
            database.execute_script(&format!("DELETE FROM {table} WHERE id > 100")).await.unwrap();
        }
        if let Err(error) = project.migrate(&Target::All).await {
            wrong.push(format!("{what}: {error:?}"));
            continue;
        }
        let found = values(&project, &table, after).await;
        let expected: Vec<String> =
            good.iter().map(|(_, value)| (*value).to_owned()).chain(["NULL".to_owned()]).collect();
        if found != expected {
            wrong.push(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }
    project.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The values of a table's column, in one spelling for all engines.
async fn values(project: &Project, table: &str, after: &str) -> Vec<String> {
    let engine = project.database.engine();
    let column = match engine {
        Engine::Sqlite => "CAST(v AS TEXT)".to_owned(),
        Engine::Postgres if after.contains("<DateTime>") => "(v AT TIME ZONE 'UTC')::text".to_owned(),
        Engine::Postgres if after.contains("<Duration>") => {
            "(extract(epoch from v) * 1000000)::bigint::text".to_owned()
        }
        Engine::Postgres if after.contains("<IpAddr>") => "host(v)".to_owned(),
        Engine::Postgres => "v::text".to_owned(),
        Engine::MySql => "CAST(v AS CHAR)".to_owned(),
    };
    let rows = texts(&project.database, &format!("SELECT {column} FROM {table} ORDER BY id"), 1).await;
    let plain = |text: String| match () {
        () if text == "NULL" => text,
        () if after.contains("<bool>") => (text == "1" || text == "true").to_string(),
        () if after.contains("<f64>") || after.contains("<Decimal>") => text.parse::<f64>().unwrap().to_string(),
        () if after.contains("<Uuid>") => text.replace('-', "").to_lowercase(),
        // SQLite has what the ORM writes: six digits or none.
        () if after.contains("<Time>") || after.contains("<DateTime>") => match text.split_once('.') {
            Some((whole, digits)) => {
                assert!(engine != Engine::Sqlite || digits.len() == 6, "{text}");
                let digits = digits.trim_end_matches('0');
                if digits.is_empty() { whole.to_owned() } else { format!("{whole}.{digits}") }
            }
            None => text,
        },
        () if after.contains("<Json>") => text.replace(": ", ":"),
        () => text,
    };
    rows.into_iter().map(|mut row| plain(row.remove(0))).collect()
}
