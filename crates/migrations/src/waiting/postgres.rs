//! PostgreSQL: its own list of locks, and who blocks whom.

use rjango_orm::Database;

use super::{ANY, Obstacle, application_name, shortened, texts};

/// The lock that this server process waits for; [`ANY`] of those that run this process's migrations.
pub(super) async fn obstacle(database: &Database, pid: i64) -> Option<Obstacle> {
    let which = match pid {
        ANY => format!(
            "pid IN (SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = '{}')",
            application_name()
        ),
        pid => format!("pid = {pid}"),
    };
    let waited = format!(
        "SELECT locktype::text, coalesce((SELECT relname::text FROM pg_catalog.pg_class WHERE oid = relation), ''), \
         pid::text FROM pg_catalog.pg_locks WHERE {which} AND NOT granted"
    );
    let row = texts(database, waited, 3).await.into_iter().next()?;
    let pid = row.get(2)?;
    let what = match (row.first()?.as_str(), row.get(1)?.as_str()) {
        ("advisory", _) => "the lock that only one `migrate` at a time has".to_owned(),
        ("relation", table) => format!("a lock of the table `{table}`"),
        ("tuple", table) => format!("a row of the table `{table}`"),
        ("transactionid", _) => "a transaction that has changed the same rows or names".to_owned(),
        ("virtualxid", _) => "the transactions that began before".to_owned(),
        (other, _) => format!("a lock ({other})"),
    };
    let holders = format!(
        "SELECT coalesce(a.pid::text, ''), coalesce(a.usename::text, ''), coalesce(a.application_name, ''), \
         coalesce(a.state, ''), coalesce(extract(epoch FROM clock_timestamp() - a.state_change)::bigint::text, ''), \
         coalesce(a.query, '') FROM unnest(pg_catalog.pg_blocking_pids({pid})) AS b(pid) \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid"
    );
    let mut holders: Vec<String> = texts(database, holders, 6).await.into_iter().map(holder).collect();
    holders.dedup();
    Some(Obstacle { what, holders })
}

/// Who it is, in words. A prepared transaction has no process.
fn holder(row: Vec<String>) -> String {
    let [pid, user, application, state, seconds, query] = row.as_slice() else { return String::new() };
    if pid.is_empty() {
        return "a prepared transaction (`SELECT * FROM pg_prepared_xacts` lists them)".to_owned();
    }
    let mut about = vec![format!("user `{user}`")];
    if !application.is_empty() {
        about.push(format!("application `{application}`"));
    }
    // Of another role's process a plain role sees neither state nor query.
    if !state.is_empty() {
        about.push(format!("{state} for {seconds} s"));
        let which = if state == "active" { "runs" } else { "its last statement was" };
        about.push(format!("{which} `{}`", shortened(query)));
    }
    format!("process {pid} ({})", about.join(", "))
}
