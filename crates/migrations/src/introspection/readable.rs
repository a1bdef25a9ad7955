//! Which types of columns a field can read.

/// The families of types that no field reads, by the beginning or the end of the name.
const RANGES: [&str; 2] = ["range", "multirange"];

/// Types without a kind of field: PostgreSQL's own, those of its usual extensions, and the shapes of MySQL and MariaDB.
const NONE: [&str; 33] = [
    "bit",
    "bit varying",
    "box",
    "circle",
    "cube",
    "geography",
    "geometry",
    "geometrycollection",
    "halfvec",
    "hstore",
    "jsonpath",
    "line",
    "linestring",
    "lquery",
    "lseg",
    "ltree",
    "ltxtquery",
    "macaddr",
    "macaddr8",
    "money",
    "multilinestring",
    "multipoint",
    "multipolygon",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "sparsevec",
    "tsquery",
    "tsvector",
    "txid_snapshot",
    "vector",
];

/// Whether a column of this type, as [`super::ColumnDescription::sql_type`] spells it, can be a field's. An unknown name can:
/// it may be an enum.
pub fn is_readable(engine: rjango_orm::Engine, sql_type: &str) -> bool {
    use rjango_orm::Engine;
    // SQLite's values have types of their own, whatever the column says.
    if engine == Engine::Sqlite {
        return true;
    }
    if sql_type.ends_with("[]") {
        return false;
    }
    let (head, tail) = sql_type.split_once('(').unwrap_or((sql_type, ""));
    let rest = tail.split_once(')').map_or("", |(_, rest)| rest);
    let name = format!("{}{rest}", head.trim_end());
    // Up to 64 bits are a number.
    if engine == Engine::MySql && name == "bit" {
        return true;
    }
    !NONE.contains(&name.as_str()) && !RANGES.iter().any(|range| name.ends_with(range))
}

#[cfg(test)]
mod tests {
    use rjango_orm::Engine;

    use super::is_readable;

    #[test]
    fn arrays_ranges_and_shapes_have_no_field() {
        for none in
            ["integer[]", "character varying(5)[]", "int4range", "datemultirange", "money", "bit(3)", "hstore", "point"]
        {
            assert!(!is_readable(Engine::Postgres, none), "{none}");
        }
        for some in ["integer", "numeric(10,2)", "mood", "timestamp(6) with time zone", "citext", "inet", "jsonb"] {
            assert!(is_readable(Engine::Postgres, some), "{some}");
        }
        assert!(!is_readable(Engine::MySql, "geometry") && is_readable(Engine::MySql, "bit(8)"));
        assert!(is_readable(Engine::Sqlite, "integer[]"));
    }
}
