//! What the database computes fits its column, or is an error on every engine.

use rjango_orm::{Engine, Expr};

use crate::database::{refused, run};
use crate::prelude::*;
use crate::store::models::*;

async fn item(change: impl FnOnce(&mut Item)) -> Result<Item> {
    let mut item = Item::plain();
    change(&mut item);
    Item::objects().create(item).await
}

#[test]
fn a_result_that_does_not_fit_is_refused_and_changes_nothing() {
    run(async |engine, _| {
        let kept = item(|item| {
            (item.small, item.count, item.stock) = (32_767, i32::MAX, i64::MAX - 1);
            (item.seats, item.views, item.price) = (32_767, 2_147_483_647, dec!(9999.5));
        })
        .await?;
        let items = || Item::objects();
        let name = |field: &str| format!("`{field}`");
        let stock = [&*name("stock"), "store.Item"];
        refused(items().update(set!(stock = F(stock) * 2)).await, &stock);
        refused(items().update(set!(stock = F(stock) + 2)).await, &stock);
        refused(items().update(set!(count = F(count) + 1)).await, &["`count`", "store.Item"]);
        refused(items().update(set!(small = F(small) + 1)).await, &["`small`", "store.Item"]);
        refused(items().update(set!(seats = F(seats) - 40_000)).await, &["`seats`", "store.Item"]);
        refused(items().update(set!(price = F(price) + dec!(0.5))).await, &["`price`", "store.Item"]);
        refused(items().update(|i| [i.name().set(i.name().concat("12345678"))]).await, &["`name`", "store.Item"]);
        if engine == Engine::Sqlite {
            refused(
                items().update(set!(count = F(count) + 1)).await,
                &["`store.Item.count` holds whole numbers from -2147483648 to 2147483647, found `2147483648`"],
            );
        }
        assert_eq!(items().await?, [kept], "and it can be read");
        Ok(())
    });
}

#[test]
fn an_overflow_in_a_condition_or_a_column_is_an_error() {
    run(async |_, _| {
        item(|item| item.stock = i64::MAX).await?;
        let items = || Item::objects();
        assert!(items().filter(|i| (i.stock() * 2).gt(0)).count().await.is_err());
        assert!(items().values_list(|i| i.stock() + 1).await.is_err());
        assert!(items().annotate(|i| i.stock() - i64::MIN).await.is_err());
        assert!(items().filter(|i| (i.stock() - 1).gt(0)).exists().await?);
        Ok(())
    });
}

#[test]
fn a_division_by_zero_is_an_error_and_not_null() {
    run(async |_, _| {
        item(|item| (item.stock, item.count, item.ratio, item.price) = (7, 2, 0.5, dec!(1.5))).await?;
        let items = || Item::objects();
        assert_eq!(items().values_list(|i| i.stock() / i.count()).await?, [3]);
        assert_eq!(items().values_list(|i| i.stock() % i.count()).await?, [1]);
        assert_eq!(items().values_list(|i| i.ratio() / i.ratio()).await?, [1.0]);
        assert_eq!(items().values_list(|i| i.price() / i.price()).await?[0], dec!(1));
        assert_eq!(items().values_list(|i| i.price() % dec!(1)).await?[0], dec!(0.5));
        items().update(set!(count = 0, ratio = 0.0, price = 0, small = 1)).await?;
        assert!(items().values_list(|i| i.stock() / i.count()).await.is_err());
        assert!(items().values_list(|i| i.stock() % i.count()).await.is_err());
        assert!(items().values_list(|i| i.ratio() / i.ratio()).await.is_err());
        assert!(items().values_list(|i| i.price() / i.price()).await.is_err());
        assert!(items().filter(|i| (i.stock() / i.count()).gt(1)).count().await.is_err());
        refused(items().update(set!(stock = F(stock) / F(count))).await, &["`stock`"]);
        refused(items().values_list(|i| i.stock() / 0).await, &["division by zero"]);
        refused(items().filter(|i| (i.price() / dec!(0)).gt(1)).count().await, &["division by zero"]);
        assert_eq!(items().get(q!(small = 1)).await?.stock, 7);
        // A divisor that is NULL gives NULL.
        assert_eq!(items().values_list(|i| i.ratio() / i.floor()).await?, [None]);
        Ok(())
    });
}

#[test]
fn a_computed_decimal_is_stored_with_its_places() {
    run(async |_, _| {
        let item = item(|item| item.price = dec!(3.55)).await?;
        Item::objects().update(set!(price = F(price) * dec!(1.1))).await?;
        assert_eq!(Item::objects().get(q!(pk = item.id)).await?.price, dec!(3.91), "a half away from zero");
        assert_eq!(Item::objects().filter(q!(price = dec!(3.91))).count().await?, 1, "and it is found");
        Item::objects().update(|i| [i.price().set(Expr::value(dec!(2)) * i.price())]).await?;
        assert_eq!(Item::objects().filter(q!(price = dec!(7.82))).count().await?, 1);
        Ok(())
    });
}

#[test]
fn a_function_that_has_no_value_is_an_error_and_not_null() {
    run(async |_, _| {
        item(|item| (item.count, item.ratio) = (2, -1.0)).await?;
        let items = || Item::objects();
        assert_eq!(items().values_list(|i| (i.count() * 8).cast::<f64>().sqrt()).await?, [4.0]);
        assert_eq!(items().values_list(|i| i.count().cast::<f64>().power(-1.0)).await?, [0.5]);
        assert!(items().values_list(|i| i.ratio().sqrt()).await.is_err());
        assert!(items().filter(|i| i.ratio().sqrt().gt(0.0)).exists().await.is_err());
        assert!(items().values_list(|i| i.ratio().power(0.5)).await.is_err());
        assert!(items().values_list(|i| (i.ratio() + 1.0).power(-1.0)).await.is_err());
        assert!(items().values_list(|i| (i.ratio() * -10.0).power(400.0)).await.is_err());
        refused(items().update(|i| [i.ratio().set(i.ratio().sqrt())]).await, &["`ratio`"]);
        // NULL is NULL.
        assert_eq!(items().values_list(|i| i.floor().cast::<f64>().sqrt()).await?, [None]);
        Ok(())
    });
}
