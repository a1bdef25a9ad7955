//! Rows that another program wrote are read whole, or the error says which field of which row is not.

use futures_util::StreamExt as _;
use rjango_orm::{Engine, Statement, ValueType};

use crate::database::{objects, refused, run, run_on};
use crate::prelude::*;
use crate::store::models::*;

#[test]
fn a_decimal_with_more_digits_than_there_is_room_for_is_an_error() {
    run_on([Engine::Postgres, Engine::MySql], async |engine, database| {
        let sheet = Sheet::objects().create(Sheet::default()).await?;
        Entry::objects().create(Entry { sheet: ForeignKey::to(&sheet), ..Default::default() }).await?;
        let wider = match engine {
            Engine::Postgres => "ALTER TABLE store_sheet ALTER COLUMN total TYPE numeric(60, 2)",
            _ => "ALTER TABLE store_sheet MODIFY total decimal(60, 2) NOT NULL",
        };
        database.execute_script(wider).await?;
        let long = "1234567890123456789012345678901234.50";
        database.execute_script(&format!("UPDATE store_sheet SET total = {long}")).await?;
        let key = format!("primary key `{}`", sheet.id);
        let pieces = ["`store.Sheet.total`", key.as_str(), long];
        refused(Sheet::objects().await, &pieces);
        refused(Sheet::objects().raw("SELECT * FROM store_sheet").await, &pieces);
        refused(Entry::objects().select_related(f!(sheet)).await, &pieces);
        refused(Sheet::objects().stream().next().await.expect("one row"), &pieces);
        refused(objects("store.Sheet")?.all().await, &pieces);
        refused(Sheet::objects().values_list(f!(total)).await, &["`store.Sheet.total`", long]);
        refused(objects("store.Sheet")?.values(&["total"]).await, &["`store.Sheet.total`", long]);
        // The rest of the row is there.
        assert_eq!(Sheet::objects().values_list(f!(status)).await?, [Status::Published]);
        Ok(())
    });
}

#[test]
fn what_postgres_has_and_no_field_is_an_error() {
    run_on([Engine::Postgres], async |_, database| {
        let sheet = Sheet::objects().create(Sheet::default()).await?;
        database.execute_script("ALTER TABLE store_sheet ALTER COLUMN total TYPE numeric").await?;
        let key = format!("primary key `{}`", sheet.id);
        for (total, found) in [
            ("1.2345", "the decimal `1.2345`"),
            ("'NaN'", "the decimal `NaN`"),
            ("'Infinity'", "the decimal `Infinity`"),
            ("'-Infinity'", "the decimal `-Infinity`"),
            ("1e40", "the decimal `10000000000000000000000000000000000000000`"),
            ("0.0000000000000000000000000000000000001", "the decimal `0.0000000000000000000000000000000000001`"),
        ] {
            database.execute_script(&format!("UPDATE store_sheet SET total = {total}")).await?;
            refused(Sheet::objects().await, &["`store.Sheet.total`", &key, found]);
        }
        // What has no more digits than its field is read, whatever the scale of the column.
        for (total, read) in
            [("3", "3.00"), ("0.50000", "0.50"), ("-12345678901234567890.1", "-12345678901234567890.10"), ("0", "0.00")]
        {
            database.execute_script(&format!("UPDATE store_sheet SET total = {total}")).await?;
            assert_eq!(Sheet::objects().one().await?.total.to_string(), read);
        }
        let item = Item::objects().create(Item::plain()).await?;
        let key = format!("primary key `{}`", item.id);
        for (field, value) in
            [("day", "infinity"), ("day", "-infinity"), ("moment", "infinity"), ("moment", "-infinity")]
        {
            database.execute_script(&format!("UPDATE store_item SET {field} = '{value}'")).await?;
            let named = format!("`store.Item.{field}`");
            refused(Item::objects().await, &[&named, &key, &format!("`{value}`")]);
            let update = format!("UPDATE store_item SET {field} = '2020-01-01'");
            database.execute_script(&update).await?;
        }
        Ok(())
    });
}

#[test]
fn a_mean_of_many_digits_is_rounded() {
    run(async |_, _| {
        for price in [dec!(1), dec!(1), dec!(2)] {
            Item::objects().create(Item { price, ..Item::plain() }).await?;
        }
        let mean = Item::objects().aggregate(|i| i.price().avg()).await?.expect("rows");
        assert_eq!(mean.round_dp(4), dec!(1.3333));
        Ok(())
    });
}

#[test]
fn columns_of_a_type_that_no_field_has_are_errors() {
    run_on([Engine::Postgres], async |_, database| {
        let item = Item::objects().create(Item { notes: "Tea".into(), ..Item::plain() }).await?;
        let key = format!("primary key `{}`", item.id);
        for (sql_type, value) in [
            ("integer[]", "'{1,2}'"),
            ("text[]", "'{a,b}'"),
            ("int4range", "'[1,5)'"),
            ("money", "'12.34'"),
            ("point", "'(1,2)'"),
            ("bit(3)", "B'101'"),
            ("tsvector", "'a b'"),
            ("macaddr", "'08:00:2b:01:02:03'"),
        ] {
            let change = format!(
                "ALTER TABLE store_item DROP COLUMN notes; ALTER TABLE store_item ADD COLUMN notes {sql_type} DEFAULT {value}"
            );
            database.execute_script(&change).await?;
            let named = ["`store.Item.notes`", &key, "which no field has"];
            refused(Item::objects().await, &named);
            refused(objects("store.Item")?.all().await, &named);
            let raw = Statement::new("SELECT notes FROM store_item");
            refused(database.fetch(&raw, &[ValueType::Text]).await, &["the column `notes`", "which no field has"]);
            assert_eq!(Item::objects().values_list(f!(name)).await?, ["Tea"], "the rest is there");
            // A text for such a column is refused too: its bytes would be taken for something else.
            let outcome = Item::objects().update(set!(notes = "12345678")).await;
            assert!(outcome.is_err(), "{sql_type}: {outcome:?}");
        }
        Ok(())
    });
}

#[test]
fn texts_of_every_kind_are_texts() {
    run_on([Engine::Postgres], async |_, database| {
        Item::objects().create(Item::plain()).await?;
        database
            .execute_script(
                "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN word AS text CHECK (VALUE <> ''); \
                 CREATE DOMAIN whole AS integer; CREATE EXTENSION IF NOT EXISTS citext",
            )
            .await?;
        for sql_type in ["mood", "word", "citext", "varchar(10)", "char(4)", "name"] {
            let change = format!(
                "ALTER TABLE store_item DROP COLUMN notes; ALTER TABLE store_item ADD COLUMN notes {sql_type} DEFAULT 'glad'"
            );
            database.execute_script(&change).await?;
            assert_eq!(Item::objects().one().await?.notes, "glad", "{sql_type}");
            assert_eq!(Item::objects().update(set!(notes = "sad")).await?, 1, "{sql_type}");
            assert_eq!(Item::objects().one().await?.notes.trim_end(), "sad", "{sql_type}");
        }
        let whole = "ALTER TABLE store_item ALTER COLUMN count TYPE whole";
        database.execute_script(whole).await?;
        assert_eq!(Item::objects().update(set!(count = 7)).await?, 1);
        assert_eq!(Item::objects().one().await?.count, 7);
        Ok(())
    });
}

#[test]
fn dates_that_do_not_exist_name_their_row() {
    run_on([Engine::MySql], async |_, database| {
        let item = Item::objects().create(Item::plain()).await?;
        let zero = "SET sql_mode = ''; UPDATE store_item SET day = '0000-00-00'";
        database.execute_script(zero).await?;
        let key = format!("primary key `{}`", item.id);
        refused(Item::objects().await, &["`store.Item.day`", &key, "0000-00-00"]);
        Ok(())
    });
}

#[test]
fn shapes_and_long_bits_of_mariadb_are_not_texts() {
    run_on([Engine::MySql], async |_, database| {
        let item = Item::objects().create(Item::plain()).await?;
        let key = format!("primary key `{}`", item.id);
        database
            .execute_script(
                "ALTER TABLE store_item DROP COLUMN notes; ALTER TABLE store_item ADD COLUMN notes point; \
                 UPDATE store_item SET notes = POINT(1, 2)",
            )
            .await?;
        refused(Item::objects().await, &["`store.Item.notes`", &key, "GEOMETRY"]);
        let bits =
            "ALTER TABLE store_item DROP COLUMN notes; ALTER TABLE store_item ADD COLUMN notes bit(64) DEFAULT b'1'";
        database.execute_script(bits).await?;
        assert_eq!(Item::objects().one().await?.notes, "1");
        database.execute_script("UPDATE store_item SET notes = 18446744073709551615").await?;
        assert_eq!(Item::objects().one().await?.notes, u64::MAX.to_string());
        Ok(())
    });
}

#[test]
fn what_sqlite_holds_of_another_type_names_its_row() {
    run_on([Engine::Sqlite], async |_, database| {
        let item = Item::objects().create(Item::plain()).await?;
        let key = format!("primary key `{}`", item.id);
        for (field, value) in [
            ("count", "'many'"),
            ("count", "1e30"),
            ("day", "'+10000-01-01'"),
            ("moment", "'soon'"),
            ("price", "'cheap'"),
            ("notes", "x'ff'"),
            ("span", "'long'"),
        ] {
            let before: Vec<_> = database
                .fetch(&Statement::new(format!("SELECT quote({field}) FROM store_item")), &[ValueType::Text])
                .await?;
            database.execute_script(&format!("UPDATE store_item SET {field} = {value}")).await?;
            let named = format!("`store.Item.{field}`");
            refused(Item::objects().await, &[&named, &key]);
            refused(objects("store.Item")?.all().await, &[&named, &key]);
            database.execute_script(&format!("UPDATE store_item SET {field} = {}", before[0][0])).await?;
        }
        for (field, value, found) in
            [("small", "70000", "70000"), ("seats", "70000", "70000"), ("count", "5000000000", "5000000000")]
        {
            database.execute_script(&format!("UPDATE store_item SET {field} = {value}")).await?;
            refused(Item::objects().await, &[&format!("`store.Item.{field}`"), &key, found]);
            database.execute_script(&format!("UPDATE store_item SET {field} = 0")).await?;
        }
        // A double of many digits is read to its last one, and saving it changes nothing.
        Sheet::objects().create(Sheet::default()).await?;
        database.execute_script("UPDATE store_sheet SET total = 12345678901234567.89").await?;
        let mut sheet = Sheet::objects().one().await?;
        assert_eq!(sheet.total.to_string(), "12345678901234568.00");
        sheet.save().await?;
        let kept = database
            .fetch(&Statement::new("SELECT total = 12345678901234567.89 FROM store_sheet"), &[ValueType::Int])
            .await?;
        assert_eq!(kept[0][0].as_int(), Some(1));
        Ok(())
    });
}

#[test]
fn a_document_whose_number_would_be_cut_names_its_row() {
    run(async |_, database| {
        let item = Item::objects().create(Item::plain()).await?;
        let key = format!("primary key `{}`", item.id);
        database.execute_script("UPDATE store_item SET data = '{\"n\": 12345678901234567890123}'").await?;
        refused(Item::objects().await, &["`store.Item.data`", &key]);
        refused(objects("store.Item")?.all().await, &["`store.Item.data`", &key]);
        database.execute_script("UPDATE store_item SET data = '{\"n\": 18446744073709551615}'").await?;
        assert_eq!(Item::objects().one().await?.data["n"], u64::MAX);
        Ok(())
    });
}
