//! Windows over the rows beside a row.

use rjango_orm::{Engine, Window};

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    windows(pairs);
    frames(pairs);
}

fn windows(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('id').values_list('id', Window(RowNumber(), order_by=['-price', 'id']))", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), Window::new().order_by((b.price().desc(), b.id())).row_number()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Rank(), order_by='pages'), Window(DenseRank(), \
         order_by='pages'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let by_pages = || Window::new().order_by(b.pages());
                (b.id(), by_pages().rank(), by_pages().dense_rank())
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Rank(), partition_by=['publisher'], \
         order_by=F('price').desc()))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                (b.id(), Window::new().partition_by(b.publisher().id()).order_by(b.price().desc()).rank())
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(PercentRank(), order_by='price'), Window(CumeDist(), \
         order_by='price'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let by_price = || Window::new().order_by(b.price());
                (b.id(), by_price().percent_rank(), by_price().cume_dist())
            })
        },
    );
    pairs.both("Book.objects.order_by('id').values_list('id', Window(Ntile(3), order_by='id'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.id(), Window::new().order_by(b.id()).ntile(3)))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Lag('title', 1), order_by='id'), Window(Lead('price', \
         2), order_by='id'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let by_id = || Window::new().order_by(b.id());
                (b.id(), by_id().lag(b.title(), 1), by_id().lead(b.price(), 2))
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(FirstValue('title'), partition_by='in_print', \
         order_by='id'), Window(LastValue('title'), partition_by='in_print', order_by='id'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let beside = || Window::new().partition_by(b.in_print()).order_by(b.id());
                (b.id(), beside().first_value(b.title()), beside().last_value(b.title()))
            })
        },
    );
    pairs.both("Book.objects.order_by('id').values_list('id', Window(NthValue('title', 3), order_by='id'))", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.id(), Window::new().order_by(b.id()).nth_value(b.title(), 3)))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Sum('pages'), order_by='id'), Window(Avg('price'), \
         partition_by='publisher__country'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let country = Window::new().partition_by(b.publisher().country().code());
                (b.id(), b.pages().sum().over(Window::new().order_by(b.id())), b.price().avg().over(country))
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Count('subtitle', filter=Q(in_print=True)), \
         order_by='id'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let counted = b.subtitle().count().filter(b.in_print().exact(true));
                (b.id(), counted.over(Window::new().order_by(b.id())))
            })
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Window(RowNumber(), partition_by='publisher', order_by=['-price', 'id']))\
         .filter(n=1).order_by('id')",
        || {
            Book::objects()
                .filter(|b| {
                    let window = Window::new().partition_by(b.publisher().id());
                    window.order_by((b.price().desc(), b.id())).row_number().exact(1)
                })
                .order_by(f!(id))
        },
    );
    pairs.both("Book.objects.order_by(Window(Rank(), order_by='pages').desc(), 'id')", || {
        Book::objects().order_by(|b| (Window::new().order_by(b.pages()).rank().desc(), b.id()))
    });
    pairs.both(
        "Book.objects.values_list('in_print').annotate(n=Count('id'), r=Window(Rank(), order_by=Count('id')\
         .desc())).order_by('in_print')",
        || {
            Book::objects()
                .order_by(f!(in_print))
                .values_list(|b| (b.in_print(), b.id().count(), Window::new().order_by(b.id().count().desc()).rank()))
        },
    );
    pairs
        .both(
            "Review.objects.order_by('id').values_list('id', Window(StdDev('stars'), partition_by='book'), \
         Window(Max('stars'), partition_by='book__publisher'))",
            || {
                Review::objects().order_by(f!(id)).values_list(|r| {
                    let of_publisher = Window::new().partition_by(r.book().publisher().id());
                    (
                        r.id(),
                        r.stars().stddev().over(Window::new().partition_by(r.book())),
                        r.stars().max().over(of_publisher),
                    )
                })
            },
        )
        .differs_on(&[Engine::Sqlite], "Django's has no window there");

    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Count('id'), \
         partition_by='publisher__country__name'), Window(Min('added'), partition_by=ExtractYear('published')))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let country = Window::new().partition_by(b.publisher().country().name());
                let year = Window::new().partition_by(b.published().year());
                (b.id(), b.id().count().over(country), b.added().min().over(year))
            })
        },
    );
    pairs.both(
        "Author.objects.annotate(n=Count('book'), r=Window(Rank(), order_by=[Count('book').desc(), \
         'country__name'])).order_by('id').values_list('id', 'n', 'r')",
        || {
            Author::objects().order_by(f!(id)).values_list(|a| {
                let order = Window::new().order_by((a.book().count().desc(), a.country().name()));
                (a.id(), a.book().count(), order.rank())
            })
        },
    );
    pairs.both(
        "Book.objects.filter(pk__lt=6).order_by('id').values_list('id', F('pages') - Window(Avg('pages')), 'pages')",
        || {
            Book::objects()
                .filter(q!(pk__lt = 6))
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.pages().cast::<f64>() - b.pages().avg().over(Window::new()), b.pages()))
        },
    );
}

fn frames(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Sum('pages'), order_by='id', frame=RowRange(start=-1, \
         end=1)))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.pages().sum().over(Window::new().order_by(b.id()).rows(-1, 1))))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Max('price'), order_by='id', \
         frame=RowRange(start=None, end=0)))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.price().max().over(Window::new().order_by(b.id()).rows(None, 0))))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(Count('id'), order_by='pages', \
         frame=ValueRange(start=0, end=None)))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), b.id().count().over(Window::new().order_by(b.pages()).range(0, None))))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Window(LastValue('title'), order_by='id', \
         frame=RowRange(start=0, end=None)))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), Window::new().order_by(b.id()).rows(0, None).last_value(b.title())))
        },
    );
    pairs
        .both(
            "Review.objects.order_by('id').values_list('id', Window(Variance('stars', sample=True), order_by='id', \
         frame=RowRange(start=-2, end=0)))",
            || {
                Review::objects().order_by(f!(id)).values_list(|r| {
                    (r.id(), r.stars().variance_sample().over(Window::new().order_by(r.id()).rows(-2, 0)))
                })
            },
        )
        .differs_on(&[Engine::Sqlite], "as above");
}
