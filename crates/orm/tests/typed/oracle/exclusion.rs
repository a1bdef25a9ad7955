//! What `exclude` makes of relations, and of lists that other queries give.

use super::django::Django;
use super::models::*;
use super::pair::{BOTH, Pairs};
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    excluded(pairs);
    queries_in_queries(pairs);
}

fn excluded(pairs: &mut Pairs) {
    pairs.both("Book.objects.exclude(publisher=1)", || Book::objects().exclude(q!(publisher = 1)));
    pairs.both("Book.objects.exclude(publisher=None)", || Book::objects().exclude(q!(publisher = None)));
    pairs.both("Book.objects.exclude(publisher__name='Gyldendal')", || {
        Book::objects().exclude(q!(publisher__name = "Gyldendal"))
    });
    pairs.both("Book.objects.exclude(publisher__country='NO')", || {
        Book::objects().exclude(q!(publisher__country = "NO"))
    });
    pairs.both("Book.objects.exclude(publisher__country=None)", || {
        Book::objects().exclude(q!(publisher__country = None))
    });
    pairs.both("Book.objects.exclude(publisher__country__name='Norway', in_print=True)", || {
        Book::objects().exclude(q!(publisher__country__name = "Norway", in_print = true))
    });
    pairs.both("Book.objects.exclude(follows__title='Echo')", || Book::objects().exclude(q!(follows__title = "Echo")));
    pairs.both("Book.objects.exclude(sequel__title='Echo')", || Book::objects().exclude(q!(sequel__title = "Echo")));
    pairs.both("Author.objects.exclude(mentor__mentor__name='Astrid')", || {
        Author::objects().exclude(q!(mentor__mentor__name = "Astrid"))
    });
    pairs.both("Author.objects.exclude(mentor__nickname='Bear')", || {
        Author::objects().exclude(q!(mentor__nickname = "Bear"))
    });
    pairs.both("Author.objects.exclude(pupils__name='Dag')", || Author::objects().exclude(q!(pupils__name = "Dag")));
    pairs.both("Author.objects.exclude(pupils__nickname=None)", || {
        Author::objects().exclude(q!(pupils__nickname = None))
    });
    pairs.both("Book.objects.exclude(genres__label='crime')", || Book::objects().exclude(q!(genres__label = "crime")));
    pairs.both("Book.objects.exclude(genres__isnull=True)", || Book::objects().exclude(q!(genres__isnull = true)));
    pairs.both("Book.objects.exclude(genres=None)", || Book::objects().exclude(q!(genres = None)));
    pairs.both("Book.objects.exclude(genres__parent__label='fiction')", || {
        Book::objects().exclude(q!(genres__parent__label = "fiction"))
    });
    pairs.both("Book.objects.exclude(reviews__stars__gte=4)", || Book::objects().exclude(q!(reviews__stars__gte = 4)));
    pairs.both("Book.objects.exclude(reviews__stars=5, reviews__helpful=False)", || {
        Book::objects().exclude(q!(reviews__stars = 5, reviews__helpful = false))
    });
    pairs.both("Book.objects.exclude(Q(reviews__stars=5) | Q(genres__label='crime'))", || {
        Book::objects().exclude(q!(reviews__stars = 5 | genres__label = "crime"))
    });
    pairs
        .both("Book.objects.exclude(reviews__reviewer=None)", || Book::objects().exclude(q!(reviews__reviewer = None)));
    pairs.both("Book.objects.exclude(reviews__reviewer__nickname='Bear')", || {
        Book::objects().exclude(q!(reviews__reviewer__nickname = "Bear"))
    });
    pairs.both("Book.objects.exclude(reviews__isnull=False)", || Book::objects().exclude(q!(reviews__isnull = false)));
    pairs.both("Book.objects.filter(~Q(reviews__stars=5), genres__label='saga')", || {
        Book::objects().filter(q!(!reviews__stars = 5, genres__label = "saga"))
    });
    pairs.both("Book.objects.filter(genres__label='saga').exclude(genres__label='poems')", || {
        Book::objects().filter(q!(genres__label = "saga")).exclude(q!(genres__label = "poems"))
    });
    pairs.both("Book.objects.filter(~Q(~Q(genres__label='saga')))", || {
        Book::objects().filter(q!(!(!genres__label = "saga")))
    });
    pairs.both("Book.objects.exclude(authors__portrait__width=640)", || {
        Book::objects().exclude(q!(authors__portrait__width = 640))
    });
    pairs.both("Publisher.objects.exclude(books__reviews__stars__lt=3)", || {
        Publisher::objects().exclude(q!(books__reviews__stars__lt = 3))
    });
    pairs.both("Shelf.objects.exclude(books__genres__label='crime')", || {
        Shelf::objects().exclude(q!(books__genres__label = "crime"))
    });

    pairs.both("Book.objects.exclude(genres__books__reviews__stars=5)", || {
        Book::objects().exclude(q!(genres__books__reviews__stars = 5))
    });
    pairs.both("Book.objects.exclude(genres__label='crime').exclude(reviews__stars=5)", || {
        Book::objects().exclude(q!(genres__label = "crime")).exclude(q!(reviews__stars = 5))
    });
    pairs.both("Book.objects.exclude(Q(publisher__country='NO') & ~Q(in_print=True))", || {
        Book::objects().exclude(q!(publisher__country = "NO", !in_print = true))
    });
    pairs.both("Book.objects.exclude(Q(genres__label='saga') & ~Q(reviews__stars=5))", || {
        Book::objects().exclude(q!(genres__label = "saga", !reviews__stars = 5))
    });
    pairs.both("Book.objects.filter(~Q(reviews=None))", || Book::objects().filter(q!(!reviews__isnull = true)));
    pairs.both("Book.objects.filter(~Q(Q(reviews__stars=5) | ~Q(genres__label='saga')))", || {
        Book::objects().filter(q!(!(reviews__stars = 5 | !genres__label = "saga")))
    });
    pairs.both("Author.objects.exclude(mentor__pupils__name='Flóki')", || {
        Author::objects().exclude(q!(mentor__pupils__name = "Flóki"))
    });
    pairs.both("Author.objects.exclude(book__publisher__country=F('country'))", || {
        Author::objects().exclude(q!(book__publisher__country = F(country)))
    });
    pairs.both("Book.objects.exclude(reviews__reviewer__country=F('publisher__country'))", || {
        Book::objects().exclude(q!(reviews__reviewer__country = F(publisher__country)))
    });
    pairs.both("Book.objects.exclude(reviews__written__year=2020)", || {
        Book::objects().exclude(q!(reviews__written__year = 2020))
    });
    pairs.both("Book.objects.exclude(genres__in=[1, 3], reviews__stars=5)", || {
        Book::objects().exclude(q!(genres__in = [1, 3], reviews__stars = 5))
    });
    pairs.both("Book.objects.exclude(follows__reviews__stars=5)", || {
        Book::objects().exclude(q!(follows__reviews__stars = 5))
    });
    pairs.both("Book.objects.exclude(sequel__sequel__title='Night train III')", || {
        Book::objects().exclude(q!(sequel__sequel__title = "Night train III"))
    });
    pairs.both("Review.objects.exclude(book__genres__label='saga').order_by('id')", || {
        Review::objects().exclude(q!(book__genres__label = "saga")).order_by(f!(id))
    });
    pairs.both("Review.objects.exclude(reviewer__pupils__country='NO').order_by('id')", || {
        Review::objects().exclude(q!(reviewer__pupils__country = "NO")).order_by(f!(id))
    });
}

fn queries_in_queries(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(publisher__in=Publisher.objects.filter(independent=True))", || {
        Book::objects().filter(q!(publisher__in = Publisher::objects().filter(q!(independent = true))))
    });
    pairs.both("Book.objects.exclude(publisher__in=Publisher.objects.filter(independent=True))", || {
        Book::objects().exclude(q!(publisher__in = Publisher::objects().filter(q!(independent = true))))
    });
    pairs.both("Book.objects.filter(genres__in=Genre.objects.filter(parent=None)).distinct()", || {
        Book::objects().filter(q!(genres__in = Genre::objects().filter(q!(parent = None)))).distinct()
    });
    pairs.both("Book.objects.exclude(genres__in=Genre.objects.filter(parent=None))", || {
        Book::objects().exclude(q!(genres__in = Genre::objects().filter(q!(parent = None))))
    });
    pairs.both("Book.objects.filter(pk__in=Review.objects.filter(stars=5).values('book'))", || {
        Book::objects().filter(q!(pk__in = Review::objects().filter(q!(stars = 5)).values_list(f!(book__id))))
    });
    pairs.both("Author.objects.filter(pk__in=Review.objects.values('reviewer'))", || {
        Author::objects().filter(q!(pk__in = Review::objects().values_list(f!(reviewer__id))))
    });
    pairs.both("Author.objects.exclude(pk__in=Review.objects.values('reviewer'))", || {
        Author::objects().exclude(q!(pk__in = Review::objects().values_list(f!(reviewer__id))))
    });
    pairs.both(
        "Book.objects.filter(title__in=Book.objects.filter(in_print=False).values('title'), in_print=True)",
        || {
            let titles = Book::objects().filter(q!(in_print = false)).values_list(f!(title));
            Book::objects().filter(q!(title__in = titles, in_print = true))
        },
    );
    pairs.both("Book.objects.filter(pk__in=Book.objects.order_by('-price').values('pk')[:3])", || {
        Book::objects().filter(q!(pk__in = Book::objects().order_by(f!(-price)).slice(..3).values_list(f!(id))))
    });
    pairs.both("Country.objects.filter(pk__in=Author.objects.filter(rating__gt=4).values('country'))", || {
        Country::objects()
            .filter(q!(pk__in = Author::objects().filter(q!(rating__gt = 4)).values_list(f!(country__code))))
    });

    pairs.both("Book.objects.filter(pk__in=Book.objects.none())", || {
        Book::objects().filter(q!(pk__in = Book::objects().none().values_list(f!(id))))
    });
    pairs.both("Book.objects.exclude(publisher__in=Publisher.objects.none())", || {
        Book::objects().exclude(q!(publisher__in = Publisher::objects().none()))
    });
    pairs.both("Book.objects.filter(publisher__in=[1, None])", || {
        Book::objects().filter(q!(publisher__id__in = [Some(1), None]))
    });
    pairs
        .both("Book.objects.exclude(publisher__in=[1, None])", || {
            Book::objects().exclude(q!(publisher__id__in = [Some(1), None]))
        })
        .differs_in(
            &[Django::V6_1],
            BOTH,
            "NULL is in no list, as in Django 5.2; 6.1 excludes the rows without a publisher",
        );
    pairs.both("Book.objects.filter(pk__in=list(range(5, 12000)))", || Book::objects().filter(q!(pk__in = 5..12_000)));
    pairs.both("Book.objects.exclude(genres__in=Genre.objects.filter(children__isnull=False))", || {
        Book::objects().exclude(q!(genres__in = Genre::objects().filter(q!(children__isnull = false))))
    });
    pairs.both("Author.objects.filter(pk__in=Book.objects.filter(genres__label='saga').values('authors'))", || {
        let authors = Book::objects().filter(q!(genres__label = "saga")).values_list(f!(authors__id));
        Author::objects().filter(q!(pk__in = authors))
    });
}
