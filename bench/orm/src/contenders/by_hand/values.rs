//! sqlx on PostgreSQL once more, inserting as ORMs do: statements of many `VALUES`, where an array a column is faster.

use std::sync::Arc;

use sqlx::QueryBuilder;

use super::postgres::{Listed, Postgres, Product};
use crate::Result;
use crate::checksum::Checksum;
use crate::contender::{Contender, Orm};
use crate::place::{Engine, Place};
use crate::rows::Row;
use crate::task::Task;

/// How many rows a statement inserts. From 300 to 16,000 all took the same.
const CHUNK: usize = 1_000;

struct Values(Postgres);

pub fn open(_: Engine, place: &Place) -> Result<Arc<dyn Contender>> {
    Ok(Arc::new(Values(Postgres { pool: place.postgres_pool()? })))
}

impl Orm for Values {
    const NAME: &'static str = "sqlx-values";
    type Product = Product;
    type Listed = Listed;

    fn does(engine: Engine, task: Task) -> bool {
        engine == Engine::Postgres && task == Task::BulkCreate
    }

    fn new_product(row: Row) -> Product {
        Postgres::new_product(row)
    }

    fn key(product: &Product) -> Option<i64> {
        Postgres::key(product)
    }

    async fn get(&self, key: i64) -> Result<Product> {
        self.0.get(key).await
    }

    async fn list(&self) -> Result<Vec<Listed>> {
        self.0.list().await
    }

    async fn bulk_create(&self, mut products: Vec<Product>) -> Result<Vec<Product>> {
        let mut transaction = self.0.pool.begin().await?;
        for chunk in products.chunks_mut(CHUNK) {
            let mut insert = QueryBuilder::new("INSERT INTO shop_product (name, price, category_id, created) ");
            insert.push_values(chunk.iter(), |mut row, product| {
                row.push_bind(product.name.as_str())
                    .push_bind(product.price)
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
        self.0.stream().await
    }
}
