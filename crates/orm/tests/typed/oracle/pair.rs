//! A query written twice, and the list of them.

use std::future::IntoFuture;
use std::pin::Pin;

use rjango_core::Result;
use rjango_orm::Engine;
use serde_json::Value as Json;

use super::django::Django;
use super::plain::Plain;

/// A query that runs when it is awaited, and gives plain JSON.
pub type Running = Pin<Box<dyn Future<Output = Result<Json>>>>;

/// The engines that Django and rjango share here.
pub const BOTH: &[Engine] = &[Engine::Sqlite, Engine::Postgres];

/// The same query in Django's words and in rjango's.
pub struct Pair {
    /// Also the pair's name.
    pub django: &'static str,
    pub rjango: Box<dyn Fn() -> Running>,
    /// The engines that it is about.
    pub engines: &'static [Engine],
    /// Where the two differ on purpose, and why.
    differences: Vec<Difference>,
}

/// A difference that is meant.
struct Difference {
    djangos: &'static [Django],
    engines: &'static [Engine],
    why: &'static str,
}

/// The list.
#[derive(Default)]
pub struct Pairs(pub Vec<Pair>);

impl Pairs {
    /// Adds a pair: `both("Book.objects.filter(price__lt=5)", || Book::objects().filter(q!(price__lt = 5)))`. An
    /// `async` block stands for what takes several steps.
    pub fn both<F, A, T>(&mut self, django: &'static str, rjango: F) -> &mut Pair
    where
        F: Fn() -> A + 'static,
        A: IntoFuture<Output = Result<T>>,
        A::IntoFuture: 'static,
        T: Plain,
    {
        // What is generic over the closure's own type is no more than this: there are hundreds of them.
        self.push(django, Box::new(move || run(rjango().into_future())))
    }

    fn push(&mut self, django: &'static str, rjango: Box<dyn Fn() -> Running>) -> &mut Pair {
        let index = self.0.len();
        self.0.push(Pair { django, rjango, engines: BOTH, differences: Vec::new() });
        &mut self.0[index]
    }
}

impl Pair {
    /// About these engines alone.
    pub fn on(&mut self, engines: &'static [Engine]) -> &mut Self {
        self.engines = engines;
        self
    }

    /// The two differ, for this reason.
    pub fn differs(&mut self, why: &'static str) -> &mut Self {
        self.differs_in(Django::ALL, BOTH, why)
    }

    /// The two differ on these engines, for this reason.
    pub fn differs_on(&mut self, engines: &'static [Engine], why: &'static str) -> &mut Self {
        self.differs_in(Django::ALL, engines, why)
    }

    /// rjango and these Djangos differ on these engines, for this reason.
    pub fn differs_in(
        &mut self,
        djangos: &'static [Django],
        engines: &'static [Engine],
        why: &'static str,
    ) -> &mut Self {
        self.differences.push(Difference { djangos, engines, why });
        self
    }

    /// Why the two must differ on this engine.
    pub fn why_different(&self, django: Django, engine: Engine) -> Option<&'static str> {
        let told =
            |difference: &&Difference| difference.djangos.contains(&django) && difference.engines.contains(&engine);
        self.differences.iter().find(told).map(|difference| difference.why)
    }
}

fn run<T: Plain>(query: impl Future<Output = Result<T>> + 'static) -> Running {
    Box::pin(async move { Ok(query.await?.plain()) })
}
