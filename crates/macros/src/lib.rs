//! The derives and macros of rjango.
//!
//! `derive(Model)` and `derive(Choices)` describe a struct or enum with the one attribute parser of `rjango-schema`;
//! `q!`, `f!` and `set!` turn Django's words into closures over a model's field accessors, and leave it to the
//! compiler to find what is misspelt. All that they emit refers to `::rjango::__private` alone.
#![deny(missing_docs)]

mod choices;
mod data_migration;
mod lookups;
mod middleware;
mod model;
mod project;
mod query_set;
mod receiver;
mod router;

use proc_macro::TokenStream;

/// Makes a struct a model: a table of the database.
///
/// ```text
/// #[derive(Model, Debug, Clone)]
/// #[model(ordering = "name")]
/// pub struct Product {
///     pub id: Auto,
///     #[field(max_length = 200)]
///     pub name: String,
///     #[field(max_digits = 10, decimal_places = 2)]
///     pub price: Decimal,
///     #[field(on_delete = "cascade", related_name = "products")]
///     pub category: Option<ForeignKey<Category>>,
/// }
/// ```
///
/// The struct gets `Product::objects()`, `Default`, `Serialize` (unless `#[model(serialize = false)]`) and the accessors
/// that `q!`, `f!` and `set!` use; a relation's target gets the way back, by a trait beside the struct that
/// `use super::models::*` brings into scope.
#[proc_macro_derive(Model, attributes(model, field))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    emit(syn::parse(input).and_then(|input| model::derive(&input)))
}

/// Makes an enum the values of a field: Django's `TextChoices` and, with discriminants, `IntegerChoices`.
///
/// ```text
/// #[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
/// pub enum Status {
///     Draft,
///     #[choice(value = "pub", label = "On sale")]
///     Published,
/// }
/// ```
///
/// `Display` writes the label. A new instance's field holds the `#[default]` variant, or else the first; an optional field
/// holds nothing.
///
/// A row that another program wrote may hold a value that is none of these. Reading it is an error that names the row, unless
/// one variant takes such values: `#[choice(other)] Other(String)`. Of integers it is `Other(i64)`, and Rust asks for
/// `#[repr(i64)]` on the enum.
#[proc_macro_derive(Choices, attributes(choice, default))]
pub fn derive_choices(input: TokenStream) -> TokenStream {
    emit(syn::parse(input).and_then(|input| choices::derive(&input)))
}

/// A condition in Django's words: `q!(price__lt = 5, category__name__icontains = "drink")`.
///
/// `,` is and, `|` is or (it binds closer than `,`), `!` is not, and parentheses group. `F(field)` in a value is another
/// field of the row. It expands to a closure over the model's accessors, which `filter` and its kin take, so that the
/// compiler checks names and types.
#[proc_macro]
pub fn q(input: TokenStream) -> TokenStream {
    emit(lookups::q(input.into()))
}

/// Fields by name: `f!(name, category__name)`; for orders `f!(-price)`, the largest first, and `f!(?)`, at random.
#[proc_macro]
pub fn f(input: TokenStream) -> TokenStream {
    emit(lookups::f(input.into()))
}

/// Assignments: `set!(name = "Drinks", price = F(price) + dec!(0.50))`.
#[proc_macro]
pub fn set(input: TokenStream) -> TokenStream {
    emit(lookups::set(input.into()))
}

/// Makes an async function a layer of the onion, named in `MIDDLEWARE` by its module and name: `shop.middleware.multi_tenant`.
///
/// ```text
/// #[middleware]
/// pub async fn multi_tenant(mut request: Request, next: Next) -> Result<Response> {
///     let tenant = request.host().split('.').next().unwrap_or_default().to_owned();
///     request.extensions_mut().insert(Tenant(tenant));
///     next.run(request).await
/// }
/// ```
///
/// Above a plain `fn(&Settings)` the function makes the layer once, such as a `TowerMiddleware`; above
/// `impl Middleware for Name` the layer is `Name::default()`.
#[proc_macro_attribute]
pub fn middleware(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(middleware::expand(attribute.into(), item.into()))
}

/// Makes an async function one that migrations can run, named in `migration.toml` by its path.
///
/// ```text
/// #[data_migration]
/// pub async fn fill_sku(apps: &StateApps) -> Result<()> {
///     for mut product in apps.objects("shop.Product")?.all().await? {
///         let sku = format!("P{:05}", product.pk());
///         product.set("sku", sku)?;
///         product.save().await?;
///     }
///     Ok(())
/// }
/// ```
///
/// It runs in the transaction of its migration, with the models as they were at that point of the history.
#[proc_macro_attribute]
pub fn data_migration(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(data_migration::expand(attribute.into(), item.into()))
}

/// Makes an async function hear of a model's instances: Django's signals.
///
/// ```text
/// #[receiver(post_save)]
/// async fn note(product: &Product, saved: &Saved) -> Result<()> {
///     if saved.created {
///         Stock::objects().create(Stock { product: ForeignKey::to(product), ..Default::default() }).await?;
///     }
///     Ok(())
/// }
/// ```
///
/// The signals are `pre_save`, which may take `&mut Product`, `post_save`, `pre_delete`, `post_delete` and `m2m_changed`; the
/// second argument, which may be left out, is a `&Saving`, `&Saved`, `&Deletion`, `&Deletion` and `&RelationChange`. An
/// error stops the operation.
#[proc_macro_attribute]
pub fn receiver(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(receiver::expand(attribute.into(), item.into()))
}

/// Gives the query sets of a model methods of their own, which chain like any other.
///
/// ```text
/// #[query_set]
/// impl ProductQuery for QuerySet<Product> {
///     /// What costs less than this.
///     fn cheaper_than(self, price: Decimal) -> Self {
///         self.filter(q!(price__lt = price))
///     }
/// }
///
/// let drinks = Product::objects().cheaper_than(dec!(5)).filter(q!(category__name = "Drinks")).await?;
/// ```
///
/// They are the methods of the trait `ProductQuery`, which the macro writes and which must be in scope where they are called, as
/// `use super::models::*` brings it. The trait is `pub`, or as visible as `#[query_set(pub(crate))]` says.
#[proc_macro_attribute]
pub fn query_set(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(query_set::expand(attribute.into(), item.into()))
}

/// Makes a function choose the database of queries, named in `DATABASE_ROUTERS` by its module and name: `shop.routers.archive`.
///
/// ```text
/// #[router]
/// pub fn archive(query: &Routed<'_>) -> Option<String> {
///     (query.app() == "archive" && !query.write).then(|| "copy".to_owned())
/// }
/// ```
///
/// It is asked where a query names no database by `using`; `None` leaves the choice to the next router, and in the end to
/// the APPS and REPLICA_OF of the settings. Routers are the project's code: what the `rjango` binary does without it, such
/// as `migrate` and `shell`, goes by the settings alone.
#[proc_macro_attribute]
pub fn router(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(router::expand(attribute.into(), item.into()))
}

/// The project as its own binary knows it: `rjango::manage(rjango::project!().urls(config::urls::urlpatterns))`.
///
/// In a release build the settings, templates, static files and migrations of the project are inside.
#[proc_macro]
pub fn project(_input: TokenStream) -> TokenStream {
    project::expand().into()
}

/// The files of the crate being compiled. For [`project!`] alone.
#[doc(hidden)]
#[proc_macro]
pub fn embed_project(_input: TokenStream) -> TokenStream {
    project::embed().into()
}

fn emit(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.into_compile_error()).into()
}
