//! An unsaved instance is not NULL: nothing compares with it, and nothing refers to it.

use rjango_orm::dynamic::{Argument, Instance};

use crate::database::{objects, refused, run};
use crate::page;
use crate::prelude::*;
use crate::store::models::*;

async fn two_items() -> Result<Category> {
    let kept = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
    Item::objects().create(Item::plain()).await?;
    Item::objects().create(Item { category: Some(ForeignKey::to(&kept)), ..Item::plain() }).await?;
    Ok(kept)
}

#[test]
fn a_condition_on_an_unsaved_instance_is_refused() {
    run(async |_, _| {
        let kept = two_items().await?;
        let unsaved = Category { name: "New".into(), ..Default::default() };
        let message = ["the unsaved instance of `store.Category` has no primary key"];
        let items = || Item::objects();
        refused(items().filter(q!(category = &unsaved)).delete().await, &message);
        refused(items().filter(q!(category = &unsaved)).await, &message);
        refused(items().exclude(q!(category = &unsaved)).count().await, &message);
        refused(items().filter(q!(category__in = [&kept, &unsaved])).count().await, &message);
        refused(items().filter(q!(category = Some(&unsaved))).exists().await, &message);
        refused(items().filter(q!(category = ForeignKey::to(&unsaved))).update(set!(count = 1)).await, &message);
        refused(
            items().filter(q!(category = ForeignKey::<Category>::default())).count().await,
            &["the unset reference"],
        );
        refused(items().filter(q!(tags = &Tag::default())).count().await, &["unsaved instance of `store.Tag`"]);
        refused(items().filter(q!(category = unsaved.id)).delete().await, &["an unsaved instance"]);
        refused(items().filter(q!(category__id = unsaved.id)).delete().await, &["an unsaved instance"]);
        refused(items().filter(q!(category__pk__in = [unsaved.id])).delete().await, &["an unsaved instance"]);
        assert_eq!(items().count().await?, 2, "nothing was deleted");
        // What is said of NULL in so many words stays.
        assert_eq!(items().filter(q!(category = None)).count().await?, 1);
        assert_eq!(items().filter(q!(category = &kept)).count().await?, 1);
        Ok(())
    });
}

#[test]
fn no_row_has_the_key_of_an_unsaved_instance() {
    run(async |_, _| {
        two_items().await?;
        let unsaved = Item::plain();
        assert_eq!(Item::objects().filter(q!(pk = unsaved.id)).count().await?, 0);
        assert_eq!(Item::objects().exclude(q!(pk = unsaved.id)).count().await?, 2);
        assert_eq!(Item::objects().filter(q!(id__in = [unsaved.id])).count().await?, 0);
        assert!(Item::objects().get(q!(pk = unsaved.id)).await.unwrap_err().is_does_not_exist());
        refused(Item::objects().contains(&unsaved).await, &["no primary key"]);
        Ok(())
    });
}

#[test]
fn nothing_is_set_to_an_unsaved_instance() {
    run(async |_, _| {
        let kept = two_items().await?;
        let unsaved = Category { name: "New".into(), ..Default::default() };
        let refers = ["`Item.category` refers to no saved row"];
        let item = || Item { category: Some(ForeignKey::to(&unsaved)), ..Item::plain() };
        refused(Item::objects().create(item()).await, &refers);
        refused(Item::objects().bulk_create([Item::plain(), item()]).await, &refers);
        refused(item().save().await, &refers);
        refused(item().save_new().await, &refers);
        let mut changed = Item::objects().filter(q!(category = &kept)).one().await?;
        changed.category = Some(ForeignKey::to(&unsaved));
        refused(changed.save().await, &refers);
        refused(changed.save_fields(f!(category)).await, &refers);
        refused(Item::objects().bulk_update([&changed], f!(category, count)).await, &refers);
        // What is not written is not looked at.
        changed.count = 7;
        changed.save_fields(f!(count)).await?;
        assert_eq!(Item::objects().bulk_update([&changed], f!(count)).await?, 1);
        let message = ["the unsaved instance of `store.Category`"];
        refused(Item::objects().update(set!(category = &unsaved)).await, &message);
        refused(Item::objects().update(set!(category = Some(&unsaved))).await, &message);
        refused(Item::objects().get_or_create(set!(category = &unsaved)).await, &message);
        refused(Item::objects().update_or_create(set!(category = &kept), set!(category = &unsaved)).await, &message);
        refused(unsaved.items().await, &["no primary key"]);
        refused(unsaved.items().create(Item::plain()).await, &["no primary key"]);
        refused(changed.tags.add([&Tag::default()]).await, &["no primary key"]);
        refused(Item::plain().tags.set([1_i64]).await, &["no primary key"]);
        refused(Entry::objects().create(Entry::default()).await, &["`Entry.sheet` refers to no saved row"]);
        assert_eq!(Item::objects().filter(q!(category = &kept)).count().await?, 1, "the reference is as it was");
        assert_eq!(Item::objects().count().await?, 2);
        Ok(())
    });
}

#[test]
fn by_name_and_in_the_shell_it_is_refused_too() {
    run(async |_, _| {
        two_items().await?;
        let items = objects("store.Item")?;
        let unsaved = Instance::new(std::sync::Arc::clone(objects("store.Category")?.meta()))?;
        let message = ["the unsaved instance of `store.Category`"];
        let by = || [("category", Argument::from(&unsaved))];
        refused(items.clone().filter(by())?.delete().await, &message);
        refused(items.clone().exclude(by())?.count().await, &message);
        let own = Instance::new(std::sync::Arc::clone(items.meta()))?;
        assert_eq!(items.clone().exclude([("pk", Argument::from(&own))])?.count().await?, 2);

        for expression in [
            "Item.objects.filter(category=Category(name='New')).delete()",
            "Item.objects.filter(category__in=[Category(name='New')]).delete()",
            "Item.objects.update(category=Category(name='New'))",
            "Item.objects.create(name='x', category=Category(name='New'))",
            "Item(name='x', category=Category(name='New')).save()",
            "Item.objects.first().tags.add(Category(name='New'))",
        ] {
            let error = page::evaluate(expression, &page::globals()).await.unwrap_err().to_string();
            assert!(error.contains("unsaved") || error.contains("is not saved"), "{expression}: {error}");
        }
        assert_eq!(Item::objects().count().await?, 2);
        Ok(())
    });
}
