//! What each contender writes for itself, and how it is timed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use crate::checksum::Checksum;
use crate::place::Engine;
use crate::rows::{self, Row};
use crate::task::Task;
use crate::{Error, Result};

/// A task once done: how long it took, and what its rows came to.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    pub took: Duration,
    pub sum: Checksum,
}

/// Whoever takes part.
pub trait Contender: Send + Sync {
    /// Whether it takes part in the task on the engine.
    fn does(&self, engine: Engine, task: Task) -> bool;

    /// Does a round of the task.
    fn run(self: Arc<Self>, task: Task) -> BoxFuture<'static, Result<Done>>;
}

/// A contender in Rust: the tasks as its users would write them.
pub trait Orm: Send + Sync + 'static {
    /// The name in the table.
    const NAME: &'static str;

    /// Whether it takes part in the task on the engine.
    fn does(_: Engine, _: Task) -> bool {
        true
    }

    /// A product.
    type Product: Seen + Send + 'static;

    /// A product together with its category.
    type Listed: Seen + Send + 'static;

    /// A new product.
    fn new_product(row: Row) -> Self::Product;

    /// The key that a product got.
    fn key(product: &Self::Product) -> Option<i64>;

    /// A product by its primary key.
    fn get(&self, key: i64) -> impl Future<Output = Result<Self::Product>> + Send;

    /// The first products by name, each with its category.
    fn list(&self) -> impl Future<Output = Result<Vec<Self::Listed>>> + Send;

    /// New products, in one transaction; they come back with their keys.
    fn bulk_create(&self, products: Vec<Self::Product>) -> impl Future<Output = Result<Vec<Self::Product>>> + Send;

    /// Every product one by one.
    fn stream(&self) -> impl Future<Output = Result<Checksum>> + Send;

    /// Where a task runs: what is ambient for this contender.
    fn inside<F: Future + Send>(&self, future: F) -> impl Future<Output = F::Output> + Send {
        future
    }
}

/// What can be added to a checksum.
pub trait Seen {
    /// Adds itself.
    fn add_to(&self, sum: &mut Checksum);
}

impl<O: Orm> Contender for O {
    fn does(&self, engine: Engine, task: Task) -> bool {
        O::does(engine, task)
    }

    fn run(self: Arc<Self>, task: Task) -> BoxFuture<'static, Result<Done>> {
        // On a worker of the runtime, where a server runs its views.
        let running = tokio::spawn(async move { self.inside(timed(&*self, task)).await });
        Box::pin(async move { running.await? })
    }
}

async fn timed<O: Orm>(orm: &O, task: Task) -> Result<Done> {
    let mut sum = Checksum::default();
    let keys = rows::keys(task.times());
    let new: Vec<O::Product> = match task {
        Task::BulkCreate => rows::rows().map(O::new_product).collect(),
        _ => Vec::new(),
    };
    let start = Instant::now();
    match task {
        Task::Get => {
            for key in keys {
                orm.get(key).await?.add_to(&mut sum);
            }
        }
        Task::List => {
            for _ in 0..task.times() {
                orm.list().await?.iter().for_each(|product| product.add_to(&mut sum));
            }
        }
        Task::Stream => sum = orm.stream().await?,
        Task::BulkCreate => {
            let made = orm.bulk_create(new).await?;
            let took = start.elapsed();
            made.iter().for_each(|product| product.add_to(&mut sum));
            check_keys::<O>(&made)?;
            return Ok(Done { took, sum });
        }
    }
    Ok(Done { took: start.elapsed(), sum })
}

fn check_keys<O: Orm>(made: &[O::Product]) -> Result<()> {
    let in_order = made.iter().zip(1..).all(|(product, number)| O::key(product) == Some(number));
    if in_order {
        Ok(())
    } else {
        Err(Error::from(format!("the keys that {} gives are not those of the rows", O::NAME)))
    }
}
