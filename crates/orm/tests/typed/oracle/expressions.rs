//! Arithmetic and CASE.

use rjango_orm::{Case, Engine};

use super::literals::{moment, span};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    arithmetic(pairs);
    mixed(pairs);
    last_notes(pairs);
    cases(pairs);
}

fn arithmetic(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(F('price') + 1, F('price') - D('0.01'), F('price') * 2)",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.price() + 1, b.price() - dec!(0.01), b.price() * 2)),
    );
    pairs.both(
        "Book.objects.filter(pk__lt=19).order_by('id').values_list(F('pages') + F('id'), F('pages') - 500, \
         F('pages') * -2)",
        || {
            Book::objects()
                .filter(q!(pk__lt = 19))
                .order_by(f!(id))
                .values_list(|b| (b.pages() + b.id(), b.pages() - 500, b.pages() * -2))
        },
    );
    pairs.both("Book.objects.order_by('id').values_list(F('pages') / 7, F('pages') % 7)", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.pages() / 7, b.pages() % 7))
    });
    pairs.both("Book.objects.filter(pages__lt=0).values_list(F('pages') / 2, F('pages') % 3)", || {
        Book::objects().filter(q!(pages__lt = 0)).values_list(|b| (b.pages() / 2, b.pages() % 3))
    });
    pairs.both("Book.objects.order_by('id').values_list(F('weight') * 2, F('weight') + 0.25, F('weight') / 4)", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.weight() * 2, b.weight() + 0.25, b.weight() / 4))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(F('price') * F('discount'), F('price') - F('discount'))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| ((b.discount() * b.price()), (b.discount() * -1 + b.price())))
        },
    );
    pairs.both(
        "Book.objects.filter(pk__in=[1, 4, 14]).order_by('id').values_list(F('price') / 4, F('pages') % 10)",
        || {
            Book::objects()
                .filter(q!(pk__in = [1, 4, 14]))
                .order_by(f!(id))
                .values_list(|b| (b.price() / 4, b.pages() % 10))
        },
    );
    pairs.both(
        "Book.objects.filter(pk__lt=19).order_by('id').values_list((F('pages') + 1) * (F('id') - 2) - F('pages') * \
         F('id'), 'id')",
        || {
            Book::objects()
                .filter(q!(pk__lt = 19))
                .order_by(f!(id))
                .values_list(|b| ((b.pages() + 1) * (b.id() - 2) - b.pages() * b.id(), b.id()))
        },
    );
    pairs.both("Book.objects.filter(pk__lt=19, price__gt=F('pages') * D('0.5'))", || {
        Book::objects().filter(q!(pk__lt = 19)).filter(|b| b.price().gt(b.pages().cast::<Decimal>() * dec!(0.5)))
    });
    pairs.both("Book.objects.filter(pages__lt=F('id') * 10)", || Book::objects().filter(q!(pages__lt = F(id) * 10)));
    pairs.both("Book.objects.alias(n=F('pages') % 10).filter(n=0)", || {
        Book::objects().filter(|b| (b.pages() % 10).exact(0))
    });
    pairs.both("Book.objects.filter(price__lte=F('price') * (1 - F('discount')))", || {
        Book::objects().filter(|b| b.price().lte(b.discount() * b.price() * -1 + b.price()))
    });
    pairs
        .both("Book.objects.exclude(discount__lt=F('price') / 1000)", || {
            Book::objects().exclude(|b| b.discount().lt(b.price() / 1000))
        })
        .differs_on(&[Engine::Sqlite], "SQLite keeps 179.00 as a whole number, and divides it as one in Django");
    pairs.both(
        "Publisher.objects.order_by('id').values_list(F('founded') + 100, F('country__population') / 1000)",
        || Publisher::objects().order_by(f!(id)).values_list(|p| (p.founded() + 100, p.country().population() / 1000)),
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(F('listening') + F('listening'), F('listening') - span(1000000))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.listening() + b.listening(), b.listening() - span(1_000_000)))
        },
    );
}

/// Numbers of different types, and days, times and moments.
fn mixed(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.filter(pk__lt=19).order_by('id').values_list(F('pages') * F('price'), F('price') + F('pages'))",
        || {
            let books = Book::objects().filter(q!(pk__lt = 19)).order_by(f!(id));
            books.values_list(|b| (b.pages() * b.price(), b.price() + b.pages()))
        },
    );
    pairs.both("Book.objects.order_by('id').values_list(F('weight') * F('pages'), F('pages') - F('weight'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.weight() * b.pages(), b.pages() - b.weight()))
    });
    pairs.both("Book.objects.order_by('id').values_list(F('sold') - F('added'), F('added') - F('added'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.sold() - b.added(), b.added() - b.added()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(F('published') - date('2000-02-29'), F('published') - F('published'))",
        || {
            let since = super::literals::day("2000-02-29");
            Book::objects()
                .order_by(f!(id))
                .values_list(move |b| (b.published() - since, b.published() - b.published()))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(F('added') + F('listening'), F('added') - span(86400000001), \
         F('listening') + F('listening'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                (b.added() + b.listening(), b.added() - span(86_400_000_001), b.listening() + b.listening())
            })
        },
    );
    pairs.both("Book.objects.filter(sold__gt=F('added') + span(1)).order_by('id')", || {
        Book::objects().filter(|b| b.sold().gt(b.added() + span(1))).order_by(f!(id))
    });
    pairs.both(
        "Book.objects.filter(pk__lt=9).update(added=F('added') + span(1000001)), \
                Book.objects.order_by('id').values_list('added', flat=True)",
        || async {
            let few = Book::objects().filter(q!(pk__lt = 9));
            let rows = few.update(set!(added = F(added) + span(1_000_001))).await?;
            Ok((rows, Book::objects().order_by(f!(id)).values_list(f!(added)).await?))
        },
    );
    pairs.both("Book.objects.aggregate(s=Sum(F('sold') - F('added')))['s']", || {
        Book::objects().aggregate(|b| (b.sold() - b.added()).sum())
    });
}

/// Conditions of which one holds, lists that are counted, and rows in bulk.
fn last_notes(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(Q(pages__gt=200) ^ Q(in_print=True)).order_by('id')", || {
        let either = Q::<Book>::of(q!(pages__gt = 200)) ^ Q::<Book>::of(q!(in_print = true));
        Book::objects().filter_by(either).order_by(f!(id))
    });
    pairs.both("Book.objects.exclude(Q(subtitle='x') ^ Q(in_print=True)).order_by('id')", || {
        let either = Q::<Book>::of(q!(subtitle = "x")) ^ Q::<Book>::of(q!(in_print = true));
        Book::objects().filter_by(!either).order_by(f!(id))
    });
    pairs.both(
        "Book.objects.filter(Q(pages__gt=200) ^ Q(in_print=True) ^ Q(publisher__name='suhrkamp')).order_by('id')",
        || {
            let odd = Q::<Book>::of(q!(pages__gt = 200))
                ^ Q::<Book>::of(q!(in_print = true))
                ^ Q::<Book>::of(q!(publisher__name = "suhrkamp"));
            Book::objects().filter_by(odd).order_by(f!(id))
        },
    );
    pairs.both(
        "Book.objects.values_list('genres__label').count(), Book.objects.values_list('in_print').distinct().count(), \
         Book.objects.values('publisher').annotate(n=Count('id')).count()",
        || async {
            let of_genres = Book::objects().values_list(f!(genres__label)).count().await?;
            let printed = Book::objects().values_list(f!(in_print)).distinct().count().await?;
            let grouped =
                Book::objects().order_by(f!()).values_list(|b| (b.publisher(), b.id().count())).count().await?;
            Ok((of_genres, printed, grouped))
        },
    );
    pairs.both("Book.objects.filter(pages__gt=99999).values_list('title').exists()", || {
        Book::objects().filter(q!(pages__gt = 99_999)).values_list(f!(title)).exists()
    });
}

fn cases(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(Case(When(price__lt=5, then=Value('cheap')), When(price__lt=200, \
         then=Value('fair')), default=Value('dear')), 'id')",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let class = Case::when(b.price().lt(5), "cheap").or_when(b.price().lt(200), "fair");
                (class.otherwise("dear"), b.id())
            })
        },
    );
    pairs.both("Book.objects.order_by('id').values_list(Case(When(subtitle=None, then='title')), 'id')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (Case::when(b.subtitle().isnull(true), b.title()).or_null(), b.id()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(Case(When(in_print=True, pages__gt=100, then=F('price') * 2), \
         default=F('price')), 'id')",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let is_long = b.in_print().exact(true) & b.pages().gt(100);
                (Case::when(is_long, b.price() * 2).otherwise(b.price()), b.id())
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Case(When(publisher__country='NO', then=1), When(publisher=None, \
         then=2), default=3), 'id')",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let place = Case::when(b.publisher().country().exact("NO"), 1).or_when(b.publisher().isnull(true), 2);
                (place.otherwise(3), b.id())
            })
        },
    );
    pairs.both(
        "Book.objects.alias(c=Case(When(in_print=True, then='published'), default=None)).filter(c__year=2020)",
        || {
            Book::objects().filter(|b| {
                let published = Case::when(b.in_print().exact(true), b.published()).or_null();
                published.year().exact(2020)
            })
        },
    );
    pairs.both(
        "Book.objects.order_by(Case(When(title='Saga', then=0), When(title='saga', then=1), default=2), 'id')",
        || {
            Book::objects().order_by(|b| {
                let place = Case::when(b.title().exact("Saga"), 0).or_when(b.title().exact("saga"), 1).otherwise(2);
                (place, b.id())
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Case(When(~Q(sold=None), then='sold'), \
         default=Value(moment('2000-01-01T00:00:00'))), 'id')",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let sold = Case::when(!b.sold().isnull(true), b.sold().coalesce(b.added()));
                (sold.otherwise(moment("2000-01-01T00:00:00")), b.id())
            })
        },
    );
    pairs.both("Book.objects.order_by('id').values_list(Case(When(pk__in=[], then=1), default=2), 'id')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (Case::when(b.id().in_([] as [i64; 0]), 1).otherwise(2), b.id()))
    });
    pairs.both(
        "Book.objects.order_by('id', 'reviews__id').values_list(Case(When(reviews__stars=5, then=Value('best')), \
         default=Value('-')), 'id')",
        || {
            Book::objects()
                .order_by(f!(id, reviews__id))
                .values_list(|b| (Case::when(b.reviews().stars().exact(5), "best").otherwise("-"), b.id()))
        },
    );
}
