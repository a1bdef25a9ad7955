//! Aggregates over all rows, and by groups of rows.

use rjango_orm::{Case, Engine};

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    over_all(pairs);
    over_parts(pairs);
    groups(pairs);
}

fn over_all(pairs: &mut Pairs) {
    pairs.both(
        "list(Book.objects.aggregate(Count('id'), Count('subtitle'), Count('title', distinct=True)).values())",
        || Book::objects().aggregate(|b| (b.id().count(), b.subtitle().count(), b.title().count_distinct())),
    );
    pairs.both("list(Book.objects.aggregate(Sum('pages'), Avg('pages'), Min('pages'), Max('pages')).values())", || {
        Book::objects().aggregate(|b| (b.pages().sum(), b.pages().avg(), b.pages().min(), b.pages().max()))
    });
    pairs.both("list(Book.objects.aggregate(Sum('price'), Min('price'), Max('price'), Avg('price')).values())", || {
        Book::objects().aggregate(|b| (b.price().sum(), b.price().min(), b.price().max(), b.price().avg()))
    });
    pairs.both("list(Book.objects.aggregate(Sum('discount'), Min('discount'), Avg('discount')).values())", || {
        Book::objects().aggregate(|b| (b.discount().sum(), b.discount().min(), b.discount().avg()))
    });
    pairs.both("list(Book.objects.aggregate(Sum('weight'), Avg('weight'), Max('weight')).values())", || {
        Book::objects().aggregate(|b| (b.weight().sum(), b.weight().avg(), b.weight().max()))
    });
    pairs.both(
        "list(Book.objects.aggregate(Min('published'), Max('added'), Min('sold'), Max('listening')).values())",
        || Book::objects().aggregate(|b| (b.published().min(), b.added().max(), b.sold().min(), b.listening().max())),
    );
    pairs.both("list(Book.objects.aggregate(Sum('listening'), Avg('listening')).values())", || {
        Book::objects().aggregate(|b| (b.listening().sum(), b.listening().avg()))
    });
    pairs.both("list(Review.objects.aggregate(Min('hour'), Max('hour'), Max('text')).values())", || {
        Review::objects().aggregate(|r| (r.hour().min(), r.hour().max(), r.text().max()))
    });
    pairs.both(
        "list(Author.objects.aggregate(a=StdDev('rating'), b=Variance('rating'), c=StdDev('rating', sample=True), \
         d=Variance('rating', sample=True)).values())",
        || {
            Author::objects().aggregate(|a| {
                (a.rating().stddev(), a.rating().variance(), a.rating().stddev_sample(), a.rating().variance_sample())
            })
        },
    );
    pairs.both("list(Review.objects.aggregate(StdDev('stars'), Variance('stars', sample=True)).values())", || {
        Review::objects().aggregate(|r| (r.stars().stddev(), r.stars().variance_sample()))
    });
    pairs
        .both(
            "list(Review.objects.filter(pk=1).aggregate(a=StdDev('stars'), b=StdDev('stars', sample=True)).values())",
            || Review::objects().filter(q!(pk = 1)).aggregate(|r| (r.stars().stddev(), r.stars().stddev_sample())),
        )
        .differs_on(&[Engine::Sqlite], "Django fails there on a sample of one row; PostgreSQL gives NULL to both");
    pairs.both(
        "list(Book.objects.filter(pages__gt=9, in_print=True).aggregate(Count('id'), Sum('price')).values())",
        || Book::objects().filter(q!(pages__gt = 9, in_print = true)).aggregate(|b| (b.id().count(), b.price().sum())),
    );
    pairs.both(
        "list(Book.objects.filter(title='nothing').aggregate(Count('id'), Sum('pages'), Avg('price'), \
         Max('added')).values())",
        || {
            Book::objects()
                .filter(q!(title = "nothing"))
                .aggregate(|b| (b.id().count(), b.pages().sum(), b.price().avg(), b.added().max()))
        },
    );
    pairs.both("list(Book.objects.none().aggregate(Count('id'), Max('price')).values())", || {
        Book::objects().none().aggregate(|b| (b.id().count(), b.price().max()))
    });
    pairs.both(
        "list(Book.objects.aggregate(n=Count('id', filter=Q(in_print=True)), s=Sum('price', \
         filter=Q(pages__lt=100))).values())",
        || {
            Book::objects().aggregate(|b| {
                (b.id().count().filter(b.in_print().exact(true)), b.price().sum().filter(b.pages().lt(100)))
            })
        },
    );
    pairs.both("Book.objects.aggregate(n=Sum(F('price') * F('pages')))['n']", || {
        Book::objects().aggregate(|b| (b.price() * b.pages().cast::<Decimal>()).sum())
    });
    pairs.both("Book.objects.aggregate(n=Sum(Case(When(in_print=True, then='pages'), default=0)))['n']", || {
        Book::objects().aggregate(|b| Case::when(b.in_print().exact(true), b.pages()).otherwise(0).sum())
    });
    pairs.both("Book.objects.order_by('-price', 'id')[:4].aggregate(n=Sum('price'))['n']", || {
        Book::objects().order_by(f!(-price, id)).slice(..4).aggregate(|b| b.price().sum())
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).aggregate(n=Count('id'))['n']", || {
        Book::objects().filter(q!(genres__in = [1, 3])).aggregate(|b| b.id().count())
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).distinct().aggregate(n=Count('id'))['n']", || {
        Book::objects().filter(q!(genres__in = [1, 3])).distinct().aggregate(|b| b.id().count())
    });
    pairs.both("Review.objects.aggregate(n=Variance(F('stars') + 1000000000))['n']", || {
        Review::objects().aggregate(|r| (r.stars().cast::<i64>() + 1_000_000_000).variance())
    });
    pairs.both("Book.objects.filter(title='Echo').aggregate(n=Sum(F('price') + D('0.1')))['n']", || {
        Book::objects().filter(q!(title = "Echo")).aggregate(|b| (b.price() + dec!(0.1)).sum())
    });
    pairs.both(
        "list(Book.objects.aggregate(Count('reviews'), Avg('reviews__stars'), Count('publisher', distinct=True))\
         .values())",
        || {
            Book::objects()
                .aggregate(|b| (b.reviews().count(), b.reviews().stars().avg(), b.publisher().count_distinct()))
        },
    );
    pairs.both(
        "list(Publisher.objects.aggregate(a=Count('country'), b=Count('country', distinct=True), \
         c=Max('books__reviews__stars')).values())",
        || {
            Publisher::objects()
                .aggregate(|p| (p.country().count(), p.country().count_distinct(), p.books().reviews().stars().max()))
        },
    );
    pairs.both("Author.objects.filter(mentor__isnull=False).aggregate(n=Avg('mentor__rating'))['n']", || {
        Author::objects().filter(q!(mentor__isnull = false)).aggregate(|a| a.mentor().rating().avg())
    });
}

fn over_parts(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('id')[:4].aggregate(n=Coalesce(Sum('pages'), 0))['n']", || {
        Book::objects().order_by(f!(id)).slice(..4).aggregate(|b| b.pages().sum().coalesce(0))
    });
    pairs.both("Book.objects.order_by('id')[90:].aggregate(n=Coalesce(Sum('pages'), 0))['n']", || {
        Book::objects().order_by(f!(id)).slice(90..).aggregate(|b| b.pages().sum().coalesce(0))
    });
    pairs.both("Book.objects.order_by('id')[:4].aggregate(n=Max('price') - Min('price'))['n']", || {
        Book::objects().order_by(f!(id)).slice(..4).aggregate(|b| b.price().max() - b.price().min())
    });
    pairs.both(
        "list(Book.objects.order_by('id')[:4].aggregate(a=Count('id', filter=Q(in_print=True)), b=Sum('pages', \
         filter=Q(pages__gt=200)), c=Avg('pages'), d=Count('title', distinct=True)).values())",
        || {
            Book::objects().order_by(f!(id)).slice(..4).aggregate(|b| {
                let printed = b.id().count().filter(b.in_print().exact(true));
                (printed, b.pages().sum().filter(b.pages().gt(200)), b.pages().avg(), b.title().count_distinct())
            })
        },
    );
    pairs.both(
        "list(Book.objects.filter(genres__in=[1, 3]).distinct().aggregate(Sum('pages'), Avg('price')).values())",
        || Book::objects().filter(q!(genres__in = [1, 3])).distinct().aggregate(|b| (b.pages().sum(), b.price().avg())),
    );
    pairs.both(
        "Book.objects.filter(genres__in=[1, 3]).distinct().aggregate(n=Coalesce(Sum('pages'), 0) + 1)['n']",
        || Book::objects().filter(q!(genres__in = [1, 3])).distinct().aggregate(|b| b.pages().sum().coalesce(0) + 1),
    );
    pairs.both("Book.objects.order_by('id')[:4].aggregate(n=Count('reviews'))['n']", || {
        Book::objects().order_by(f!(id)).slice(..4).aggregate(|b| b.reviews().count())
    });
    pairs.both("Book.objects.order_by('id')[:4].aggregate(n=StdDev('pages'))['n']", || {
        Book::objects().order_by(f!(id)).slice(..4).aggregate(|b| b.pages().stddev())
    });
    pairs.both(
        "list(Book.objects.aggregate(a=Round(Avg('pages'), 2), b=Abs(Min('pages')), c=Coalesce(Max('sold'), \
         Max('added'))).values())",
        || {
            Book::objects().aggregate(|b| {
                (b.pages().avg().round(2), b.pages().min().abs(), b.sold().max().coalesce(b.added().max()))
            })
        },
    );
    pairs.both("Book.objects.aggregate(n=Sum(F('reviews__stars') * F('pages')))['n']", || {
        Book::objects().aggregate(|b| (b.reviews().stars().cast::<i64>() * b.pages()).sum())
    });
    pairs.both("Review.objects.aggregate(n=Avg(Case(When(helpful=True, then='stars'))))['n']", || {
        Review::objects().aggregate(|r| Case::when(r.helpful().exact(true), r.stars()).or_null().avg())
    });
    pairs.both("Book.objects.aggregate(n=Max('reviews__written__year'))['n']", || {
        Book::objects().aggregate(|b| b.reviews().written().year().max())
    });
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).filter(n__gt=0).aggregate(s=Sum('pages'), m=Max('price'))['m']",
        || Book::objects().filter(|b| b.reviews().count().gt(0)).aggregate(|b| b.price().max()),
    );
}

fn groups(pairs: &mut Pairs) {
    pairs.both("Book.objects.values_list('in_print').annotate(Count('id'), Sum('pages')).order_by('in_print')", || {
        Book::objects().order_by(f!(in_print)).values_list(|b| (b.in_print(), b.id().count(), b.pages().sum()))
    });
    pairs.both(
        "Book.objects.values_list('publisher__name').annotate(Count('id'), Avg('price')).order_by('publisher__name')",
        || {
            Book::objects()
                .order_by(f!(publisher__name))
                .values_list(|b| (b.publisher().name(), b.id().count(), b.price().avg()))
        },
    );
    pairs.both(
        "Book.objects.values_list('publisher__country', 'in_print').annotate(Count('id'))\
         .order_by('publisher__country__code', 'in_print')",
        || {
            Book::objects()
                .order_by(f!(publisher__country__code, in_print))
                .values_list(|b| (b.publisher().country().code(), b.in_print(), b.id().count()))
        },
    );
    pairs.both(
        "Book.objects.values_list('genres__label').annotate(n=Count('id')).order_by('-n', 'genres__label')",
        || {
            Book::objects()
                .order_by(|b| (b.id().count().desc(), b.genres().label()))
                .values_list(|b| (b.genres().label(), b.id().count()))
        },
    );
    pairs.both(
        "Review.objects.values_list('book__publisher').annotate(Max('stars'), Min('stars'))\
         .order_by('book__publisher__id')",
        || {
            Review::objects()
                .order_by(f!(book__publisher__id))
                .values_list(|r| (r.book().publisher(), r.stars().max(), r.stars().min()))
        },
    );
    pairs.both("Author.objects.values_list('country').annotate(n=Count('pupils')).order_by('country__code')", || {
        Author::objects().order_by(f!(country__code)).values_list(|a| (a.country(), a.pupils().count()))
    });
    pairs
        .both("Book.objects.annotate(k=Lower('title')).values_list('k').annotate(n=Count('id')).order_by('k')", || {
            Book::objects().order_by(|b| b.title().lower()).values_list(|b| (b.title().lower(), b.id().count()))
        });
    pairs.both(
        "Book.objects.annotate(k=Case(When(price__lt=50, then=Value('low')), default=Value('high')))\
         .values_list('k').annotate(n=Count('id')).order_by('k')",
        || {
            Book::objects()
                .order_by(|b| Case::when(b.price().lt(50), "low").otherwise("high"))
                .values_list(|b| (Case::when(b.price().lt(50), "low").otherwise("high"), b.id().count()))
        },
    );
    pairs.both(
        "Book.objects.values_list('in_print').annotate(n=Count('reviews', distinct=True), m=Sum('pages'))\
         .order_by('in_print')",
        || {
            Book::objects()
                .order_by(f!(in_print))
                .values_list(|b| (b.in_print(), b.reviews().count_distinct(), b.pages().sum()))
        },
    );
    pairs.both(
        "sorted(Book.objects.order_by().values_list('publisher').annotate(Count('id'))\
         .filter(publisher__isnull=False))",
        || async {
            let mut rows = Book::objects()
                .filter(q!(publisher__isnull = false))
                .order_by(f!())
                .values_list(|b| (b.publisher().id(), b.id().count()))
                .await?;
            rows.sort_by_key(|(publisher, _)| *publisher);
            Ok(rows)
        },
    );
}
