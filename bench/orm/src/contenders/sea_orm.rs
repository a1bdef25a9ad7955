//! sea-orm, over pools that are set up as the others' are.

mod category;
mod product;

use std::sync::Arc;

use futures_util::TryStreamExt;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseConnection, EntityTrait, QueryOrder, QuerySelect, SqlxPostgresConnector, SqlxSqliteConnector,
    TransactionTrait,
};

use crate::Result;
use crate::checksum::Checksum;
use crate::contender::{Contender, Orm, Seen};
use crate::place::{Engine, Place};
use crate::rows::Row;

/// How many rows a statement inserts: as many as SQLite has parameters for, at four a row.
const CHUNK: usize = 8_000;

struct SeaOrm {
    database: DatabaseConnection,
}

pub fn open(engine: Engine, place: &Place) -> Result<Arc<dyn Contender>> {
    let database = match engine {
        Engine::Sqlite => SqlxSqliteConnector::from_sqlx_sqlite_pool(place.sqlite_pool(SeaOrm::NAME)?),
        Engine::Postgres => SqlxPostgresConnector::from_sqlx_postgres_pool(place.postgres_pool()?),
    };
    Ok(Arc::new(SeaOrm { database }))
}

impl Orm for SeaOrm {
    const NAME: &'static str = "sea-orm";
    type Product = product::Model;
    type Listed = (product::Model, Option<category::Model>);

    fn new_product(row: Row) -> product::Model {
        product::Model { id: 0, name: row.name, price: row.price, category_id: row.category, created: row.created }
    }

    fn key(product: &product::Model) -> Option<i64> {
        Some(product.id)
    }

    async fn get(&self, key: i64) -> Result<product::Model> {
        let found = product::Entity::find_by_id(key).one(&self.database).await?;
        found.ok_or_else(|| "there is no such product".into())
    }

    async fn list(&self) -> Result<Vec<Self::Listed>> {
        let products = product::Entity::find().find_also_related(category::Entity);
        Ok(products.order_by_asc(product::Column::Name).limit(20).all(&self.database).await?)
    }

    async fn bulk_create(&self, mut products: Vec<product::Model>) -> Result<Vec<product::Model>> {
        let transaction = self.database.begin().await?;
        for chunk in products.chunks_mut(CHUNK) {
            let new = chunk.iter().map(|product| product::ActiveModel {
                id: NotSet,
                name: Set(product.name.clone()),
                price: Set(product.price),
                category_id: Set(product.category_id),
                created: Set(product.created),
            });
            let keys = product::Entity::insert_many(new).exec_with_returning_keys(&transaction).await?;
            chunk.iter_mut().zip(keys).for_each(|(product, key)| product.id = key);
        }
        transaction.commit().await?;
        Ok(products)
    }

    async fn stream(&self) -> Result<Checksum> {
        let mut sum = Checksum::default();
        let mut products = product::Entity::find().stream(&self.database).await?;
        while let Some(product) = products.try_next().await? {
            product.add_to(&mut sum);
        }
        Ok(sum)
    }
}

impl Seen for product::Model {
    fn add_to(&self, sum: &mut Checksum) {
        sum.add(self.price, &self.name, None);
    }
}

impl Seen for (product::Model, Option<category::Model>) {
    fn add_to(&self, sum: &mut Checksum) {
        let (product, category) = self;
        sum.add(product.price, &product.name, category.as_ref().map(|category| category.name.as_str()));
    }
}
