//! Queries on which the randomised oracle (`tests/random`) found rjango wrong.

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    exclusion(pairs);
    annotations(pairs);
    aggregates(pairs);
}

fn exclusion(pairs: &mut Pairs) {
    // A panic: the right side stands on a table of the outer query.
    pairs.both("Book.objects.exclude(reviews__text__gt=F('follows__publisher__name'))", || {
        Book::objects().exclude(q!(reviews__text__gt = F(follows__publisher__name)))
    });
    pairs.both("Genre.objects.exclude(parent__children__isnull=True)", || {
        Genre::objects().exclude(q!(parent__children__isnull = true))
    });
    pairs.both("Review.objects.exclude(book__genres__isnull=True).order_by('id')", || {
        Review::objects().exclude(q!(book__genres__isnull = true)).order_by(f!(id))
    });
    pairs.both("Genre.objects.filter(~Q(parent__in=[])).exclude(parent__parent__in=[1])", || {
        Genre::objects().filter(|g| !g.parent().id().in_(Vec::<i64>::new())).exclude(q!(parent__parent__id__in = [1]))
    });
    pairs.both(
        "Author.objects.filter(~Exists(Book.objects.filter(authors=OuterRef('pk'), \
         pages__gt=OuterRef('portrait__width'))))",
        || {
            let wider = Book::objects().filter(|b| {
                b.authors().id().exact(Author::outer(f!(id))) & b.pages().gt(Author::outer(f!(portrait__width)))
            });
            Author::objects().filter(|_| !Q::exists(wider))
        },
    );
}

fn annotations(pairs: &mut Pairs) {
    // SQLite forgot the offset.
    pairs.both("Publisher.objects.filter(Exists(Book.objects.all())).order_by('id')[2:9]", || {
        Publisher::objects().filter(|_| Q::exists(Book::objects())).order_by(f!(id)).slice(2..9)
    });
    pairs.both("Book.objects.annotate(x=F('genres__label')).distinct().count()", || {
        Book::objects().annotate(|b| b.genres().label()).distinct().count()
    });
    // PostgreSQL refused the columns that a query inside took from the groups.
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).filter(Q(n__gt=1) | Exists(Authorship.objects.filter(\
         book__published__gt=OuterRef('sequel__published')))).order_by('id').values_list('id', flat=True)",
        || {
            let earlier = Authorship::objects().filter(|a| a.book().published().gt(Book::outer(f!(sequel__published))));
            Book::objects()
                .annotate(|b| b.reviews().count())
                .filter(|_, n| n.gt(1) | Q::exists(earlier))
                .order_by(|b, _| b.id())
                .values_list(|b, _| b.id())
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).exclude(~(Q(n__gt=1) | Q(sequel__authors=1))).order_by('id')\
         .values_list('id', flat=True)",
        || {
            Book::objects()
                .annotate(|b| b.reviews().count())
                .exclude(|b, n| !(n.gt(1) | b.sequel().authors().id().exact(1)))
                .order_by(|b, _| b.id())
                .values_list(|b, _| b.id())
        },
    );
    pairs.both("Genre.objects.annotate(x=Lower('books__title')).values_list('label', flat=True)", || {
        Genre::objects().annotate(|g| g.books().title().lower()).values_list(|g, _| g.label())
    });
    pairs.both("Genre.objects.annotate(x=Lower('books__title')).count()", || {
        Genre::objects().annotate(|g| g.books().title().lower()).count()
    });
    pairs.both(
        "[(b, b.n) for b in Book.objects.annotate(n=Count('reviews')).exclude(genres=2, n__gt=0).order_by('id')]",
        || {
            Book::objects()
                .annotate(|b| b.reviews().count())
                .exclude(|b, n| b.genres().id().exact(2) & n.gt(0))
                .order_by(|b, _| b.id())
        },
    );
    pairs.both(
        "[(a, a.n) for a in Authorship.objects.annotate(n=Max('role')).filter(~Q(n__contains='_'), \
         Q(author__name__isnull=False) | Q(author__authorship__position=F('position'))).order_by('id')]",
        || {
            Authorship::objects()
                .annotate(|a| a.role().max())
                .filter(|a, n| {
                    !n.contains("_")
                        & (a.author().name().isnull(false) | a.author().authorship().position().exact(a.position()))
                })
                .order_by(|a, _| a.id())
        },
    );
    pairs.both(
        "Book.objects.annotate(x=Concat('title', Value('!'))).order_by('x', 'id').distinct().values_list('id', 'x')",
        || {
            Book::objects()
                .annotate(|b| b.title().concat("!"))
                .order_by(|b, x| (x, b.id()))
                .distinct()
                .values_list(|b, x| (b.id(), x))
        },
    );
}

fn aggregates(pairs: &mut Pairs) {
    pairs.both(
        "list(Genre.objects.distinct().aggregate(a=Count('label', filter=Q(parent__books=5)), b=Count('id')).values())",
        || {
            Genre::objects()
                .distinct()
                .aggregate(|g| (g.label().count().filter(g.parent().books().id().exact(5)), g.id().count()))
        },
    );
    pairs.both("Book.objects.filter(id__in=[1, 2, 5]).aggregate(a=Avg('listening'))['a']", || {
        Book::objects().filter(q!(id__in = [1, 2, 5])).aggregate(|b| b.listening().avg())
    });
}
