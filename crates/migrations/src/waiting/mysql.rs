//! MySQL and MariaDB: the list of processes says that a connection waits. Who holds the lock stands in several places, not all
//! of which each server has.

use rjango_orm::Database;

use super::{Obstacle, shortened, texts};
use crate::executor::MYSQL_LOCK;

/// What this connection waits for.
pub(super) async fn obstacle(database: &Database, id: i64) -> Option<Obstacle> {
    let processes = format!(
        "SELECT concat(coalesce(STATE, '')), concat(coalesce((SELECT max(trx_state) FROM information_schema.INNODB_TRX \
         WHERE trx_mysql_thread_id = {id}), '')), concat(coalesce(INFO, '')) FROM information_schema.PROCESSLIST WHERE ID = {id}"
    );
    let row = texts(database, processes, 3).await.into_iter().next()?;
    let [state, transaction, statement] = row.as_slice() else { return None };
    let (what, ids) = if state == "User lock" {
        let holder = texts(database, format!("SELECT concat(IS_USED_LOCK({MYSQL_LOCK}))"), 1).await;
        ("the lock that only one `migrate` at a time has".to_owned(), first(holder))
    } else if let Some(kind) = state.strip_prefix("Waiting for ").and_then(|rest| rest.strip_suffix(" lock")) {
        // `table metadata`, `table level`, `global read`, `backup` and others.
        (format!("a {kind} lock (`{}`)", shortened(statement)), holders_of_metadata(database, id).await)
    } else if transaction == "LOCK WAIT" {
        (
            format!("rows that another transaction has changed (`{}`)", shortened(statement)),
            holders_of_rows(database, id).await,
        )
    } else {
        return None;
    };
    let mut holders = Vec::new();
    for id in ids {
        holders.extend(holder(database, &id).await);
    }
    Some(Obstacle { what, holders })
}

fn first(rows: Vec<Vec<String>>) -> Vec<String> {
    rows.into_iter().filter_map(|row| row.into_iter().next()).filter(|text| !text.is_empty()).collect()
}

/// Who holds a lock of a table's definition: by the performance schema; by MariaDB's plugin; else those whose transactions
/// are open, of which it is one.
async fn holders_of_metadata(database: &Database, id: i64) -> Vec<String> {
    let schema = format!(
        "SELECT DISTINCT concat(owner.PROCESSLIST_ID) FROM performance_schema.metadata_locks wanted \
         JOIN performance_schema.threads waiting ON waiting.THREAD_ID = wanted.OWNER_THREAD_ID \
         JOIN performance_schema.metadata_locks had ON had.OBJECT_TYPE = wanted.OBJECT_TYPE \
         AND had.OBJECT_SCHEMA <=> wanted.OBJECT_SCHEMA AND had.OBJECT_NAME <=> wanted.OBJECT_NAME \
         AND had.LOCK_STATUS = 'GRANTED' AND had.OWNER_THREAD_ID <> wanted.OWNER_THREAD_ID \
         JOIN performance_schema.threads owner ON owner.THREAD_ID = had.OWNER_THREAD_ID \
         WHERE wanted.LOCK_STATUS = 'PENDING' AND waiting.PROCESSLIST_ID = {id}"
    );
    let found = first(texts(database, schema, 1).await);
    if !found.is_empty() {
        return found;
    }
    let plugin = format!(
        "SELECT DISTINCT concat(l.THREAD_ID) FROM information_schema.METADATA_LOCK_INFO l \
         JOIN information_schema.PROCESSLIST p ON p.ID = l.THREAD_ID \
         WHERE l.THREAD_ID <> {id} AND l.TABLE_SCHEMA = DATABASE()"
    );
    let found = first(texts(database, plugin, 1).await);
    if !found.is_empty() {
        return found;
    }
    let open = format!(
        "SELECT concat(trx_mysql_thread_id) FROM information_schema.INNODB_TRX \
         JOIN information_schema.PROCESSLIST p ON p.ID = trx_mysql_thread_id \
         WHERE trx_mysql_thread_id NOT IN ({id}, CONNECTION_ID()) AND (p.DB IS NULL OR p.DB = DATABASE()) \
         ORDER BY trx_started LIMIT 5"
    );
    let found = first(texts(database, open, 1).await);
    if !found.is_empty() {
        return found;
    }
    let running = format!(
        "SELECT concat(ID) FROM information_schema.PROCESSLIST WHERE ID NOT IN ({id}, CONNECTION_ID()) \
         AND DB = DATABASE() AND STATE NOT LIKE 'Waiting for%' ORDER BY TIME DESC LIMIT 5"
    );
    first(texts(database, running, 1).await)
}

async fn holders_of_rows(database: &Database, id: i64) -> Vec<String> {
    let mariadb = format!(
        "SELECT DISTINCT concat(b.trx_mysql_thread_id) FROM information_schema.INNODB_LOCK_WAITS w \
         JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id \
         JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id WHERE r.trx_mysql_thread_id = {id}"
    );
    let found = first(texts(database, mariadb, 1).await);
    if !found.is_empty() {
        return found;
    }
    let mysql = format!(
        "SELECT DISTINCT concat(b.trx_mysql_thread_id) FROM performance_schema.data_lock_waits w \
         JOIN information_schema.INNODB_TRX r ON r.trx_id = w.REQUESTING_ENGINE_TRANSACTION_ID \
         JOIN information_schema.INNODB_TRX b ON b.trx_id = w.BLOCKING_ENGINE_TRANSACTION_ID \
         WHERE r.trx_mysql_thread_id = {id}"
    );
    first(texts(database, mysql, 1).await)
}

/// Who a connection is, in words.
async fn holder(database: &Database, id: &str) -> Option<String> {
    let sql = format!(
        "SELECT concat(USER), concat(coalesce(HOST, '')), concat(COMMAND), concat(TIME), concat(coalesce(INFO, '')) \
         FROM information_schema.PROCESSLIST WHERE ID = {id}"
    );
    let row = texts(database, sql, 5).await.into_iter().next()?;
    let [user, host, command, seconds, query] = row.as_slice() else { return None };
    let does = match (command.as_str(), query.as_str()) {
        (_, "") => format!("idle for {seconds} s"),
        _ => format!("runs `{}` for {seconds} s", shortened(query)),
    };
    Some(format!("connection {id} (user `{user}@{host}`, {does})"))
}
