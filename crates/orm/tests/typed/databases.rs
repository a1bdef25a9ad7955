//! Several databases: `using` on every way to write, homes of apps, replicas and routers.

use std::sync::Arc;

use rjango_core::{Settings, Site};
use rjango_macros::router;
use rjango_orm::{Database, Databases, Models, Routed, in_database};

use crate::engine::{self, tables};
use crate::library::models::{Article, Author};
use crate::prelude::*;
use crate::shop::models::*;

/// Runs a test in a site of two databases with all tables, `default` and `other`, once an engine.
#[track_caller]
fn run(change: impl Fn(&mut Settings), test: impl AsyncFn() -> Result<()>) {
    run_on(["default", "other"], change, test);
}

/// [`run`] with the aliases that the settings have once they are changed.
#[track_caller]
fn run_on(aliases: [&str; 2], change: impl Fn(&mut Settings), test: impl AsyncFn() -> Result<()>) {
    for engine in engine::built() {
        eprintln!("on {engine}");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let outcome: Result<()> = runtime.expect("a runtime starts").block_on(async {
            engine::with_settings(engine, async |first| {
                engine::with_settings(engine, async |second| {
                    let models = Models::from_inventory(|_| true)?;
                    let sql = tables(engine, &models);
                    let mut settings = Settings::for_tests();
                    settings.databases.insert("default".to_owned(), first);
                    settings.databases.insert("other".to_owned(), second);
                    change(&mut settings);
                    let databases = Databases::with_routers(&settings)?;
                    let site = Arc::new(Site::new(settings).with(databases.clone()).with(models));
                    let result = site
                        .scope(async {
                            for alias in aliases {
                                Database::current(Some(alias))?.execute_script(&sql).await?;
                            }
                            test().await
                        })
                        .await;
                    databases.close().await;
                    result
                })
                .await
            })
            .await
        });
        if let Err(error) = outcome {
            panic!("{engine}: {error:?}\n{}\nraised at {}", error.sql().unwrap_or_default(), error.raised());
        }
    }
}

async fn names(alias: &str) -> Result<Vec<String>> {
    Product::objects().using(alias).order_by(f!(name)).values_list(f!(name)).await
}

fn product(name: &str) -> Product {
    Product { name: name.into(), price: dec!(1), ..Default::default() }
}

#[test]
fn an_instance_is_written_where_it_is_told() {
    run(
        |_| {},
        async || {
            let mut tea = product("Tea");
            tea.using("other").save().await?;
            let mut milk = product("Milk");
            milk.using("other").save_new().await?;
            assert_eq!((names("default").await?, names("other").await?), (vec![], vec!["Milk".into(), "Tea".into()]));
            tea.name = "Green tea".into();
            tea.price = dec!(9);
            tea.using("other").save_fields(f!(name)).await?;
            tea.using("other").refresh_from_db().await?;
            assert_eq!((tea.name.as_str(), tea.price), ("Green tea", dec!(1)));
            tea.price = dec!(2);
            tea.using("other").save_existing().await?;
            tea.price = dec!(3);
            tea.using("other").refresh_fields(f!(price)).await?;
            assert_eq!(tea.price, dec!(2));
            assert!(
                tea.save_existing().await.is_err_and(|error| error.is_does_not_exist()),
                "the default has no such row"
            );
            tea.using("other").full_clean().await?;
            assert_eq!(milk.using("other").delete().await?, 1);
            assert_eq!(names("other").await?, ["Green tea"]);
            let error = tea.using("nowhere").save().await.expect_err("no such database");
            assert_eq!(error.to_string(), "there is no database `nowhere`");
            Ok(())
        },
    );
}

#[test]
fn uniqueness_is_looked_for_where_the_row_goes() {
    run(
        |_| {},
        async || {
            Tag::objects().using("other").create(Tag { label: "hot".into(), ..Default::default() }).await?;
            let mut tag = Tag { label: "hot".into(), ..Default::default() };
            tag.full_clean().await?;
            assert!(tag.using("other").full_clean().await.is_err_and(|error| error.is_validation()));
            assert!(tag.using("other").validate_unique().await.is_err());
            Ok(())
        },
    );
}

#[test]
fn a_query_set_writes_where_it_reads() {
    run(
        |_| {},
        async || {
            let other = || Product::objects().using("other");
            other().bulk_create(["A", "B"].map(product)).await?;
            let (mut made, created) = other().get_or_create(set!(name = "C", price = dec!(1))).await?;
            assert!(created);
            assert!(!other().get_or_create(set!(name = "C", price = dec!(1))).await?.1);
            other().update_or_create(set!(name = "D"), set!(price = dec!(4))).await?;
            other().filter(q!(name = "A")).update(set!(name = "Z")).await?;
            made.name = "Y".into();
            other().bulk_update([&made], f!(name)).await?;
            other().filter(q!(name = "B")).delete().await?;
            other()
                .bulk_create_or_update([Product { id: made.id, name: "X".into(), ..made.clone() }], f!(id), f!(name))
                .await?;
            assert_eq!(
                (names("default").await?.len(), names("other").await?),
                (0, vec!["D".into(), "X".into(), "Z".into()])
            );
            let raw = other().raw("SELECT * FROM shop_product WHERE name = %s").bind("D").await?;
            assert_eq!(raw.len(), 1);
            let mut partial = other().filter(q!(name = "D")).only(f!(name)).one().await?;
            *partial.get_mut(f!(name))? = "E".into();
            partial.save().await?;
            assert_eq!(partial.load().await?.name, "E");
            Ok(())
        },
    );
}

#[test]
fn relations_are_read_and_changed_in_another_database() {
    run(
        |_| {},
        async || {
            let category = Category { name: "Drinks".into(), ..Default::default() };
            let drinks = Category::objects().using("other").create(category).await?;
            let tea = Product { category: Some(ForeignKey::to(&drinks)), ..product("Tea") };
            let tea = Product::objects().using("other").create(tea).await?;
            tea.tags.using("other").create(Tag { label: "hot".into(), ..Default::default() }).await?;
            let cold = Tag { label: "cold".into(), ..Default::default() };
            let cold = Tag::objects().using("other").create(cold).await?;
            tea.tags.using("other").add([&cold]).await?;
            assert_eq!(tea.tags.using("other").all().count().await?, 2);
            tea.tags.using("other").remove([&cold]).await?;
            tea.tags.using("other").set([&cold]).await?;
            assert_eq!(tea.tags.using("other").all().values_list(f!(label)).await?, ["cold"]);
            assert_eq!(tea.tags.all().count().await?, 0, "the default database has no such rows");
            let read = Product::objects().using("other").prefetch_related(f!(tags, category)).one().await?;
            assert_eq!(read.tags.loaded().map(<[Tag]>::len), Some(1));
            let plain = Product::objects().using("other").one().await?;
            let key = plain.category.as_ref().expect("a category");
            assert_eq!(key.get_using("other").await?.name, "Drinks");
            assert!(key.get().await.is_err());
            assert_eq!(drinks.products().using("other").count().await?, 1);
            let beside = Category::objects().using("other").with_related(f!(products), Product::objects()).await?;
            assert_eq!(beside[0].1.len(), 1);
            tea.tags.using("other").clear().await?;
            assert_eq!(tea.tags.using("other").all().count().await?, 0);
            Ok(())
        },
    );
}

#[test]
fn everything_inside_goes_to_the_database_that_is_ambient() {
    run(
        |_| {},
        async || {
            in_database("other", async || {
                let mut tea = product("Tea");
                tea.save().await?;
                tea.tags.create(Tag { label: "hot".into(), ..Default::default() }).await?;
                atomic(async || {
                    product("Milk").save().await?;
                    let later = rjango_orm::unblock(|| Product::objects().count().sync()).await?;
                    assert_eq!(later, 2, "plain code sees the same database and transaction");
                    Ok(())
                })
                .await
            })
            .await?;
            assert_eq!((names("default").await?.len(), names("other").await?.len()), (0, 2));
            assert!(in_database("nowhere", async || Ok(())).await.is_err());
            Ok(())
        },
    );
}

#[test]
fn an_app_with_a_home_of_its_own_lives_there() {
    let home = |settings: &mut Settings| {
        let other = settings.databases.get_mut("other").expect("it is there");
        other.apps = vec!["library".to_owned()];
    };
    run(home, async || {
        let ada = Author::objects().create(Author { name: "Ada".into(), ..Default::default() }).await?;
        let mut article = Article { title: "First".into(), author: ForeignKey::to(&ada), ..Default::default() };
        article.save().await?;
        article.friends.add([&article.clone()]).await?;
        assert_eq!(Author::objects().using("other").count().await?, 1);
        assert_eq!(Author::objects().using("default").count().await?, 0);
        assert_eq!(article.friends.using("other").all().count().await?, 1);
        product("Tea").save().await?;
        assert_eq!((names("default").await?.len(), names("other").await?.len()), (1, 0));
        let site = Site::current()?;
        let databases = site.require::<Databases>()?;
        let allowed = |alias, app| databases.allow_migrate(alias, app);
        assert!(allowed("other", "library") && !allowed("default", "library"));
        assert!(allowed("default", "shop") && !allowed("other", "shop"));
        Ok(())
    });
}

#[test]
fn reads_go_to_a_replica_and_writes_and_transactions_to_its_primary() {
    let replica = |settings: &mut Settings| {
        settings.databases.get_mut("other").expect("it is there").replica_of = Some("default".to_owned());
    };
    run(replica, async || {
        // Nothing replicates here: what a read finds tells where it went.
        let mut tea = product("Tea");
        tea.save().await?;
        assert_eq!(Product::objects().count().await?, 0);
        Product::objects().using("other").create(product("Copy")).await?;
        assert_eq!(Product::objects().one().await?.name, "Copy");
        atomic(async || {
            assert_eq!(Product::objects().one().await?.name, "Tea", "a transaction sees what it wrote");
            assert_eq!(Product::objects().select_for_update().one().await?.name, "Tea");
            Ok(())
        })
        .await?;
        assert_eq!(Product::objects().for_write().one().await?.name, "Tea");
        assert!(!Product::objects().get_or_create(set!(name = "Tea")).await?.1, "it looks where it would write");
        tea.name = "?".into();
        tea.refresh_from_db().await?;
        assert_eq!(tea.name, "Tea");
        Tag::objects().create(Tag { label: "hot".into(), ..Default::default() }).await?;
        let twice = Tag { label: "hot".into(), ..Default::default() }.full_clean().await;
        assert!(twice.is_err_and(|error| error.is_validation()), "uniqueness is a matter of the primary");
        assert_eq!(Product::objects().delete().await?, 1);
        assert_eq!((names("default").await?.len(), names("other").await?.len()), (0, 1));
        Ok(())
    });
}

#[router]
fn tags_elsewhere(query: &Routed<'_>) -> Option<String> {
    (query.model == "shop.Tag").then(|| if query.write { "default" } else { "other" }.to_owned())
}

#[test]
fn a_router_of_the_project_has_the_first_say() {
    let routed = |settings: &mut Settings| {
        settings.database_routers = vec!["databases.tags_elsewhere".to_owned()];
    };
    run(routed, async || {
        Tag::objects().create(Tag { label: "hot".into(), ..Default::default() }).await?;
        assert_eq!(Tag::objects().count().await?, 0);
        assert_eq!(Tag::objects().using("default").count().await?, 1);
        product("Tea").save().await?;
        assert_eq!(Product::objects().count().await?, 1);
        Ok(())
    });
    let mut settings = Settings::for_tests();
    settings.database_routers = vec!["databases.tags_elsewher".to_owned()];
    let error = Databases::with_routers(&settings).expect_err("no such router");
    assert_eq!(error.hint(), Some("did you mean `databases.tags_elsewhere`?"));
}

/// The code of `docs/databases.md`.
#[router]
fn tags_to_archive(query: &Routed<'_>) -> Option<String> {
    (query.model == "shop.Tag" && !query.write).then(|| "archive".to_owned())
}

#[test]
fn the_guide_runs() {
    let archive = |settings: &mut Settings| {
        let other = settings.databases.remove("other").expect("it is there");
        settings.databases.insert("archive".to_owned(), other);
    };
    run_on(["default", "archive"], archive, async || {
        let old = Product::objects().using("archive").filter(q!(price__lt = 5)).await?;
        let mut tea = Product { name: "Tea".into(), price: dec!(2), ..Default::default() };
        tea.using("archive").save().await?;
        tea.tags.using("archive").create(Tag { label: "hot".into(), ..Default::default() }).await?;
        tea.using("archive").delete().await?;
        let archived = in_database("archive", async || {
            let milk = Product::objects().create(Product { name: "Milk".into(), ..Default::default() }).await?;
            milk.tags.create(Tag { label: "cold".into(), ..Default::default() }).await?;
            Product::objects().count().await
        })
        .await?;
        assert_eq!((old.len(), archived), (0, 1));
        Ok(())
    });
}
