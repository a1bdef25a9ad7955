//! `inspectdb`: from models to tables and back, on each engine, and tables that rjango did not make.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use rjango_migrations::ProjectState;
use rjango_migrations::executor::Target;
use rjango_migrations::introspection::{TableKind, describe, models, tables};
use rjango_orm::{Database, Engine};
use rjango_schema::{ConstraintSchema, FieldKind, FieldSchema, ModelSchema};

use crate::models::state;
use crate::project::{Project, Scripted, texts};

const EVERY_KIND: &str = r#"
    struct Target { id: Auto }
    struct Small { id: SmallAuto }
    struct Middle { id: Auto32 }
    struct Word { #[field(primary_key, max_length = 10)] word: String }
    #[model(unique_together = "number, long", index(name = "by_number", fields = "-number, title"),
            unique(name = "one_title_a_day", fields = "title, day"), check(name = "number_is_small", sql = "number < 100"))]
    struct Thing {
        id: Auto,
        short: i16,
        number: i32,
        long: i64,
        count16: u16,
        count32: u32,
        count64: u64,
        #[field(max_length = 100)] title: String,
        note: Option<String>,
        #[field(slug)] slug: String,
        #[field(email, unique)] email: String,
        #[field(url)] url: String,
        #[field(file_path)] path: String,
        #[field(upload_to = "files")] file: File,
        yes: bool,
        float: f64,
        #[field(max_digits = 12, decimal_places = 3)] price: Decimal,
        #[field(index)] day: Date,
        time: Option<Time>,
        #[field(auto_now_add)] moment: DateTime,
        length: Duration,
        key: Uuid,
        json: Json,
        json_or_null: Option<Json>,
        bytes: Vec<u8>,
        address: IpAddr,
        #[field(column = "Odd Column")] odd: i32,
        r#type: i32,
        #[field(on_delete = "cascade")] target: ForeignKey<Target>,
        #[field(on_delete = "set_null", related_name = "others")] other: Option<ForeignKey<Target>>,
        #[field(on_delete = "protect", index = false)] plain: ForeignKey<Small>,
        #[field(on_delete = "cascade")] one: OneToOne<Middle>,
        #[field(on_delete = "cascade")] word: ForeignKey<Word>,
        #[field(on_delete = "cascade")] parent: Option<ForeignKey<Thing>>,
        #[field(on_delete = "cascade", db_constraint = false)] loose: ForeignKey<Target>,
        many: ManyToMany<Target>,
    }
    struct Extension { #[field(on_delete = "cascade", primary_key)] thing: OneToOne<Thing>, text: String }
"#;

async fn source(database: &Database, kinds: &[TableKind]) -> String {
    let mut described = Vec::new();
    for table in tables(database).await.unwrap() {
        if kinds.contains(&table.kind) && !table.name.starts_with("rjango_migrations_") {
            described.push(describe(database, &table).await.unwrap());
        }
    }
    models(&described, database.engine(), &BTreeMap::new())
}

/// The state of a module that `inspectdb` printed.
fn read(source: &str) -> ProjectState {
    state(source.split_once("use rjango::models::*;").unwrap().1)
}

/// The columns of a table as far as a database knows them: what differs here is a mistake.
fn known(model: &ModelSchema, state: &ProjectState, engine: Engine) -> BTreeMap<String, String> {
    let column = |name: &String| model.field(name.trim_start_matches('-')).unwrap().column();
    let list = |fields: &[String]| {
        fields
            .iter()
            .map(|name| format!("{}{}", if name.starts_with('-') { "-" } else { "" }, column(name)))
            .collect::<Vec<_>>()
    };
    let mut known: BTreeMap<String, String> = model
        .concrete_fields()
        .map(|field| {
            let field = seen(field, engine);
            let kind = match &field.kind {
                FieldKind::ForeignKey(to) => format!("-> {}", state.require(&to.to).unwrap().table()),
                FieldKind::OneToOne(to) => format!("=> {}", state.require(&to.to).unwrap().table()),
                kind => format!("{kind:?}"),
            };
            let (null, unique, index, key) = (field.null, field.unique, field.db_index, field.primary_key);
            (field.column(), format!("{kind} null={null} unique={unique} index={index} key={key}"))
        })
        .collect();
    let together: BTreeSet<Vec<String>> = model.unique_together.iter().map(|group| list(group)).collect();
    known.insert("unique_together".to_owned(), format!("{together:?}"));
    let indexes: BTreeSet<(String, Vec<String>)> =
        model.indexes.iter().map(|index| (index.name.clone(), list(&index.fields))).collect();
    known.insert("indexes".to_owned(), format!("{indexes:?}"));
    // Each engine spells a condition in its own way.
    let constraints: BTreeSet<String> = model
        .constraints
        .iter()
        .map(|constraint| match constraint {
            ConstraintSchema::Unique { name, fields } => format!("{name} {:?}", list(fields)),
            ConstraintSchema::Check { name, .. } => format!("{name} check"),
        })
        .collect();
    known.insert("constraints".to_owned(), format!("{constraints:?}"));
    known
}

/// A field without what a database does not know.
fn seen(field: &FieldSchema, engine: Engine) -> FieldSchema {
    let mut field = field.clone();
    field.kind = match field.kind {
        FieldKind::Slug { max_length }
        | FieldKind::Email { max_length }
        | FieldKind::Url { max_length }
        | FieldKind::FilePath { max_length }
        | FieldKind::File { max_length, .. } => FieldKind::Char { max_length },
        FieldKind::DateTime { .. } => FieldKind::DateTime { auto_now: false, auto_now_add: false },
        FieldKind::SmallAuto | FieldKind::Auto if engine == Engine::Sqlite => FieldKind::BigAuto,
        FieldKind::Duration if engine != Engine::Postgres => FieldKind::BigInteger,
        // MariaDB has a type of its own for UUIDs.
        FieldKind::Uuid if engine == Engine::Sqlite => FieldKind::Char { max_length: 32 },
        FieldKind::IpAddress { .. } if engine != Engine::Postgres => FieldKind::Char { max_length: 39 },
        FieldKind::Decimal { .. } if engine == Engine::Sqlite => {
            FieldKind::Decimal { max_digits: 10, decimal_places: 5 }
        }
        // Without a constraint the column is a number like others.
        FieldKind::ForeignKey(ref to) if !to.db_constraint => {
            field.column = Some(field.column());
            FieldKind::BigInteger
        }
        kind => kind,
    };
    // InnoDB gives every foreign key an index.
    if engine == Engine::MySql && matches!(field.kind, FieldKind::ForeignKey(_)) {
        field.db_index = true;
    }
    // A key and what is unique have an index anyway.
    if field.primary_key || field.unique {
        field.db_index = false;
        field.unique = true;
    }
    field
}

async fn round_trip(engine: Engine) {
    let project = Project::on(engine).await;
    let wanted = state(EVERY_KIND);
    project.make(&wanted, &mut Scripted::new(Vec::new())).unwrap();
    project.migrate(&Target::All).await.unwrap();
    let text = source(&project.database, &[TableKind::Table]).await;
    let found = read(&text);
    let mut count = 0;
    for model in wanted.iter() {
        let joins = model.many_to_many().filter_map(|field| wanted.join_model(model, field));
        for model in joins.chain([model.clone()]) {
            let table = model.table();
            let inspected = found.iter().find(|other| other.table() == table).unwrap();
            assert!(!inspected.managed);
            let is = known(inspected, &found, engine);
            assert_eq!(is, known(&model, &wanted, engine), "{table} on {engine} in\n{text}");
            count += 1;
        }
    }
    assert_eq!(found.iter().count(), count, "nothing else is there");
    project.close().await;
}

#[tokio::test]
async fn every_kind_comes_back_from_sqlite() {
    round_trip(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_kind_comes_back_from_postgres() {
    round_trip(Engine::Postgres).await;
}

#[tokio::test]
async fn every_kind_comes_back_from_mysql() {
    round_trip(Engine::MySql).await;
}

async fn check(engine: Engine, sql: &str, kinds: &[TableKind], expected: &Expect) {
    let project = Project::on(engine).await;
    project.database.execute_script(sql).await.unwrap();
    let mut text = source(&project.database, kinds).await;
    read(&text);
    if engine == Engine::Postgres {
        let schema = texts(&project.database, "SELECT current_schema()::text", 1).await.remove(0).remove(0);
        text = text.replace(&format!("{schema}."), "here.");
    }
    expected.assert_eq(text.split_once("use rjango::models::*;\n").unwrap().1);
    project.close().await;
}

const TABLES: &[TableKind] = &[TableKind::Table];

#[tokio::test]
async fn tables_of_strangers_in_sqlite() {
    let sql = "CREATE TABLE orders (\"Order No\" INTEGER PRIMARY KEY, customer REFERENCES customers (email), \
                   class varchar(9) DEFAULT 'a', total NUMERIC, blob, \"pk\" int, twin_id int REFERENCES \"orders\", \
                   twin INT REFERENCES orders (\"Order No\") ON DELETE CASCADE, CHECK (total > 0)); \
               CREATE TABLE customers (email TEXT UNIQUE NOT NULL, name nvarchar(20)); \
               CREATE TABLE lines (order_no int, line int, shape POINT, PRIMARY KEY (order_no, line)); \
               CREATE INDEX by_class ON orders (class DESC); CREATE INDEX lower_class ON orders (lower(class)); \
               CREATE INDEX a_name_that_is_longer_than_thirty ON orders (total); \
               CREATE VIEW open_orders AS SELECT \"Order No\" AS id, class FROM orders;";
    check(
        Engine::Sqlite,
        sql,
        &[TableKind::Table, TableKind::View],
        &expect![[r#"

            #[derive(Model, Debug, Clone)]
            #[model(table = "customers", managed = false)]
            pub struct Customers {
                // There is no primary key: this column is unique, and taken for one.
                #[field(primary_key)]
                pub email: String,
                #[field(max_length = 20)]
                pub name: Option<String>,
            }

            #[derive(Model, Debug, Clone)]
            #[model(table = "lines", managed = false)]
            #[model(unique_together = "order_no, line")]
            pub struct Lines {
                // The primary key is (order_no, line). A model's key is one column: this is the first of them.
                #[field(primary_key)]
                pub order_no: i32,
                pub line: i32,
                // This field type is a guess. The column's is `point`.
                pub shape: Option<String>,
            }

            // This is a view.
            #[derive(Model, Debug, Clone)]
            #[model(table = "open_orders", managed = false)]
            pub struct OpenOrders {
                // There is no primary key: this column is taken for one, and is a guess. Does it tell all rows apart?
                #[field(primary_key)]
                pub id: i32,
                #[field(max_length = 9)]
                pub class: Option<String>,
            }

            // A model cannot say this index: `CREATE INDEX lower_class ON orders (lower(class))`.
            // An index over (total) has a name that a model cannot give: `a_name_that_is_longer_than_thirty`.
            // Every row satisfies `total > 0`.
            #[derive(Model, Debug, Clone)]
            #[model(table = "orders", managed = false)]
            #[model(index(fields = "-class", name = "by_class"))]
            pub struct Orders {
                #[field(column = "Order No")]
                pub order_no: Auto,
                // This field type is a guess.
                // It refers to `customers.email`, which is not the primary key of a model here.
                pub customer: Option<String>,
                // The database's default is `'a'`.
                #[field(max_length = 9)]
                pub class: Option<String>,
                // The digits are a guess: the database does not say how many there are.
                #[field(max_digits = 10, decimal_places = 5)]
                pub total: Option<Decimal>,
                // This field type is a guess.
                pub blob: Option<String>,
                #[field(column = "pk")]
                pub pk_field: Option<i32>,
                #[field(on_delete = "do_nothing", related_name = "orders_twin_set", index = false)]
                pub twin: Option<ForeignKey<Orders>>,
                #[field(on_delete = "cascade", related_name = "orders_twin_2_set", index = false, column = "twin")]
                pub twin_2: Option<ForeignKey<Orders>>,
            }
        "#]],
    )
    .await;
}

#[tokio::test]
async fn tables_of_strangers_in_postgres() {
    let sql = "CREATE TYPE mood AS ENUM ('sad', 'happy'); \
               CREATE TABLE person (id serial PRIMARY KEY, mood mood, tags text[], name varchar NOT NULL, \
                   code char(3) COLLATE \"C\", weight real, big numeric(40, 2), free numeric, seen timestamp, n smallserial, \
                   net cidr, host inet, CONSTRAINT heavy CHECK (weight > 1), UNIQUE (name, code)); \
               COMMENT ON TABLE person IS 'Whoever\nwe know'; COMMENT ON COLUMN person.code IS 'Three letters'; \
               CREATE UNIQUE INDEX one_code ON person (code); CREATE INDEX part ON person (weight) WHERE weight > 3; \
               CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, \
                   who int REFERENCES person ON DELETE SET NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day); \
               CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); \
               CREATE MATERIALIZED VIEW names AS SELECT name FROM person;";
    check(
        Engine::Postgres,
        sql,
        TABLES,
        &expect![[r#"

            #[derive(Model, Debug, Clone)]
            #[model(table = "event", managed = false)]
            #[model(unique_together = "id, day")]
            pub struct Event {
                // The primary key is (id, day). A model's key is one column: this is the first of them.
                pub id: Auto,
                pub day: Date,
                #[field(on_delete = "set_null", index = false, column = "who")]
                pub who: Option<ForeignKey<Person>>,
            }

            /// Whoever
            /// we know
            // A model cannot say this index: `CREATE INDEX part ON here.person USING btree (weight) WHERE (weight > (3)::double precision)`.
            #[derive(Model, Debug, Clone)]
            #[model(table = "person", managed = false)]
            #[model(unique(name = "person_name_code_key", fields = "name, code"))]
            #[model(unique(name = "one_code", fields = "code"))]
            #[model(check(name = "heavy", sql = "(weight > (1)::double precision)"))]
            pub struct Person {
                pub id: Auto32,
                // This field type is a guess. The column's is `mood`.
                pub mood: Option<String>,
                // This field type is a guess. The column's is `text[]`.
                pub tags: Option<String>,
                pub name: String,
                /// Three letters
                // Its collation is `C`.
                #[field(max_length = 3)]
                pub code: Option<String>,
                pub weight: Option<f64>,
                // The column has 40 digits, and a `Decimal` 28 at most.
                #[field(max_digits = 28, decimal_places = 2)]
                pub big: Option<Decimal>,
                // The digits are a guess: the database does not say how many there are.
                #[field(max_digits = 10, decimal_places = 5)]
                pub free: Option<Decimal>,
                pub seen: Option<DateTime>,
                // The database numbers the rows by this column, which is not the primary key.
                pub n: i16,
                // This field type is a guess. The column's is `cidr`.
                pub net: Option<String>,
                pub host: Option<IpAddr>,
            }
        "#]],
    )
    .await;
    check(
        Engine::Postgres,
        sql,
        &[TableKind::View, TableKind::Partition],
        &expect![[r#"

            #[derive(Model, Debug, Clone)]
            #[model(table = "event_2024", managed = false)]
            #[model(unique_together = "id, day")]
            pub struct Event2024 {
                // The primary key is (id, day). A model's key is one column: this is the first of them.
                #[field(primary_key)]
                pub id: i64,
                pub day: Date,
                // It refers to `person.id`, which is not the primary key of a model here.
                pub who: Option<i32>,
            }

            // This is a view.
            #[derive(Model, Debug, Clone)]
            #[model(table = "names", managed = false)]
            pub struct Names {
                // There is no primary key: this column is taken for one, and is a guess. Does it tell all rows apart?
                #[field(primary_key)]
                pub name: String,
            }
        "#]],
    )
    .await;
}

#[tokio::test]
async fn tables_of_strangers_in_mysql() {
    let sql = "CREATE TABLE person (id int unsigned AUTO_INCREMENT PRIMARY KEY, mood enum('sad', 'happy'), flags set('a'), \
                   tiny tinyint, yes tinyint(1) NOT NULL, mid mediumint, since year, name varchar(20) NOT NULL UNIQUE, \
                   code char(3) CHARACTER SET ascii COMMENT 'Three letters', body mediumtext, raw varbinary(9), \
                   seen timestamp NULL, price decimal(9,2), ratio double, data json, INDEX body_start (body(10)), \
                   CONSTRAINT dear CHECK (price > 1)) COMMENT 'Whoever we know'; \
               CREATE TABLE pet (id bigint PRIMARY KEY, owner int unsigned, friend int unsigned NOT NULL, \
                   FOREIGN KEY (owner) REFERENCES person (id) ON DELETE SET NULL, \
                   FOREIGN KEY (friend) REFERENCES person (id) ON DELETE CASCADE);";
    check(
        Engine::MySql,
        sql,
        TABLES,
        &expect![[r#"

            /// Whoever we know
            // A model cannot say this index: `BTREE body_start (body(10))`.
            #[derive(Model, Debug, Clone)]
            #[model(table = "person", managed = false)]
            #[model(check(name = "dear", sql = "`price` > 1"))]
            pub struct Person {
                pub id: Auto32,
                // This field type is a guess. The column's is `enum('sad','happy')`.
                pub mood: Option<String>,
                // This field type is a guess. The column's is `set('a')`.
                pub flags: Option<String>,
                pub tiny: Option<i16>,
                pub yes: bool,
                pub mid: Option<i32>,
                pub since: Option<i16>,
                #[field(max_length = 20, unique)]
                pub name: String,
                /// Three letters
                // Its collation is `ascii_general_ci`.
                #[field(max_length = 3)]
                pub code: Option<String>,
                pub body: Option<String>,
                pub raw: Option<Vec<u8>>,
                pub seen: Option<DateTime>,
                #[field(max_digits = 9, decimal_places = 2)]
                pub price: Option<Decimal>,
                pub ratio: Option<f64>,
                // Its collation is `utf8mb4_bin`.
                pub data: Option<Json>,
            }

            #[derive(Model, Debug, Clone)]
            #[model(table = "pet", managed = false)]
            pub struct Pet {
                #[field(primary_key)]
                pub id: i64,
                #[field(on_delete = "set_null", column = "owner")]
                pub owner: Option<ForeignKey<Person>>,
                #[field(on_delete = "cascade", related_name = "pet_friend_set", column = "friend")]
                pub friend: ForeignKey<Person>,
            }
        "#]],
    )
    .await;
}

/// Each line stands as a comment in the models of these tables, and the models can be read.
async fn said_in_comments(engine: Engine, sql: &str, lines: &[&str], nowhere: &[&str]) {
    let project = Project::on(engine).await;
    project.database.execute_script(sql).await.unwrap();
    let text = source(&project.database, TABLES).await;
    read(&text);
    let schema = match engine {
        Engine::Postgres => texts(&project.database, "SELECT current_schema()::text", 1).await.remove(0).remove(0),
        _ => String::new(),
    };
    for line in lines {
        let line = line.replace("{0}", &schema);
        assert!(text.lines().any(|other| other.trim_start().strip_prefix("// ") == Some(&*line)), "{line}\n{text}");
    }
    for word in nowhere {
        assert!(!text.contains(word), "{word}\n{text}");
    }
    project.close().await;
}

#[tokio::test]
async fn what_no_model_says_stands_in_comments() {
    said_in_comments(
        Engine::Sqlite,
        "CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b)); \
         CREATE TABLE it (id integer PRIMARY KEY, a int DEFAULT 7, b int, name text COLLATE NOCASE, code text, \
             twice int GENERATED ALWAYS AS (a * (2)) STORED, s text DEFAULT 'it''s', n text DEFAULT NULL, \
             other int REFERENCES it (id) ON UPDATE CASCADE, FOREIGN KEY (a, b) REFERENCES pair (a, b)); \
         CREATE UNIQUE INDEX one_open ON it (a) WHERE b > 0; CREATE INDEX upper_code ON it (upper(code)); \
         CREATE UNIQUE INDEX any_case ON it (code COLLATE NOCASE); CREATE INDEX by_name ON it (name); \
         CREATE TRIGGER keep AFTER INSERT ON it BEGIN SELECT 1; END;",
        &[
            "A model cannot say this index: `CREATE UNIQUE INDEX one_open ON it (a) WHERE b > 0`.",
            "A model cannot say this index: `CREATE INDEX upper_code ON it (upper(code))`.",
            "A model cannot say this index: `CREATE UNIQUE INDEX any_case ON it (code COLLATE NOCASE)`.",
            "A model cannot say this reference: `FOREIGN KEY (a, b) REFERENCES pair (a, b)`.",
            "The table has the trigger `keep`.",
            "The database's default is `7`.",
            "The database's default is `'it''s'`.",
            "Its collation is `nocase`.",
            "The database computes it, and refuses to write it: `a * (2)`.",
            "Where the key there changes, the database does `cascade` here.",
        ],
        &["unique(", "`NULL`"],
    )
    .await;
    said_in_comments(
        Engine::Postgres,
        "CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b)); \
         CREATE TABLE it (id serial PRIMARY KEY, a int DEFAULT 7, b int, name text COLLATE \"C\", code varchar(9), \
             twice int GENERATED ALWAYS AS (a * 2) STORED, at tstzrange, moment timestamptz DEFAULT now(), \
             other int REFERENCES it (id) ON UPDATE CASCADE, FOREIGN KEY (a, b) REFERENCES pair (a, b), \
             CONSTRAINT later UNIQUE (b) DEFERRABLE, CONSTRAINT apart EXCLUDE USING gist (at WITH &&)); \
         CREATE UNIQUE INDEX one_open ON it (a) WHERE b > 0; CREATE INDEX upper_code ON it (upper(code)); \
         CREATE INDEX like_code ON it (code varchar_pattern_ops); CREATE INDEX hashed ON it USING hash (b); \
         CREATE INDEX nulls ON it (a NULLS FIRST); CREATE INDEX more ON it (a) INCLUDE (b);",
        &[
            "A model cannot say this index: `CREATE UNIQUE INDEX one_open ON {0}.it USING btree (a) WHERE (b > 0)`.",
            "A model cannot say this index: `CREATE INDEX upper_code ON {0}.it USING btree (upper((code)::text))`.",
            "A model cannot say this index: `CREATE INDEX like_code ON {0}.it USING btree (code varchar_pattern_ops)`.",
            "A model cannot say this index: `CREATE INDEX hashed ON {0}.it USING hash (b)`.",
            "A model cannot say this index: `CREATE INDEX nulls ON {0}.it USING btree (a NULLS FIRST)`.",
            "A model cannot say this index: `CREATE INDEX more ON {0}.it USING btree (a) INCLUDE (b)`.",
            "A model cannot say this reference: `FOREIGN KEY (a, b) REFERENCES pair(a, b)`.",
            "A model cannot say this constraint: `EXCLUDE USING gist (at WITH &&)`.",
            "The constraint `later` says more: `UNIQUE (b) DEFERRABLE`.",
            "The database's default is `7`.",
            "The database's default is `now()`.",
            "Its collation is `C`.",
            "The database computes it, and refuses to write it: `(a * 2)`.",
            "Where the key there changes, the database does `cascade` here.",
        ],
        &["nextval"],
    )
    .await;
    said_in_comments(
        Engine::MySql,
        "CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b)); \
         CREATE TABLE it (id int AUTO_INCREMENT PRIMARY KEY, a int DEFAULT 7, b int, name text CHARACTER SET ascii, \
             code varchar(99), twice int GENERATED ALWAYS AS (a * 2) STORED, n int NULL, \
             moment timestamp NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp, other int, \
             FOREIGN KEY (other) REFERENCES it (id) ON UPDATE CASCADE, FOREIGN KEY (a, b) REFERENCES pair (a, b), \
             FULLTEXT INDEX words (name), INDEX body_start (code(10)));",
        &[
            "A model cannot say this index: `FULLTEXT words (name)`.",
            "A model cannot say this index: `BTREE body_start (code(10))`.",
            "A model cannot say this reference: `FOREIGN KEY (a, b) REFERENCES pair (a, b)`.",
            "The database sets `moment` to the moment of each UPDATE that changes a row.",
            "The database's default is `7`.",
            "Its collation is `ascii_general_ci`.",
            "The database computes it, and refuses to write it: `` `a` * 2 ``.",
            "Where the key there changes, the database does `cascade` here.",
        ],
        &["`NULL`"],
    )
    .await;
}

#[tokio::test]
async fn tables_of_all_schemas_in_the_search_path_are_found() {
    let project = Project::on(Engine::Postgres).await;
    let own = texts(&project.database, "SELECT current_schema()::text", 1).await.remove(0).remove(0);
    let other = format!("{own}_more");
    let sql = format!(
        "CREATE SCHEMA {other}; CREATE TABLE here (id serial PRIMARY KEY); CREATE TABLE {other}.there (id serial PRIMARY KEY, \
         here_id int REFERENCES here (id)); CREATE TABLE {other}.here (hidden int); CREATE INDEX i ON {other}.there (here_id);"
    );
    let text = project
        .database
        .with_connection(async || {
            project.database.execute_script(&sql).await?;
            let before = source(&project.database, TABLES).await;
            assert!(!before.contains("There"), "{before}");
            project.database.execute_script(&format!("SET search_path TO {own}, {other}")).await?;
            let text = source(&project.database, TABLES).await;
            project.database.execute_script(&format!("DROP SCHEMA {other} CASCADE")).await?;
            Ok(text)
        })
        .await
        .unwrap();
    assert!(text.contains("pub here: Option<ForeignKey<Here>>") && text.contains("pub struct There {"), "{text}");
    assert!(!text.contains("hidden") && text.matches("pub struct").count() == 2, "{text}");
    read(&text);
    project.close().await;
}

/// Django's own tables, as its migrations make them.
#[tokio::test]
async fn tables_of_django() {
    let sql = include_str!("../django/own_tables.sql");
    check(
        Engine::Sqlite,
        sql,
        TABLES,
        &expect![[r#"

        #[derive(Model, Debug, Clone)]
        #[model(table = "auth_group", managed = false)]
        pub struct AuthGroup {
            pub id: Auto,
            #[field(max_length = 150, unique)]
            pub name: String,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "auth_group_permissions", managed = false)]
        #[model(unique_together = "group, permission")]
        pub struct AuthGroupPermissions {
            pub id: Auto,
            #[field(on_delete = "do_nothing")]
            pub group: ForeignKey<AuthGroup>,
            #[field(on_delete = "do_nothing")]
            pub permission: ForeignKey<AuthPermission>,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "auth_permission", managed = false)]
        #[model(unique_together = "content_type, codename")]
        pub struct AuthPermission {
            pub id: Auto,
            #[field(on_delete = "do_nothing")]
            pub content_type: ForeignKey<DjangoContentType>,
            #[field(max_length = 100)]
            pub codename: String,
            #[field(max_length = 255)]
            pub name: String,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "auth_user", managed = false)]
        pub struct AuthUser {
            pub id: Auto,
            #[field(max_length = 128)]
            pub password: String,
            pub last_login: Option<DateTime>,
            pub is_superuser: bool,
            #[field(max_length = 150, unique)]
            pub username: String,
            #[field(max_length = 150)]
            pub last_name: String,
            #[field(max_length = 254)]
            pub email: String,
            pub is_staff: bool,
            pub is_active: bool,
            pub date_joined: DateTime,
            #[field(max_length = 150)]
            pub first_name: String,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "auth_user_groups", managed = false)]
        #[model(unique_together = "user, group")]
        pub struct AuthUserGroups {
            pub id: Auto,
            #[field(on_delete = "do_nothing")]
            pub user: ForeignKey<AuthUser>,
            #[field(on_delete = "do_nothing")]
            pub group: ForeignKey<AuthGroup>,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "auth_user_user_permissions", managed = false)]
        #[model(unique_together = "user, permission")]
        pub struct AuthUserUserPermissions {
            pub id: Auto,
            #[field(on_delete = "do_nothing")]
            pub user: ForeignKey<AuthUser>,
            #[field(on_delete = "do_nothing")]
            pub permission: ForeignKey<AuthPermission>,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "django_admin_log", managed = false)]
        pub struct DjangoAdminLog {
            pub id: Auto,
            pub object_id: Option<String>,
            #[field(max_length = 200)]
            pub object_repr: String,
            pub action_flag: u16,
            pub change_message: String,
            #[field(on_delete = "do_nothing")]
            pub content_type: Option<ForeignKey<DjangoContentType>>,
            #[field(on_delete = "do_nothing")]
            pub user: ForeignKey<AuthUser>,
            pub action_time: DateTime,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "django_content_type", managed = false)]
        #[model(unique_together = "app_label, model")]
        pub struct DjangoContentType {
            pub id: Auto,
            #[field(max_length = 100)]
            pub app_label: String,
            #[field(max_length = 100)]
            pub model: String,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "django_migrations", managed = false)]
        pub struct DjangoMigrations {
            pub id: Auto,
            #[field(max_length = 255)]
            pub app: String,
            #[field(max_length = 255)]
            pub name: String,
            pub applied: DateTime,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "django_session", managed = false)]
        pub struct DjangoSession {
            #[field(max_length = 40, primary_key)]
            pub session_key: String,
            pub session_data: String,
            #[field(index)]
            pub expire_date: DateTime,
        }
    "#]],
    )
    .await;
}
