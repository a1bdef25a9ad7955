//! How the admin shows them.

use rjango_admin::*;
use rjango_macros::{f, set};

use super::models::*;

register!(Category);
register!(
    Product,
    ModelAdmin::new()
        .list_display(f!(name, price, category, in_stock))
        .list_filter(f!(category, created, in_stock, state))
        .search_fields(f!(name, category__name))
        .list_per_page(10)
        .action("sell_out", "Mark selected products as sold", |products| async move {
            let count = products.update(set!(in_stock = false)).await?;
            Ok(format!("{count} sold."))
        })
);
register!(Review, ModelAdmin::new().readonly_fields(f!(text, note)));
