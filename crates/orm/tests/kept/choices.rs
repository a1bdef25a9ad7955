//! Enums of choices beside rows that another program wrote.

use rjango_orm::dynamic::Instance;
use rjango_orm::{Choices as _, Database, FieldValue as _, Value};

use crate::database::{objects, refused, run};
use crate::page;
use crate::prelude::*;
use crate::store::models::*;

/// A sheet, and another whose values no enum knows.
async fn sheets(database: &Database) -> Result<(Auto, Auto)> {
    let known = Sheet::objects().create(Sheet::default()).await?.id;
    let strange = Sheet::objects().create(Sheet::default()).await?.id;
    let sql = format!(
        "UPDATE store_sheet SET status = 'legacy', colour = 'mauve', shade = 'grey', level = 9 WHERE id = {strange}"
    );
    database.execute_script(&sql).await?;
    Ok((known, strange))
}

#[test]
fn a_value_outside_of_the_enum_names_its_row() {
    run(async |_, database| {
        let (known, strange) = sheets(&database).await?;
        Entry::objects().create(Entry { sheet: ForeignKey::from_pk(strange), ..Default::default() }).await?;
        let key = format!("primary key `{strange}`");
        let pieces = ["`store.Sheet.status`", key.as_str(), "`legacy`", "`Status`"];
        let error = refused(Sheet::objects().order_by(f!(id)).await, &pieces);
        assert!(error.is_validation() && error.hint().is_some_and(|hint| hint.contains("#[choice(other)]")));
        refused(Sheet::objects().get(q!(pk = strange)).await, &pieces);
        refused(Sheet::objects().raw("SELECT * FROM store_sheet").await, &pieces);
        refused(Entry::objects().select_related(f!(sheet)).await, &pieces);
        refused(Entry::objects().prefetch_related(f!(sheet)).await, &pieces);
        refused(Sheet::objects().values_list(f!(status)).await, &["`status` of `store.Sheet`", "`legacy`"]);
        // The other rows, and this one without the field, can be read.
        assert_eq!(Sheet::objects().get(q!(pk = known)).await?.status, Status::Published);
        let partial = Sheet::objects().filter(q!(pk = strange)).only(f!(colour)).one().await?;
        assert_eq!(partial.get(f!(colour))?, &Colour::Other("mauve".into()));
        Ok(())
    });
}

#[test]
fn names_show_whatever_stands_there() {
    run(async |_, database| {
        let (_, strange) = sheets(&database).await?;
        let sheet = objects("store.Sheet")?.get([("pk", Value::from(strange))]).await?;
        assert_eq!(sheet.get("status")?, &Value::from("legacy"));
        assert_eq!(sheet.display(), format!("Sheet object ({strange})"));
        let sheet = rjango_orm::objects::InstanceObject::value(sheet);
        assert_eq!(page::show(&sheet, "status").await?, "legacy");
        assert_eq!(page::show(&sheet, "level").await?, "9");
        let label = page::show(&rjango_templates::from_serialize(&Sheet::default())?, "get_status_display").await?;
        assert_eq!(label, "On sale");
        // A value without a label is shown itself.
        assert_eq!(page::show(&sheet, "get_status_display").await?, "legacy");
        assert_eq!(page::show(&sheet, "get_level_display").await?, "9");
        assert_eq!(
            Sheet::objects().filter(q!(pk = strange)).values(f!(status)).await?[0]["status"],
            Value::from("legacy")
        );
        Ok(())
    });
}

#[test]
fn the_other_variant_takes_a_value_and_writes_it_back() {
    run(async |_, database| {
        let (_, strange) = sheets(&database).await?;
        database.execute_script("UPDATE store_sheet SET status = 'draft'").await?;
        let mut sheet = Sheet::objects().get(q!(pk = strange)).await?;
        assert_eq!((&sheet.colour, &sheet.level), (&Colour::Other("mauve".into()), &Level::Other(9)));
        assert_eq!(sheet.shade, Some(Colour::Other("grey".into())));
        assert_eq!((sheet.colour.to_string(), sheet.level.to_string()), ("mauve".into(), "9".into()));
        assert_eq!(serde_json::to_string(&sheet.level)?, "9");
        sheet.save().await?;
        let of = |colour: Colour| Sheet::objects().filter(q!(colour = colour)).count();
        assert_eq!((of(Colour::Other("mauve".into())).await?, of(Colour::Red).await?), (1, 1));
        assert_eq!(Sheet::objects().filter(q!(level = Level::Other(9))).count().await?, 1);
        sheet.colour = Colour::Other("no wider than twenty".into());
        sheet.save().await?;
        sheet.colour = Colour::Other("wider than twenty signs".into());
        refused(sheet.save().await, &["`store.Sheet.colour` holds at most 20 characters"]);
        Ok(())
    });
}

#[test]
fn the_other_variant_is_no_choice() {
    assert_eq!(Colour::all(), [Colour::Red, Colour::Green]);
    assert_eq!(Colour::choices(), [(Value::from("red"), "Red"), (Value::from("green"), "Green")]);
    assert_eq!(Colour::Other("mauve".into()).label(), "mauve");
    assert_eq!(Colour::Green.label(), "Green");
    assert_eq!(Colour::from_value(Value::from("green")).unwrap(), Colour::Green);
    assert_eq!(Level::from_value(Value::from(7_i64)).unwrap(), Level::Other(7));
    assert!(Level::from_value(Value::from("seven")).is_err());
    assert!(Colour::from_value(Value::Null).is_err());
}

#[test]
fn the_default_variant_needs_no_derive_and_counts_by_name_too() {
    run(async |_, _| {
        assert_eq!(Sheet::default().status, Status::Published);
        assert_eq!(Sheet::default().colour, Colour::Red, "the first where none is the default");
        assert_eq!(Sheet::default().shade, None);
        let named = Instance::new(std::sync::Arc::clone(objects("store.Sheet")?.meta()))?;
        assert_eq!(named.get("status")?, &Value::from("pub"));
        assert_eq!((named.get("colour")?, named.get("level")?), (&Value::from("red"), &Value::from(1)));
        assert_eq!(named.get("shade")?, &Value::Null);
        Ok(())
    });
}
