//! The code of `docs/values.md`, compiled and run; a test holds the guide against it.

use rjango_orm::JSONNull;

use crate::database::run;
use crate::prelude::*;
use crate::store::models::*;

#[test]
#[allow(unused_variables)] // A guide shows what comes back, and does no more with it.
fn values() {
    run(async |_, _| {
        let far = chrono::NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
        let error = Item::objects().create(Item { day: far, ..Item::plain() }).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "`store.Item.day` holds dates of the years 1 to 9999, found the date `+10000-01-01`"
        );
        let item = Item::objects().create(Item { price: dec!(2.675), ..Item::plain() }).await?;
        assert_eq!(item.price, dec!(2.68));
        Item::objects().update(set!(price = F(price) * dec!(1.1))).await?;
        let quotients = Item::objects().exclude(q!(count = 0)).values_list(|i| i.stock() / i.count()).await?;
        Item::objects().update(set!(extra = JSONNull)).await?;
        let null = Item::objects().filter(q!(extra = None)).await?;
        Item::objects().update(set!(extra = None)).await?;
        let absent = Item::objects().filter(q!(extra__isnull = true)).await?;
        assert_eq!((null.len(), absent.len()), (1, 1));
        let unsaved = Category { name: "New".into(), ..Default::default() };
        assert!(Item::objects().filter(q!(category = &unsaved)).delete().await.is_err());
        assert!(
            Item::objects().create(Item { category: Some(ForeignKey::to(&unsaved)), ..Item::plain() }).await.is_err()
        );
        let without = Item::objects().filter(q!(category = None)).await?;
        assert_eq!(without.len(), 1);
        Ok(())
    });
}

/// Every piece of code in the guide stands here; only the formatter may have broken its lines elsewhere.
#[test]
fn the_guide_is_what_runs() {
    let plain = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.replace(",)", ")").replace(",}", "}")
    };
    let here = plain(concat!(include_str!("guide.rs"), include_str!("store/models.rs")));
    let guide = include_str!("../../../../docs/values.md");
    let pieces: Vec<&str> = guide.split("```rust\n").skip(1).filter_map(|piece| piece.split("```").next()).collect();
    assert!(pieces.len() > 4, "the guide has code");
    for piece in pieces {
        assert!(here.contains(&plain(piece)), "docs/values.md is not what runs:\n{piece}");
    }
}
