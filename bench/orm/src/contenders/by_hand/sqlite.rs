//! sqlx on SQLite. It has no decimals there: a price goes in and comes out as the double that the column holds.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sqlx::{FromRow, QueryBuilder, SqlitePool};

use super::NAME;
use crate::Result;
use crate::checksum::Checksum;
use crate::contender::{Orm, Seen};
use crate::rows::Row;

/// How many rows a statement inserts: as many as SQLite has parameters for. Fewer took longer.
const CHUNK: usize = 8_000;

pub struct Sqlite {
    pub pool: SqlitePool,
}

#[derive(FromRow)]
pub struct Product {
    id: i64,
    name: String,
    #[sqlx(try_from = "f64")]
    price: Decimal,
    category_id: i64,
    created: DateTime<Utc>,
}

#[derive(FromRow)]
pub struct Listed {
    #[sqlx(flatten)]
    product: Product,
    category_name: String,
}

impl Orm for Sqlite {
    const NAME: &'static str = NAME;
    type Product = Product;
    type Listed = Listed;

    fn new_product(row: Row) -> Product {
        Product { id: 0, name: row.name, price: row.price, category_id: row.category, created: row.created }
    }

    fn key(product: &Product) -> Option<i64> {
        Some(product.id)
    }

    async fn get(&self, key: i64) -> Result<Product> {
        let sql = "SELECT id, name, CAST(price AS REAL) AS price, category_id, created FROM shop_product WHERE id = ?";
        Ok(sqlx::query_as(sql).bind(key).fetch_one(&self.pool).await?)
    }

    async fn list(&self) -> Result<Vec<Listed>> {
        let sql = "SELECT product.id, product.name, CAST(price AS REAL) AS price, category_id, created, \
                   category.name AS category_name FROM shop_product product \
                   JOIN shop_category category ON category.id = category_id ORDER BY product.name LIMIT 20";
        Ok(sqlx::query_as(sql).fetch_all(&self.pool).await?)
    }

    async fn bulk_create(&self, mut products: Vec<Product>) -> Result<Vec<Product>> {
        let mut transaction = self.pool.begin().await?;
        for chunk in products.chunks_mut(CHUNK) {
            let mut insert = QueryBuilder::new("INSERT INTO shop_product (name, price, category_id, created) ");
            insert.push_values(chunk.iter(), |mut row, product| {
                row.push_bind(product.name.as_str())
                    .push_bind(product.price.to_f64())
                    .push_bind(product.category_id)
                    .push_bind(product.created);
            });
            insert.push(" RETURNING id");
            let keys: Vec<i64> = insert.build_query_scalar().fetch_all(&mut *transaction).await?;
            chunk.iter_mut().zip(keys).for_each(|(product, key)| product.id = key);
        }
        transaction.commit().await?;
        Ok(products)
    }

    async fn stream(&self) -> Result<Checksum> {
        let mut sum = Checksum::default();
        let sql = "SELECT id, name, CAST(price AS REAL) AS price, category_id, created FROM shop_product";
        let mut products = sqlx::query_as::<_, Product>(sql).fetch(&self.pool);
        while let Some(product) = products.try_next().await? {
            product.add_to(&mut sum);
        }
        Ok(sum)
    }
}

impl Seen for Product {
    fn add_to(&self, sum: &mut Checksum) {
        sum.add(self.price, &self.name, None);
    }
}

impl Seen for Listed {
    fn add_to(&self, sum: &mut Checksum) {
        sum.add(self.product.price, &self.product.name, Some(&self.category_name));
    }
}
