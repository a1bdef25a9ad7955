//! Ways into JSON documents, and the lookups on keys and whole documents.

use rjango_orm::Engine;
use serde_json::{Value as Json, json};

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

const LACKS_THE_KEY: &str = "what lacks the key is not equal to the value; Django leaves it out of both `filter` and \
                             `exclude`, as its documentation warns";

pub fn pairs(pairs: &mut Pairs) {
    paths(pairs);
    texts(pairs);
    keys_and_documents(pairs);
}

fn paths(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(data__lang='no')", || Book::objects().filter(|b| b.data().key("lang").exact("no")));
    pairs.both("Book.objects.filter(data__rank=3)", || Book::objects().filter(|b| b.data().key("rank").exact(3)));
    pairs.both("Book.objects.filter(data__rank='3')", || Book::objects().filter(|b| b.data().key("rank").exact("3")));
    pairs
        .both("Book.objects.filter(data__rank__gt=4)", || Book::objects().filter(|b| b.data().key("rank").gt(4)))
        .differs_on(&[Engine::Sqlite], "numbers compare with numbers; asked by Django, every text is larger there");
    pairs.both("Book.objects.filter(data__rank__lte=1)", || Book::objects().filter(|b| b.data().key("rank").lte(1)));
    pairs
        .both("Book.objects.filter(data__rank__gte=5.5)", || Book::objects().filter(|b| b.data().key("rank").gte(5.5)))
        .differs_on(&[Engine::Sqlite], "numbers compare with numbers; asked by Django, every text is larger there");
    pairs.both("Book.objects.filter(data__rank__in=[1, 3, 10])", || {
        Book::objects().filter(|b| b.data().key("rank").in_([1, 3, 10]))
    });
    pairs.both("Book.objects.filter(data__lang__in=['is', 'de'])", || {
        Book::objects().filter(|b| b.data().key("lang").in_(["is", "de"]))
    });
    pairs.both("Book.objects.filter(data__size__w=12)", || {
        Book::objects().filter(|b| b.data().key("size").key("w").exact(12))
    });
    pairs.both("Book.objects.filter(data__size__h__lt=20.5)", || {
        Book::objects().filter(|b| b.data().key("size").key("h").lt(20.5))
    });
    pairs.both("Book.objects.filter(data__awards__0='Brage')", || {
        Book::objects().filter(|b| b.data().key("awards").index(0).exact("Brage"))
    });
    pairs.both("Book.objects.filter(data__awards__1__isnull=False)", || {
        Book::objects().filter(|b| b.data().key("awards").index(1).isnull(false))
    });
    pairs.both("Book.objects.filter(data__2__three=3)", || {
        Book::objects().filter(|b| b.data().index(2).key("three").exact(3))
    });
    pairs.both("Book.objects.filter(data__nested__a__b__c='deep')", || {
        Book::objects().filter(|b| b.data().key("nested").key("a").key("b").key("c").exact("deep"))
    });
    pairs.both("Book.objects.filter(data__signed=True)", || {
        Book::objects().filter(|b| b.data().key("signed").exact(true))
    });
    pairs.both("Book.objects.filter(data__signed=False)", || {
        Book::objects().filter(|b| b.data().key("signed").exact(false))
    });
    pairs.both("Book.objects.filter(data__signed=None)", || {
        Book::objects().filter(|b| b.data().key("signed").exact(Json::Null))
    });
    pairs.both("Book.objects.filter(data__signed__isnull=True)", || {
        Book::objects().filter(|b| b.data().key("signed").isnull(true))
    });
    pairs.both("Book.objects.filter(data__signed__isnull=False)", || {
        Book::objects().filter(|b| b.data().key("signed").isnull(false))
    });
    pairs.both("Book.objects.filter(data__awards=['Brage'])", || {
        Book::objects().filter(|b| b.data().key("awards").exact(json!(["Brage"])))
    });
    pairs.both("Book.objects.filter(data__awards=[])", || {
        Book::objects().filter(|b| b.data().key("awards").exact(json!([])))
    });
    pairs.both("Book.objects.filter(data__size={'h': 20, 'w': 12})", || {
        Book::objects().filter(|b| b.data().key("size").exact(json!({"h": 20, "w": 12})))
    });
    pairs
        .both("Book.objects.exclude(data__lang='no')", || Book::objects().exclude(|b| b.data().key("lang").exact("no")))
        .differs(LACKS_THE_KEY);
    pairs
        .both("Book.objects.exclude(data__rank__gt=4)", || Book::objects().exclude(|b| b.data().key("rank").gt(4)))
        .differs(LACKS_THE_KEY);
    pairs.both("Book.objects.exclude(data__signed__isnull=True)", || {
        Book::objects().exclude(|b| b.data().key("signed").isnull(true))
    });
    pairs
        .both("Book.objects.exclude(data__size__w=12)", || {
            Book::objects().exclude(|b| b.data().key("size").key("w").exact(12))
        })
        .differs(LACKS_THE_KEY);
    pairs.both("Author.objects.filter(book__data__lang='no').distinct()", || {
        Author::objects().filter(|a| a.book().data().key("lang").exact("no")).distinct()
    });
    pairs.both("Author.objects.exclude(book__data__lang='no')", || {
        Author::objects().exclude(|a| a.book().data().key("lang").exact("no"))
    });
    pairs
        .both(
            "Book.objects.order_by('id').values_list('data__lang', 'data__rank', 'data__size', 'data__awards__0')",
            || {
                Book::objects().order_by(f!(id)).values_list(|b| {
                    let data = || b.data();
                    (data().key("lang"), data().key("rank"), data().key("size"), data().key("awards").index(0))
                })
            },
        )
        .differs_on(&[Engine::Sqlite], "Django reads the text \"3\" as a number there");
    pairs.both("Book.objects.order_by('id').values_list('data', flat=True)", || {
        Book::objects().order_by(f!(id)).values_list(f!(data))
    });

    pairs.both("Book.objects.filter(data__has_key='rank').order_by('data__rank', 'id')", || {
        Book::objects().filter(q!(data__has_key = "rank")).order_by(|b| (b.data().key("rank"), b.id()))
    });
    pairs.both("Book.objects.filter(data__has_key='lang').order_by('-data__lang', 'id')", || {
        Book::objects().filter(q!(data__has_key = "lang")).order_by(|b| (b.data().key("lang").desc(), b.id()))
    });
    pairs.both("Book.objects.filter(data=None)", || Book::objects().filter(q!(data = Json::Null)));
    pairs.both("Review.objects.filter(book__data__size__h__gte=20).order_by('id')", || {
        Review::objects().filter(|r| r.book().data().key("size").key("h").gte(20)).order_by(f!(id))
    });
    pairs.both("Review.objects.exclude(book__data__has_key='awards').order_by('id')", || {
        Review::objects().exclude(q!(book__data__has_key = "awards")).order_by(f!(id))
    });
    pairs.both("Author.objects.exclude(book__data__has_key='awards')", || {
        Author::objects().exclude(q!(book__data__has_key = "awards"))
    });
    pairs
        .both("Book.objects.filter(Q(data__lang='is') | Q(data__rank__gte=10))", || {
            Book::objects().filter(|b| b.data().key("lang").exact("is") | b.data().key("rank").gte(10))
        })
        .differs_on(&[Engine::Sqlite], "every text is larger than a number there, asked by Django");
    pairs.both("Book.objects.exclude(Q(data__has_key='lang') | Q(data=None) | Q(data__isnull=True))", || {
        Book::objects().exclude(q!(data__has_key = "lang" | data = Json::Null | data__isnull = true))
    });
    pairs
        .both("Book.objects.filter(data__rank__range=(2, 4))", || {
            Book::objects().filter(|b| b.data().key("rank").range((2, 4)))
        })
        .differs_on(&[Engine::Sqlite], "Django compares with the texts of the numbers there");
    pairs.both("Book.objects.filter(data__0=1)", || Book::objects().filter(|b| b.data().index(0).exact(1)));
    pairs.both("Book.objects.filter(data__pattern__rows__2=3)", || {
        Book::objects().filter(|b| b.data().key("pattern").key("rows").index(2).exact(3))
    });
}

fn texts(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(data__lang__iexact='IS')", || {
        Book::objects().filter(|b| b.data().key("lang").text().iexact("IS"))
    });
    pairs
        .both("Book.objects.filter(data__lang__contains='o')", || {
            Book::objects().filter(|b| b.data().key("lang").text().contains("o"))
        })
        .differs("`contains` of a path compares documents in Django, of `text()` texts; on SQLite Django has none");
    pairs.both("Book.objects.filter(data__lang__icontains='S')", || {
        Book::objects().filter(|b| b.data().key("lang").text().icontains("S"))
    });
    pairs.both("Book.objects.filter(data__lang__startswith='n')", || {
        Book::objects().filter(|b| b.data().key("lang").text().startswith("n"))
    });
    pairs.both("Book.objects.filter(data__awards__0__iendswith='NER')", || {
        Book::objects().filter(|b| b.data().key("awards").index(0).text().iendswith("NER"))
    });
    pairs.both("Book.objects.filter(data__lang__regex='^[ns]')", || {
        Book::objects().filter(|b| b.data().key("lang").text().regex("^[ns]"))
    });
    pairs
        .both(
            "Book.objects.order_by('id').values_list(KT('data__lang'), KT('data__awards__1'), KT('data__cover'))",
            || {
                Book::objects().order_by(f!(id)).values_list(|b| {
                    let data = || b.data();
                    (data().key("lang").text(), data().key("awards").index(1).text(), data().key("cover").text())
                })
            },
        )
        .differs_on(&[Engine::Sqlite], "JSON's null as text is NULL, as on PostgreSQL; Django gives `null` there");
    pairs
        .both("Book.objects.annotate(lang=KT('data__lang')).filter(lang__gt='is').order_by('lang', 'id')", || {
            Book::objects()
                .filter(|b| b.data().key("lang").text().gt("is"))
                .order_by(|b| (b.data().key("lang").text(), b.id()))
        })
        .differs_on(&[Engine::Sqlite], "Django takes the text for a document there and fails");
    pairs.both(
        "Book.objects.filter(data__has_key='lang').values_list(KT('data__lang')).annotate(n=Count('id'))\
         .order_by(KT('data__lang'))",
        || {
            Book::objects()
                .filter(q!(data__has_key = "lang"))
                .order_by(|b| b.data().key("lang").text())
                .values_list(|b| (b.data().key("lang").text(), b.id().count()))
        },
    );
}

fn keys_and_documents(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(data__has_key='awards')", || Book::objects().filter(q!(data__has_key = "awards")));
    pairs.both("Book.objects.filter(data__has_key='cover')", || Book::objects().filter(q!(data__has_key = "cover")));
    pairs
        .both("Book.objects.exclude(data__has_key='awards')", || Book::objects().exclude(q!(data__has_key = "awards")));
    pairs.both("Book.objects.filter(data__has_keys=['lang', 'size'])", || {
        Book::objects().filter(q!(data__has_keys = ["lang", "size"]))
    });
    pairs.both("Book.objects.filter(data__has_any_keys=['signed', 'pattern'])", || {
        Book::objects().filter(q!(data__has_any_keys = ["signed", "pattern"]))
    });
    pairs.both("Book.objects.filter(data__size__has_key='h')", || {
        Book::objects().filter(|b| b.data().key("size").has_key("h"))
    });
    pairs.both("Book.objects.filter(data__isnull=True)", || Book::objects().filter(q!(data__isnull = true)));
    pairs.both("Book.objects.filter(data={})", || Book::objects().filter(q!(data = json!({}))));
    pairs.both("Book.objects.filter(data=[])", || Book::objects().filter(q!(data = json!([]))));
    pairs.both("Book.objects.filter(data=7)", || Book::objects().filter(q!(data = 7)));
    pairs.both("Book.objects.filter(data=False)", || Book::objects().filter(q!(data = false)));
    pairs.both("Book.objects.filter(data='just a text')", || Book::objects().filter(q!(data = "just a text")));
    pairs.both("Book.objects.exclude(data={})", || Book::objects().exclude(q!(data = json!({}))));
    pairs
        .both("Book.objects.filter(data__in=[[], 7])", || Book::objects().filter(q!(data__in = [json!([]), json!(7)])));
    pairs
        .both("Book.objects.filter(data__contains={'lang': 'no', 'signed': True})", || {
            Book::objects().filter(q!(data__contains = json!({"signed": true, "lang": "no"})))
        })
        .on(&[Engine::Postgres]);
    pairs
        .both("Book.objects.filter(data__awards__contains=['Nobel'])", || {
            Book::objects().filter(|b| b.data().key("awards").contains(json!(["Nobel"])))
        })
        .on(&[Engine::Postgres]);
    pairs
        .both("Book.objects.filter(data__contained_by={'lang': 'no', 'rank': 4, 'signed': None})", || {
            Book::objects().filter(q!(data__contained_by = json!({"lang": "no", "rank": 4, "signed": null})))
        })
        .on(&[Engine::Postgres]);
}
