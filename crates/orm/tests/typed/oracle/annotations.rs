//! Aggregates beside each row, over joins.

use rjango_orm::Case;

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    annotated(pairs);
    filtered_beside(pairs);
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
    pairs.both(
        "Book.objects.annotate(n=Count('reviews', distinct=True), m=Count('genres', distinct=True)).order_by('id')\
         .values_list('id', 'n', 'm')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count_distinct(), b.genres().count_distinct()))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').annotate(a=Avg('reviews__stars'), b=Min('reviews__written')).values_list('id', \
         'a', 'b')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().stars().avg(), b.reviews().written().min()))
        },
    );
    pairs.both(
        "Publisher.objects.order_by('id').annotate(n=Count('books'), s=Sum('books__price'), m=Max('books__pages'))\
         .values_list('id', 'n', 's', 'm')",
        || {
            Publisher::objects()
                .order_by(f!(id))
                .values_list(|p| (p.id(), p.books().count(), p.books().price().sum(), p.books().pages().max()))
        },
    );
    pairs.both(
        "Publisher.objects.order_by('id').annotate(n=Count('books__reviews'), s=Sum('books__reviews__stars'))\
         .values_list('id', 'n', 's')",
        || {
            Publisher::objects()
                .order_by(f!(id))
                .values_list(|p| (p.id(), p.books().reviews().count(), p.books().reviews().stars().sum()))
        },
    );
    pairs.both(
        "Country.objects.annotate(n=Count('publisher__books', distinct=True), m=Count('authors', distinct=True))\
         .values_list('code', 'n', 'm').order_by('code')",
        || {
            Country::objects()
                .order_by(f!(code))
                .values_list(|c| (c.code(), c.publisher().books().count_distinct(), c.authors().count_distinct()))
        },
    );
    pairs.both(
        "Genre.objects.annotate(n=Count('children'), m=Count('books')).order_by('id').values_list('id', 'n', 'm')",
        || Genre::objects().order_by(f!(id)).values_list(|g| (g.id(), g.children().count(), g.books().count())),
    );
    pairs.both(
        "Author.objects.annotate(n=Count('book'), m=Max('book__published'), k=Count('pupils__book'))\
         .order_by('id').values_list('id', 'n', 'm', 'k')",
        || {
            Author::objects()
                .order_by(f!(id))
                .values_list(|a| (a.id(), a.book().count(), a.book().published().max(), a.pupils().book().count()))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Count('authorship'), m=Max('authors__born'), k=Count('authors__portrait'))\
         .order_by('id').values_list('id', 'n', 'm', 'k')",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                (b.id(), b.authorship().count(), b.authors().born().max(), b.authors().portrait().count())
            })
        },
    );
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
    pairs.both(
        "Book.objects.annotate(n=Count('shelf'), c=F('publisher__country__name')).order_by('id').values_list('id', \
         'n', 'c')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.shelf().count(), b.publisher().country().name()))
        },
    );

    pairs.both(
        "[(b, b.publisher and b.publisher.name, b.n) for b in Book.objects.select_related('publisher')\
         .annotate(n=Count('reviews')).order_by('id')]",
        || async {
            let books = Book::objects().select_related(f!(publisher)).order_by(f!(id));
            let told = books.annotate(|b| b.reviews().count()).await?.into_iter().map(|(book, count)| {
                let name = book.publisher.as_ref().and_then(|publisher| Some(publisher.loaded()?.name.clone()));
                (book, name, count)
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Count('reviews', filter=~Q(reviews__reviewer__nickname='Bear'))).order_by('id')\
         .values_list('id', 'n')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count().filter(!b.reviews().reviewer().nickname().exact("Bear"))))
        },
    );
    pairs.both(
        "Publisher.objects.annotate(n=Count('books', filter=Q(books__authors__country=F('country')), \
         distinct=True)).order_by('id').values_list('id', 'n')",
        || {
            Publisher::objects().order_by(f!(id)).values_list(|p| {
                let at_home = p.books().authors().country().code().exact(p.country().code());
                (p.id(), p.books().count_distinct().filter(at_home))
            })
        },
    );
    pairs.both(
        "Country.objects.annotate(a=Avg('authors__rating'), m=Min('authors__born'), n=Count('authors__pupils'))\
         .order_by('code').values_list('code', 'a', 'm', 'n')",
        || {
            Country::objects().order_by(f!(code)).values_list(|c| {
                (c.code(), c.authors().rating().avg(), c.authors().born().min(), c.authors().pupils().count())
            })
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Round(Avg('reviews__stars'), 1), m=Max('reviews__stars') - Min('reviews__stars'))\
         .filter(m__gt=0).order_by('id').values_list('id', 'm')",
        || {
            Book::objects()
                .filter(|b| (b.reviews().stars().max() - b.reviews().stars().min()).gt(0))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().stars().max() - b.reviews().stars().min()))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Max(Length('reviews__text')), m=Min(Lower('reviews__text'))).order_by('id')\
         .values_list('id', 'n', 'm')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().text().length().max(), b.reviews().text().lower().min()))
        },
    );
}

fn filtered_beside(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.annotate(n=Count('reviews', filter=Q(reviews__stars__gte=4))).order_by('id')\
         .values_list('id', 'n')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count().filter(b.reviews().stars().gte(4))))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Sum('reviews__stars', filter=~Q(reviews__helpful=True))).order_by('id')\
         .values_list('id', 'n')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().stars().sum().filter(!b.reviews().helpful().exact(true))))
        },
    );
    pairs.both(
        "Publisher.objects.annotate(n=Count('books', filter=Q(books__genres__label='crime'), distinct=True))\
         .order_by('id').values_list('id', 'n')",
        || {
            Publisher::objects()
                .order_by(f!(id))
                .values_list(|p| (p.id(), p.books().count_distinct().filter(p.books().genres().label().exact("crime"))))
        },
    );
    pairs.both(
        "Author.objects.annotate(n=Count('book', filter=Q(authorship__role='author'))).order_by('id')\
         .values_list('id', 'n')",
        || {
            Author::objects()
                .order_by(f!(id))
                .values_list(|a| (a.id(), a.book().count().filter(a.authorship().role().exact("author"))))
        },
    );
    pairs.both(
        "Book.objects.filter(reviews__stars__gte=4).annotate(n=Count('reviews')).order_by('id').values_list('id', \
         'n')",
        || {
            Book::objects()
                .filter(q!(reviews__stars__gte = 4))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count()))
        },
    );
    pairs.both(
        "Book.objects.filter(reviews__stars__gte=4).filter(reviews__helpful=True).annotate(n=Count('reviews'))\
         .order_by('id').values_list('id', 'n')",
        || {
            Book::objects()
                .filter(q!(reviews__stars__gte = 4))
                .filter(q!(reviews__helpful = true))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count()))
        },
    );
    pairs.both(
        "Book.objects.exclude(reviews__stars__lt=3).annotate(n=Count('reviews')).order_by('id').values_list('id', \
         'n')",
        || {
            Book::objects()
                .exclude(q!(reviews__stars__lt = 3))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.reviews().count()))
        },
    );
    pairs.both(
        "Book.objects.filter(genres__label='crime').annotate(n=Count('genres'), m=Sum('reviews__stars'))\
         .order_by('id').values_list('id', 'n', 'm')",
        || {
            Book::objects()
                .filter(q!(genres__label = "crime"))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.genres().count(), b.reviews().stars().sum()))
        },
    );
    pairs.both(
        "Publisher.objects.filter(books__in_print=True).annotate(n=Count('books')).order_by('id').values_list('id', \
         'n')",
        || {
            Publisher::objects()
                .filter(q!(books__in_print = true))
                .order_by(f!(id))
                .values_list(|p| (p.id(), p.books().count()))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Count(Case(When(reviews__stars=5, then=1)))).order_by('id').values_list('id', 'n')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), Case::when(b.reviews().stars().exact(5), 1).or_null().count()))
        },
    );
}
