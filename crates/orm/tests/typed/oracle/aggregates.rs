//! Aggregates over all rows, beside each row and by group, over joins, and conditions on them.

use rjango_orm::{Case, Engine};

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    over_all(pairs);
    annotated(pairs);
    filtered_beside(pairs);
    groups(pairs);
    having(pairs);
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
    pairs.both("list(Author.objects.aggregate(a=StdDev('rating'), b=Variance('rating'), c=StdDev('rating', sample=True), d=Variance('rating', sample=True)).values())", || {
        Author::objects().aggregate(|a| {
            (a.rating().stddev(), a.rating().variance(), a.rating().stddev_sample(), a.rating().variance_sample())
        })
    });
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
    pairs.both("list(Book.objects.filter(title='nothing').aggregate(Count('id'), Sum('pages'), Avg('price'), Max('added')).values())", || {
        Book::objects()
            .filter(q!(title = "nothing"))
            .aggregate(|b| (b.id().count(), b.pages().sum(), b.price().avg(), b.added().max()))
    });
    pairs.both("list(Book.objects.none().aggregate(Count('id'), Max('price')).values())", || {
        Book::objects().none().aggregate(|b| (b.id().count(), b.price().max()))
    });
    pairs.both("list(Book.objects.aggregate(n=Count('id', filter=Q(in_print=True)), s=Sum('price', filter=Q(pages__lt=100))).values())", || {
        Book::objects().aggregate(|b| {
            (
                b.id().count().filter(b.in_print().exact(true)),
                b.price().sum().filter(b.pages().lt(100)),
            )
        })
    });
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
    pairs.both("list(Book.objects.aggregate(Count('reviews'), Avg('reviews__stars'), Count('publisher', distinct=True)).values())", || {
        Book::objects()
            .aggregate(|b| (b.reviews().count(), b.reviews().stars().avg(), b.publisher().count_distinct()))
    });
    pairs.both("list(Publisher.objects.aggregate(a=Count('country'), b=Count('country', distinct=True), c=Max('books__reviews__stars')).values())", || {
        Publisher::objects()
            .aggregate(|p| (p.country().count(), p.country().count_distinct(), p.books().reviews().stars().max()))
    });
    pairs.both("Author.objects.filter(mentor__isnull=False).aggregate(n=Avg('mentor__rating'))['n']", || {
        Author::objects().filter(q!(mentor__isnull = false)).aggregate(|a| a.mentor().rating().avg())
    });
}

fn annotated(pairs: &mut Pairs) {
    pairs.both("[(b, b.n) for b in Book.objects.annotate(n=Count('reviews')).order_by('id')]", || {
        Book::objects().order_by(f!(id)).annotate(|b| b.reviews().count())
    });
    pairs.both(
        "[(b, b.n, b.m) for b in Book.objects.annotate(n=Count('reviews'), m=Count('genres')).order_by('id')]",
        || async {
            let rows = Book::objects().order_by(f!(id)).annotate(|b| (b.reviews().count(), b.genres().count())).await?;
            Ok(rows.into_iter().map(|(book, (n, m))| (book, n, m)).collect::<Vec<_>>())
        },
    );
    pairs.both("Book.objects.annotate(n=Count('reviews', distinct=True), m=Count('genres', distinct=True)).order_by('id').values_list('id', 'n', 'm')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.reviews().count_distinct(), b.genres().count_distinct()))
    });
    pairs.both("Book.objects.order_by('id').annotate(a=Avg('reviews__stars'), b=Min('reviews__written')).values_list('id', 'a', 'b')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.reviews().stars().avg(), b.reviews().written().min()))
    });
    pairs.both("Publisher.objects.order_by('id').annotate(n=Count('books'), s=Sum('books__price'), m=Max('books__pages')).values_list('id', 'n', 's', 'm')", || {
        Publisher::objects()
            .order_by(f!(id))
            .values_list(|p| (p.id(), p.books().count(), p.books().price().sum(), p.books().pages().max()))
    });
    pairs.both("Publisher.objects.order_by('id').annotate(n=Count('books__reviews'), s=Sum('books__reviews__stars')).values_list('id', 'n', 's')", || {
        Publisher::objects()
            .order_by(f!(id))
            .values_list(|p| (p.id(), p.books().reviews().count(), p.books().reviews().stars().sum()))
    });
    pairs.both("Country.objects.annotate(n=Count('publisher__books', distinct=True), m=Count('authors', distinct=True)).values_list('code', 'n', 'm').order_by('code')", || {
        Country::objects()
            .order_by(f!(code))
            .values_list(|c| (c.code(), c.publisher().books().count_distinct(), c.authors().count_distinct()))
    });
    pairs.both(
        "Genre.objects.annotate(n=Count('children'), m=Count('books')).order_by('id').values_list('id', 'n', 'm')",
        || Genre::objects().order_by(f!(id)).values_list(|g| (g.id(), g.children().count(), g.books().count())),
    );
    pairs.both("Author.objects.annotate(n=Count('book'), m=Max('book__published'), k=Count('pupils__book')).order_by('id').values_list('id', 'n', 'm', 'k')", || {
        Author::objects()
            .order_by(f!(id))
            .values_list(|a| (a.id(), a.book().count(), a.book().published().max(), a.pupils().book().count()))
    });
    pairs.both("Book.objects.annotate(n=Count('authorship'), m=Max('authors__born'), k=Count('authors__portrait')).order_by('id').values_list('id', 'n', 'm', 'k')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.authorship().count(), b.authors().born().max(), b.authors().portrait().count()))
    });
    pairs.both("[(b, b.n) for b in Book.objects.annotate(n=Count('reviews')).order_by('-n', 'id')[:6]]", || {
        Book::objects().order_by(|b| (b.reviews().count().desc(), b.id())).slice(..6).annotate(|b| b.reviews().count())
    });
    pairs.both("Book.objects.annotate(n=Avg('reviews__stars')).order_by(F('n').desc(nulls_last=True), 'id')", || {
        Book::objects().order_by(|b| (b.reviews().stars().avg().desc().nulls_last(), b.id()))
    });
    pairs.both(
        "Book.objects.annotate(n=Count('reviews') + Count('genres')).order_by('id').values_list('id', 'n')",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.id(), b.reviews().count() + b.genres().count())),
    );
    pairs.both(
        "Book.objects.annotate(n=Coalesce(Sum('reviews__stars'), 0)).order_by('id').values_list('id', 'n')",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.id(), b.reviews().stars().sum().coalesce(0))),
    );
    pairs.both("Book.objects.annotate(n=Count('shelf'), c=F('publisher__country__name')).order_by('id').values_list('id', 'n', 'c')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.shelf().count(), b.publisher().country().name().nullable()))
    });
}

fn filtered_beside(pairs: &mut Pairs) {
    pairs.both("Book.objects.annotate(n=Count('reviews', filter=Q(reviews__stars__gte=4))).order_by('id').values_list('id', 'n')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.reviews().count().filter(b.reviews().stars().gte(4))))
    });
    pairs.both("Book.objects.annotate(n=Sum('reviews__stars', filter=~Q(reviews__helpful=True))).order_by('id').values_list('id', 'n')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.reviews().stars().sum().filter(!b.reviews().helpful().exact(true))))
    });
    pairs.both("Publisher.objects.annotate(n=Count('books', filter=Q(books__genres__label='crime'), distinct=True)).order_by('id').values_list('id', 'n')", || {
        Publisher::objects()
            .order_by(f!(id))
            .values_list(|p| (p.id(), p.books().count_distinct().filter(p.books().genres().label().exact("crime"))))
    });
    pairs.both("Author.objects.annotate(n=Count('book', filter=Q(authorship__role='author'))).order_by('id').values_list('id', 'n')", || {
        Author::objects()
            .order_by(f!(id))
            .values_list(|a| (a.id(), a.book().count().filter(a.authorship().role().exact("author"))))
    });
    pairs.both(
        "Book.objects.filter(reviews__stars__gte=4).annotate(n=Count('reviews')).order_by('id').values_list('id', 'n')",
        || {
            Book::objects()
                .filter(q!(reviews__stars__gte = 4))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count()))
        },
    );
    pairs.both("Book.objects.filter(reviews__stars__gte=4).filter(reviews__helpful=True).annotate(n=Count('reviews')).order_by('id').values_list('id', 'n')", || {
        Book::objects()
            .filter(q!(reviews__stars__gte = 4))
            .filter(q!(reviews__helpful = true))
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.reviews().count()))
    });
    pairs.both(
        "Book.objects.exclude(reviews__stars__lt=3).annotate(n=Count('reviews')).order_by('id').values_list('id', 'n')",
        || {
            Book::objects()
                .exclude(q!(reviews__stars__lt = 3))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count()))
        },
    );
    pairs.both("Book.objects.filter(genres__label='crime').annotate(n=Count('genres'), m=Sum('reviews__stars')).order_by('id').values_list('id', 'n', 'm')", || {
        Book::objects()
            .filter(q!(genres__label = "crime"))
            .order_by(f!(id))
            .values_list(|b| (b.id(), b.genres().count(), b.reviews().stars().sum()))
    });
    pairs.both("Publisher.objects.filter(books__in_print=True).annotate(n=Count('books')).order_by('id').values_list('id', 'n')", || {
        Publisher::objects()
            .filter(q!(books__in_print = true))
            .order_by(f!(id))
            .values_list(|p| (p.id(), p.books().count()))
    });
    pairs.both(
        "Book.objects.annotate(n=Count(Case(When(reviews__stars=5, then=1)))).order_by('id').values_list('id', 'n')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), Case::when(b.reviews().stars().exact(5), 1).or_null().count()))
        },
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
                .values_list(|b| (b.publisher().name().nullable(), b.id().count(), b.price().avg()))
        },
    );
    pairs.both("Book.objects.values_list('publisher__country', 'in_print').annotate(Count('id')).order_by('publisher__country__code', 'in_print')", || {
        Book::objects()
            .order_by(f!(publisher__country__code, in_print))
            .values_list(|b| (b.publisher().country().code().nullable(), b.in_print(), b.id().count()))
    });
    pairs.both(
        "Book.objects.values_list('genres__label').annotate(n=Count('id')).order_by('-n', 'genres__label')",
        || {
            Book::objects()
                .order_by(|b| (b.id().count().desc(), b.genres().label()))
                .values_list(|b| (b.genres().label().nullable(), b.id().count()))
        },
    );
    pairs.both("Review.objects.values_list('book__publisher').annotate(Max('stars'), Min('stars')).order_by('book__publisher__id')", || {
        Review::objects()
            .order_by(f!(book__publisher__id))
            .values_list(|r| (r.book().publisher(), r.stars().max(), r.stars().min()))
    });
    pairs.both("Author.objects.values_list('country').annotate(n=Count('pupils')).order_by('country__code')", || {
        Author::objects().order_by(f!(country__code)).values_list(|a| (a.country(), a.pupils().count()))
    });
    pairs
        .both("Book.objects.annotate(k=Lower('title')).values_list('k').annotate(n=Count('id')).order_by('k')", || {
            Book::objects().order_by(|b| b.title().lower()).values_list(|b| (b.title().lower(), b.id().count()))
        });
    pairs.both("Book.objects.annotate(k=Case(When(price__lt=50, then=Value('low')), default=Value('high'))).values_list('k').annotate(n=Count('id')).order_by('k')", || {
        Book::objects()
            .order_by(|b| Case::when(b.price().lt(50), "low").otherwise("high"))
            .values_list(|b| (Case::when(b.price().lt(50), "low").otherwise("high"), b.id().count()))
    });
    pairs.both("Book.objects.values_list('in_print').annotate(n=Count('reviews', distinct=True), m=Sum('pages')).order_by('in_print')", || {
        Book::objects()
            .order_by(f!(in_print))
            .values_list(|b| (b.in_print(), b.reviews().count_distinct(), b.pages().sum()))
    });
    pairs.both("sorted(Book.objects.order_by().values_list('publisher').annotate(Count('id')).filter(publisher__isnull=False))", || async {
        let mut rows = Book::objects()
            .filter(q!(publisher__isnull = false))
            .order_by(f!())
            .values_list(|b| (b.publisher().id(), b.id().count()))
            .await?;
        rows.sort_by_key(|(publisher, _)| publisher.get());
        Ok(rows)
    });
}

fn having(pairs: &mut Pairs) {
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=1).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().count().gt(1)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n=0).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().count().exact(0)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).exclude(n__gte=1).order_by('id')", || {
        Book::objects().exclude(|b| b.reviews().count().gte(1)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Avg('reviews__stars')).filter(n__gte=4).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().stars().avg().gte(4.0)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Avg('reviews__stars')).exclude(n__gte=4).order_by('id')", || {
        Book::objects().exclude(|b| b.reviews().stars().avg().gte(4.0)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(Q(n__gt=1) | Q(pages__lt=20)).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().count().gt(1) | b.pages().lt(20)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gte=1, in_print=True).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().count().gte(1) & b.in_print().exact(true)).order_by(f!(id))
    });
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).filter(n__gte=1).filter(reviews__stars=5).order_by('id')",
        || Book::objects().filter(|b| b.reviews().count().gte(1)).filter(q!(reviews__stars = 5)).order_by(f!(id)),
    );
    pairs.both("Book.objects.filter(reviews__stars=5).annotate(n=Count('reviews')).filter(n=2).order_by('id')", || {
        Book::objects().filter(q!(reviews__stars = 5)).filter(|b| b.reviews().count().exact(2)).order_by(f!(id))
    });
    pairs.both("Publisher.objects.annotate(n=Count('books')).filter(n__in=[2, 3]).order_by('id')", || {
        Publisher::objects().filter(|p| p.books().count().in_([2, 3])).order_by(f!(id))
    });
    pairs.both("Publisher.objects.annotate(s=Sum('books__price')).filter(s__range=(100, 1000)).order_by('id')", || {
        Publisher::objects().filter(|p| p.books().price().sum().range((100, 1000))).order_by(f!(id))
    });
    pairs.both(
        "Author.objects.annotate(n=Count('book')).filter(n=F('country__authors__id')).order_by('id').count()",
        || Author::objects().filter(|a| a.book().count().exact(a.country().authors().id().cast::<i64>())).count(),
    );
    pairs
        .both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=F('publisher__founded')).order_by('id')", || {
            Book::objects().filter(|b| b.reviews().count().gt(b.publisher().founded().cast::<i64>())).order_by(f!(id))
        });
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).filter(Q(n__gt=1) | Q(publisher__name='Suhrkamp')).order_by('id')",
        || {
            Book::objects()
                .filter(|b| b.reviews().count().gt(1) | b.publisher().name().exact("Suhrkamp"))
                .order_by(f!(id))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).filter(Q(n__gt=1) | Q(genres__label='crime')).order_by('id')",
        || Book::objects().filter(|b| b.reviews().count().gt(1) | b.genres().label().exact("crime")).order_by(f!(id)),
    );
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=1).count()", || {
        Book::objects().filter(|b| b.reviews().count().gt(1)).count()
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=5).exists()", || {
        Book::objects().filter(|b| b.reviews().count().gt(5)).exists()
    });
    pairs.both("Book.objects.values_list('publisher__name').annotate(n=Count('id')).filter(n__gt=2).order_by('publisher__name')", || {
        Book::objects()
            .filter(|b| b.id().count().gt(2))
            .order_by(f!(publisher__name))
            .values_list(|b| (b.publisher().name().nullable(), b.id().count()))
    });
    pairs.both("Book.objects.annotate(n=Max('reviews__stars'), m=Min('reviews__stars')).filter(n__gt=F('m') + 1).order_by('id')", || {
        Book::objects()
            .filter(|b| b.reviews().stars().max().gt(b.reviews().stars().min() + 1))
            .order_by(f!(id))
    });
    pairs.both(
        "Author.objects.filter(book__in=Book.objects.annotate(n=Count('reviews')).filter(n__gt=1)).distinct()",
        || {
            let reviewed = Book::objects().filter(|b| b.reviews().count().gt(1));
            Author::objects().filter(q!(book__in = reviewed)).distinct()
        },
    );
}
