//! rjango, as a view uses it.

use std::sync::Arc;

use rjango::core::settings::{DatabaseSettings, Sources};
use rjango::db::{Databases, Models};
use rjango::prelude::*;
use rjango::{Settings, Site};

use crate::checksum::Checksum;
use crate::contender::{Contender, Orm, Seen};
use crate::place::{CONNECTIONS, Engine, JOURNAL, Place, SYNCHRONOUS};
use crate::rows::Row;
use crate::shop::models::{Category, Product};

struct Rjango {
    site: Arc<Site>,
}

pub fn open(engine: Engine, place: &Place) -> crate::Result<Arc<dyn Contender>> {
    let site = site(engine, place).map_err(rjango::Error::into_boxed)?;
    Ok(Arc::new(Rjango { site: Arc::new(site) }))
}

fn site(engine: Engine, place: &Place) -> Result<Site> {
    let mut settings = Settings::for_tests();
    settings.databases.insert("default".to_owned(), database(engine, place)?);
    let databases = Databases::from_settings(&settings)?;
    Ok(Site::new(settings).with(databases).with(Models::from_inventory(|app| app == "shop")?))
}

fn database(engine: Engine, place: &Place) -> Result<DatabaseSettings> {
    let mut database = match engine {
        Engine::Sqlite => {
            let file = place.sqlite(Rjango::NAME).map_err(|error| rjango::Error::command(error.to_string()))?;
            let mut database = DatabaseSettings::sqlite(file.display().to_string());
            database.options.insert("journal_mode".to_owned(), JOURNAL.to_owned());
            database.options.insert("synchronous".to_owned(), SYNCHRONOUS.to_owned());
            database
        }
        Engine::Postgres => {
            let sources = Sources::new(&place.folder).with_environment([
                ("DATABASE_URL", place.postgres.as_str()),
                ("SECRET_KEY", "a secret of the bench, long enough to be taken for one"),
            ]);
            let mut settings = Settings::from_sources(&sources)?;
            settings.databases.remove("default").ok_or_else(|| rjango::Error::command("no database in the settings"))?
        }
    };
    database.options.insert("max_connections".to_owned(), CONNECTIONS.to_string());
    Ok(database)
}

impl Orm for Rjango {
    const NAME: &'static str = "rjango";
    type Product = Product;
    type Listed = Product;

    fn new_product(row: Row) -> Product {
        let Row { name, price, category, created } = row;
        Product { name, price, category: ForeignKey::from_pk(category), created, ..Default::default() }
    }

    fn key(product: &Product) -> Option<i64> {
        product.id.get()
    }

    async fn get(&self, key: i64) -> crate::Result<Product> {
        Product::objects().get(q!(pk = key)).await.map_err(rjango::Error::into_boxed)
    }

    async fn list(&self) -> crate::Result<Vec<Product>> {
        let products = Product::objects().select_related(f!(category)).order_by(f!(name)).slice(..20);
        products.await.map_err(rjango::Error::into_boxed)
    }

    async fn bulk_create(&self, products: Vec<Product>) -> crate::Result<Vec<Product>> {
        // Its several statements are one transaction.
        Product::objects().bulk_create(products).await.map_err(rjango::Error::into_boxed)
    }

    async fn stream(&self) -> crate::Result<Checksum> {
        let mut sum = Checksum::default();
        let mut products = Product::objects().stream();
        while let Some(product) = products.try_next().await.map_err(rjango::Error::into_boxed)? {
            product.add_to(&mut sum);
        }
        Ok(sum)
    }

    fn inside<F: Future + Send>(&self, future: F) -> impl Future<Output = F::Output> + Send {
        Arc::clone(&self.site).scope(future)
    }
}

impl Seen for Product {
    fn add_to(&self, sum: &mut Checksum) {
        sum.add(self.price, &self.name, self.category.loaded().map(|category: &Category| category.name.as_str()));
    }
}
