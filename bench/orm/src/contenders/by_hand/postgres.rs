//! sqlx on PostgreSQL.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgPool};

use super::NAME;
use crate::Result;
use crate::checksum::Checksum;
use crate::contender::{Orm, Seen};
use crate::rows::Row;

pub struct Postgres {
    pub pool: PgPool,
}

#[derive(FromRow)]
pub struct Product {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) price: Decimal,
    pub(super) category_id: i64,
    pub(super) created: DateTime<Utc>,
}

#[derive(FromRow)]
pub struct Listed {
    #[sqlx(flatten)]
    product: Product,
    category_name: String,
}

impl Orm for Postgres {
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
        let sql = "SELECT id, name, price, category_id, created FROM shop_product WHERE id = $1";
        Ok(sqlx::query_as(sql).bind(key).fetch_one(&self.pool).await?)
    }

    async fn list(&self) -> Result<Vec<Listed>> {
        let sql = "SELECT product.id, product.name, price, category_id, created, category.name AS category_name \
                   FROM shop_product product JOIN shop_category category ON category.id = category_id \
                   ORDER BY product.name LIMIT 20";
        Ok(sqlx::query_as(sql).fetch_all(&self.pool).await?)
    }

    async fn bulk_create(&self, mut products: Vec<Product>) -> Result<Vec<Product>> {
        let mut transaction = self.pool.begin().await?;
        let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
        let prices: Vec<Decimal> = products.iter().map(|product| product.price).collect();
        let categories: Vec<i64> = products.iter().map(|product| product.category_id).collect();
        let moments: Vec<DateTime<Utc>> = products.iter().map(|product| product.created).collect();
        // An array a column: one statement, whatever the number of rows.
        let sql = "INSERT INTO shop_product (name, price, category_id, created) \
                   SELECT * FROM UNNEST($1::text[], $2::numeric[], $3::bigint[], $4::timestamptz[]) RETURNING id";
        let insert = sqlx::query_scalar(sql).bind(names).bind(prices).bind(categories).bind(moments);
        let keys: Vec<i64> = insert.fetch_all(&mut *transaction).await?;
        products.iter_mut().zip(keys).for_each(|(product, key)| product.id = key);
        transaction.commit().await?;
        Ok(products)
    }

    async fn stream(&self) -> Result<Checksum> {
        let mut sum = Checksum::default();
        let sql = "SELECT id, name, price, category_id, created FROM shop_product";
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
