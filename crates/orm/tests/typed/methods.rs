//! A model's own methods, and query sets, in templates.

use rjango_core::{ErrorKind, Site};
use rjango_orm::dynamic::Instance;
use rjango_orm::objects::InstanceObject;
use rjango_orm::{Database, Models};
use rjango_templates::{Arguments, Attribute, Value, from_serialize};

use crate::database::run;
use crate::page::{self, get, show, texts, told, walk};
use crate::pages::models::*;
use crate::prelude::*;

/// How many statements the default database has run meanwhile.
async fn statements<T>(run: impl AsyncFnOnce() -> Result<T>) -> Result<(T, u64)> {
    let database = Database::current(None)?;
    let before = database.statement_count();
    let result = run().await?;
    Ok((result, database.statement_count() - before))
}

async fn posts() -> Result<()> {
    let ann = Writer::objects().create(Writer { name: "Ann".into(), ..Default::default() }).await?;
    let new = Label::objects().create(Label { name: "new".into(), ..Default::default() }).await?;
    for title in ["Bread & tea", "Coffee"] {
        let stage = if title == "Coffee" { Stage::Published } else { Stage::Draft };
        let post = Post { title: title.into(), stage, writer: ForeignKey::to(&ann), ..Default::default() };
        Post::objects().create(post).await?.labels.add([&new]).await?;
    }
    Ok(())
}

fn refusal(value: &Value, name: &str) -> String {
    match value.attribute(name) {
        Attribute::Refused(error) => told(&error),
        _ => panic!("`{name}` is not refused"),
    }
}

#[test]
fn a_template_calls_methods_without_parentheses() {
    run(async || {
        posts().await?;
        let post = from_serialize(&Post::objects().first().await?)?;
        for (path, expected) in [
            ("is_long", "True"),
            ("shout", "BREAD & TEA"),
            ("cost", "3.50"),
            ("nothing", "None"),
            ("type", "post"),
            ("words.2", "tea"),
            ("whole", "1.20"),
            ("by", "Ann"),
            ("others.0.title", "Coffee"),
            ("others.0.shout", "COFFEE"),
            ("next.title", "Coffee"),
            ("next.next", "None"),
            ("beside.count", "2"),
            ("beside.last.shout", "COFFEE"),
            ("labels_at_hand", "None"),
            ("get_stage_display", "Draft"),
            ("next.get_stage_display", "In the open"),
            ("next.stage", "pub"),
        ] {
            assert_eq!(show(&post, path).await?, expected, "{path}");
        }
        assert!(matches!(get(&post, "cost").await?, Value::Decimal(_)));
        let link = get(&post, "link").await?;
        assert!(link.is_safe() && link.text() == "<a>Bread &amp; tea</a>");
        assert!(matches!(post.attribute("private"), Attribute::Unknown));
        let Value::Object(object) = &post else { panic!("{post:?}") };
        let names = object.attribute_names();
        for name in ["is_long", "type", "others", "get_stage_display", "labels", "writer_id"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
        for name in ["publish", "shorten", "retitle", "private"] {
            assert!(!names.iter().any(|known| known == name), "{name}");
        }
        Ok(())
    });
}

#[test]
fn what_a_method_waits_for_is_waited_for_once() {
    run(async || {
        posts().await?;
        let post = from_serialize(&Post::objects().first().await?)?;
        let ((), count) = statements(async || {
            for _ in 0..3 {
                assert_eq!(texts(&get(&post, "others").await?).await?.len(), 1);
                assert_eq!(show(&post, "by").await?, "Ann");
            }
            Ok(())
        })
        .await?;
        assert_eq!(count, 2);
        Ok(())
    });
}

#[test]
fn relations_that_were_loaded_are_loaded_in_the_method() {
    run(async || {
        posts().await?;
        let rows = Post::objects().select_related(f!(writer)).prefetch_related(f!(labels)).await?;
        let post = from_serialize(&rows[0])?;
        let ((), count) = statements(async || {
            assert_eq!(show(&post, "by").await?, "Ann");
            assert_eq!(show(&post, "labels_at_hand").await?, "1");
            Ok(())
        })
        .await?;
        assert_eq!(count, 0);
        // So are those that the page has read since.
        let post = from_serialize(&Post::objects().first().await?)?;
        let ((), count) = statements(async || {
            assert_eq!(show(&post, "writer.name").await?, "Ann");
            assert_eq!(walk(&get(&post, "labels").await?).await?.len(), 1);
            assert_eq!(show(&post, "by").await?, "Ann");
            assert_eq!(show(&post, "labels_at_hand").await?, "1");
            Ok(())
        })
        .await?;
        assert_eq!(count, 2);
        // Into a typed instance they come with all that came with them.
        let whole = Instance::of_model(&rows[0]).typed::<Post>()?;
        assert_eq!(whole.writer.loaded().map(|writer| writer.name.as_str()), Some("Ann"));
        assert_eq!(whole.labels.loaded().map(|labels| labels[0].name.as_str()), Some("new"));
        Ok(())
    });
}

#[test]
fn an_error_of_a_method_is_told() {
    run(async || {
        posts().await?;
        let post = from_serialize(&Post::objects().first().await?)?;
        for _ in 0..2 {
            assert_eq!(
                get(&post, "broken").await.err().map(|error| error.to_string()).as_deref(),
                Some("the mill is broken")
            );
            let error = get(&post, "refused").await.err().map(|error| told(&error)).unwrap_or_default();
            assert_eq!(error, "cannot filter a query once a slice has been taken\nhint: take the slice last");
        }
        Ok(())
    });
}

#[test]
fn what_changes_rows_or_takes_arguments_is_refused() {
    run(async || {
        posts().await?;
        let post = from_serialize(&Post::objects().first().await?)?;
        for name in ["publish", "retitle", "save", "delete"] {
            let expected =
                format!("`{name}()` changes the database, and a template only shows it\nhint: call it in the view");
            assert_eq!(refusal(&post, name), expected);
        }
        assert_eq!(
            refusal(&post, "shorten"),
            "`shorten()` takes arguments, and a template cannot give it any\n\
             hint: call it in the view, and put what it gives into the context"
        );
        assert_eq!(Post::objects().filter(q!(stage = Stage::Published)).count().await?, 1);
        Ok(())
    });
}

#[test]
fn the_shell_calls_them_too() {
    run(async || {
        posts().await?;
        let mut names = page::globals();
        names.insert(
            "post".to_owned(),
            InstanceObject::value(Instance::of_model(&Post::objects().get(q!(title = "Coffee")).await?)),
        );
        assert_eq!(page::shown("post.is_long()", &names).await?, "False");
        assert_eq!(page::shown("post.others()", &names).await?, "[<Post: Post object (1)>]");
        assert_eq!(page::shown("post.get_stage_display()", &names).await?, "'In the open'");
        let error = page::shown("post.is_long(1)", &names).await.err().map(|error| told(&error));
        assert_eq!(error.as_deref(), Some("`is_long()` does not take the argument `1`"));
        let error = page::shown("post.publish()", &names).await.err().map(|error| told(&error)).unwrap_or_default();
        assert!(error.contains("changes the database"), "{error}");
        Ok(())
    });
}

#[test]
fn a_query_set_in_a_context_is_lazy_and_read_once() {
    run(async || {
        posts().await?;
        let (page, count) = statements(async || {
            from_serialize(&std::collections::BTreeMap::from([("posts", Post::objects().select_related(f!(writer)))]))
        })
        .await?;
        assert_eq!(count, 0);
        let ((), count) = statements(async || {
            let posts = get(&page, "posts").await?;
            for _ in 0..2 {
                assert_eq!(walk(&posts).await?.len(), 2);
                assert_eq!(show(&posts, "count").await?, "2");
                assert_eq!(show(&posts, "0.writer.name").await?, "Ann");
            }
            Ok(())
        })
        .await?;
        assert_eq!(count, 1);
        // What it prefetches comes along, whatever is asked of it.
        let ((), count) = statements(async || {
            let posts = from_serialize(&Post::objects().filter(q!(title = "Coffee")).prefetch_related(f!(labels)))?;
            for path in ["0.labels.all.0.name", "first.labels.0.name", "last.labels.first.name"] {
                assert_eq!(show(&posts, path).await?, "new", "{path}");
            }
            assert_eq!(show(&posts, "first.labels.count").await?, "1");
            assert_eq!(show(&posts, "first.labels.exists").await?, "True");
            Ok(())
        })
        .await?;
        // Three times the rows and their labels, which are two queries over a join table.
        assert_eq!(count, 9);
        Ok(())
    });
}

#[test]
fn what_was_prefetched_is_used_by_every_way_to_ask() {
    run(async || {
        posts().await?;
        let rows = Post::objects().prefetch_related(f!(labels)).await?;
        let post = from_serialize(&rows[0])?;
        let ((), count) = statements(async || {
            for (path, expected) in [
                ("labels.all.0.name", "new"),
                ("labels.0.name", "new"),
                ("labels.count", "1"),
                ("labels.all.count", "1"),
                ("labels.exists", "True"),
                ("labels.first.name", "new"),
                ("labels.last.name", "new"),
                ("labels.all.first.name", "new"),
            ] {
                assert_eq!(show(&post, path).await?, expected, "{path}");
            }
            let labels = get(&post, "labels").await?;
            assert_eq!((walk(&labels).await?.len(), labels.len(), labels.is_true()), (1, Some(1), true));
            Ok(())
        })
        .await?;
        assert_eq!(count, 0);
        Ok(())
    });
}

#[test]
fn a_query_set_elsewhere_is_an_error_that_says_to_await_it() {
    let error = serde_json::to_string(&Post::objects()).err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some("the query set of `pages.Post` was not read: await it, and serialize its rows"));
    let wrong = Post::objects().slice(0..1).filter(q!(pk = 1));
    let error = from_serialize(&wrong).err();
    assert_eq!(error.as_ref().map(rjango_core::Error::kind), Some(ErrorKind::Template));
    assert_eq!(
        error.map(|error| error.to_string()).as_deref(),
        Some("cannot filter a query once a slice has been taken; take the slice last")
    );
}

#[test]
fn the_registry_knows_the_methods_by_name() {
    run(async || {
        let site = Site::current()?;
        let meta = site.require::<Models>()?.require("pages.Post")?;
        let names: Vec<&str> = meta.methods.iter().map(|method| &*method.name).collect();
        assert_eq!(
            names,
            [
                "beside",
                "broken",
                "by",
                "cost",
                "is_long",
                "labels_at_hand",
                "link",
                "next",
                "nothing",
                "others",
                "publish",
                "refused",
                "retitle",
                "shorten",
                "shout",
                "type",
                "whole",
                "words"
            ]
        );
        // The shell's call of a method that takes arguments is refused as well: it cannot know their types.
        let post = InstanceObject::value(Instance::of_model(&Post::default()));
        let Value::Object(object) = &post else { panic!("{post:?}") };
        let error = object.call_method("shorten", Arguments { positional: vec![3.into()], named: Vec::new() }).await;
        assert!(error.is_err());
        Ok(())
    });
}

#[test]
fn a_user_has_djangos_methods_and_no_hash_of_a_password() {
    run(async || {
        let member = Member {
            username: "ann".into(),
            password: "pbkdf2$secret".into(),
            first_name: "Ann".into(),
            last_name: "Lee".into(),
            ..Default::default()
        };
        let member = Member::objects().create(member).await?;
        let typed = from_serialize(&member)?;
        let read = InstanceObject::value(crate::database::objects("pages.Member")?.get([("pk", 1)]).await?);
        let lazy = get(&from_serialize(&Member::objects())?, "0").await?;
        for user in [&typed, &read, &lazy] {
            for (path, expected) in [
                ("get_username", "ann"),
                ("get_full_name", "Ann Lee"),
                ("get_short_name", "Ann"),
                ("is_authenticated", "True"),
                ("is_anonymous", "False"),
                ("password", ""),
                ("has_password", "True"),
            ] {
                assert_eq!(show(user, path).await?, expected, "{path}");
            }
            let json = serde_json::to_string(user)?;
            assert!(json.contains("ann") && !json.contains("secret"), "{json}");
        }
        let members = from_serialize(&Member::objects())?;
        for path in ["values", "values_list", "values.0"] {
            let shown = show(&members, path).await?;
            assert!(shown.contains("ann") && !shown.contains("secret"), "{path}: {shown}");
        }
        assert!(!serde_json::to_string(&member)?.contains("secret"));
        Ok(())
    });
}
