//! `mysql-table-copy`: SQL of one's own that makes MySQL copy a table.

use rjango_orm::Engine;

use super::sql::{Action, Sql};
use super::{Advice, Rule, RuleInfo};

pub(super) struct MysqlTableCopy;

impl Rule for MysqlTableCopy {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "mysql-table-copy",
            summary: "copies a table (`ALGORITHM=COPY`, another character set) while nobody writes it",
            engines: &[Engine::MySql],
        }
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let mut copied = sql.actions().filter(|(_, action)| **action == Action::Copy);
        let Some((table, _)) = copied.next() else { return Vec::new() };
        vec![
            Advice::error(format!("copies `{table}`: nobody writes to the table until it is done"))
                .step("write `ALGORITHM=INSTANT` or `ALGORITHM=INPLACE, LOCK=NONE`: where it cannot be done that way, MySQL refuses at once")
                .step("where it must be copied, let a tool do it that copies beside the site (gh-ost, pt-online-schema-change), and fake this migration"),
        ]
    }
}
