//! PostgreSQL's numbers for its own types (`pg_type.dat`).

use sqlx::TypeInfo as _;
use sqlx::postgres::{PgTypeInfo, PgTypeKind};

/// Whether the binary form of the type is its text: text itself, enums, and `citext`.
pub(super) fn is_text(info: &PgTypeInfo) -> bool {
    match info.oid().map(|oid| oid.0) {
        Some(CHAR | NAME | TEXT | UNKNOWN | XML | BPCHAR | VARCHAR | REFCURSOR) => true,
        // A type that the driver could not look up has this name, and no kind.
        _ if info.name() == "?" => false,
        _ => match info.kind() {
            PgTypeKind::Enum(_) => true,
            PgTypeKind::Domain(base) => is_text(base),
            PgTypeKind::Simple => info.name() == "citext",
            _ => false,
        },
    }
}

/// The number of the type, or of that on which a domain stands.
pub(super) fn base_oid(info: &PgTypeInfo) -> u32 {
    let oid = info.oid().map_or(UNSPECIFIED, |oid| oid.0);
    if info.name() == "?" {
        return oid;
    }
    match info.kind() {
        PgTypeKind::Domain(base) => base_oid(base),
        _ => oid,
    }
}

pub(super) const UNSPECIFIED: u32 = 0;
pub(super) const BOOL: u32 = 16;
pub(super) const BYTEA: u32 = 17;
pub(super) const CHAR: u32 = 18;
pub(super) const NAME: u32 = 19;
pub(super) const INT8: u32 = 20;
pub(super) const INT2: u32 = 21;
pub(super) const INT4: u32 = 23;
pub(super) const TEXT: u32 = 25;
pub(super) const OID: u32 = 26;
pub(super) const JSON: u32 = 114;
pub(super) const XML: u32 = 142;
pub(super) const CIDR: u32 = 650;
pub(super) const FLOAT4: u32 = 700;
pub(super) const FLOAT8: u32 = 701;
pub(super) const UNKNOWN: u32 = 705;
pub(super) const INET: u32 = 869;
pub(super) const BPCHAR: u32 = 1042;
pub(super) const VARCHAR: u32 = 1043;
pub(super) const DATE: u32 = 1082;
pub(super) const TIME: u32 = 1083;
pub(super) const TIMESTAMP: u32 = 1114;
pub(super) const TIMESTAMPTZ: u32 = 1184;
pub(super) const INTERVAL: u32 = 1186;
pub(super) const NUMERIC: u32 = 1700;
pub(super) const REFCURSOR: u32 = 1790;
pub(super) const UUID: u32 = 2950;
pub(super) const JSONB: u32 = 3802;
