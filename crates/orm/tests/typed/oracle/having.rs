//! Conditions on what is computed over groups.

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    having(pairs);
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
    pairs.both(
        "Book.objects.values_list('publisher__name').annotate(n=Count('id')).filter(n__gt=2)\
         .order_by('publisher__name')",
        || {
            Book::objects()
                .filter(|b| b.id().count().gt(2))
                .order_by(f!(publisher__name))
                .values_list(|b| (b.publisher().name(), b.id().count()))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Max('reviews__stars'), m=Min('reviews__stars')).filter(n__gt=F('m') + 1)\
         .order_by('id')",
        || Book::objects().filter(|b| b.reviews().stars().max().gt(b.reviews().stars().min() + 1)).order_by(f!(id)),
    );
    pairs.both(
        "Author.objects.filter(book__in=Book.objects.annotate(n=Count('reviews')).filter(n__gt=1)).distinct()",
        || {
            let reviewed = Book::objects().filter(|b| b.reviews().count().gt(1));
            Author::objects().filter(q!(book__in = reviewed)).distinct()
        },
    );

    pairs.both("Book.objects.annotate(m=Min('reviews__written')).filter(m__year=2020).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().written().min().year().exact(2020)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(~Q(n=2), ~Q(n=0)).order_by('id')", || {
        Book::objects().filter(|b| !b.reviews().count().exact(2) & !b.reviews().count().exact(0)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Sum('reviews__stars')).exclude(n__gt=4).order_by('id')", || {
        Book::objects().exclude(|b| b.reviews().stars().sum().gt(4)).order_by(f!(id))
    });
    pairs.both("Book.objects.annotate(n=Sum('reviews__stars')).filter(n=None).order_by('id')", || {
        Book::objects().filter(|b| b.reviews().stars().sum().isnull(true)).order_by(f!(id))
    });
    pairs.both(
        "Publisher.objects.annotate(n=Count('books')).filter(n__gt=2, country__name='Norway').order_by('-n', 'id')",
        || {
            Publisher::objects()
                .filter(|p| p.books().count().gt(2) & p.country().name().exact("Norway"))
                .order_by(|p| (p.books().count().desc(), p.id()))
        },
    );
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=1).aggregate(s=Sum('pages'))['s']", || {
        Book::objects().filter(|b| b.reviews().count().gt(1)).aggregate(|b| b.pages().sum())
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=1).order_by('id').first()", || {
        Book::objects().filter(|b| b.reviews().count().gt(1)).order_by(f!(id)).first()
    });
    pairs.both("Book.objects.annotate(n=Count('genres')).filter(n=F('pages') % 4).order_by('id')", || {
        Book::objects().filter(|b| b.genres().count().exact((b.pages() % 4).cast::<i64>())).order_by(f!(id))
    });
}
