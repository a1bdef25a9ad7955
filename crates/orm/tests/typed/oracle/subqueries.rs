//! Queries inside expressions.

use rjango_orm::Expr;

use super::django::Django;
use super::models::*;
use super::pair::{BOTH, Pairs};
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    existence(pairs);
    values(pairs);
}

fn of_book() -> QuerySet<Review> {
    Review::objects().filter(q!(book = Book::outer(f!(id))))
}

fn existence(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(Exists(Review.objects.filter(book=OuterRef('pk'))))", || {
        Book::objects().filter(|_| Q::exists(of_book()))
    });
    pairs.both("Book.objects.filter(~Exists(Review.objects.filter(book=OuterRef('pk'), stars=5)))", || {
        Book::objects().filter(|_| !Q::exists(of_book().filter(q!(stars = 5))))
    });
    pairs.both("Book.objects.exclude(Exists(Review.objects.filter(book=OuterRef('pk'), helpful=True)))", || {
        Book::objects().exclude(|_| Q::exists(of_book().filter(q!(helpful = true))))
    });
    pairs.both("Book.objects.filter(Exists(Review.objects.filter(book=OuterRef('pk'))) | Q(pages__lt=20))", || {
        Book::objects().filter(|b| Q::exists(of_book()) | b.pages().lt(20))
    });
    pairs.both(
        "[(b, b.e) for b in Book.objects.annotate(e=Exists(Review.objects.filter(book=OuterRef('pk'), \
         reviewer=None)))]",
        || Book::objects().annotate(|_| Expr::exists(of_book().filter(q!(reviewer = None)))),
    );
    pairs.both("Author.objects.filter(Exists(Book.objects.filter(authors=OuterRef('pk'), in_print=False)))", || {
        Author::objects()
            .filter(|_| Q::exists(Book::objects().filter(q!(authors = Author::outer(f!(id)), in_print = false))))
    });
    pairs.both(
        "Publisher.objects.filter(Exists(Book.objects.filter(publisher=OuterRef('pk'), reviews__stars__gte=4)))",
        || {
            Publisher::objects().filter(|_| {
                Q::exists(Book::objects().filter(q!(publisher = Publisher::outer(f!(id)), reviews__stars__gte = 4)))
            })
        },
    );
    pairs.both(
        "Book.objects.filter(Exists(Book.objects.filter(title__iexact=OuterRef('title'))\
         .exclude(pk=OuterRef('pk'))))",
        || {
            Book::objects().filter(|_| {
                let same = Book::objects().filter(q!(title__iexact = Book::outer(f!(title))));
                Q::exists(same.exclude(q!(pk = Book::outer(f!(id)))))
            })
        },
    );
    pairs.both(
        "Country.objects.filter(Exists(Author.objects.filter(country=OuterRef('pk'), \
         mentor__country=OuterRef('pk'))))",
        || {
            Country::objects().filter(|_| {
                let here = || Country::outer(f!(code));
                Q::exists(Author::objects().filter(q!(country = here(), mentor__country = here())))
            })
        },
    );
    pairs.both(
        "Country.objects.filter(Exists(Publisher.objects.filter(Exists(Book.objects.filter(publisher=OuterRef('pk'), publisher__country=OuterRef(OuterRef('pk')))))))",
        || {
            Country::objects().filter(|_| {
                let books = Book::objects().filter(q!(
                    publisher = Publisher::outer(f!(id)),
                    publisher__country = Country::outer(f!(code)).outer()
                ));
                Q::exists(Publisher::objects().filter(|_| Q::exists(books)))
            })
        },
    );
    pairs.both(
        "Book.objects.filter(Exists(Author.objects.filter(pk__in=Authorship.objects.filter(book=OuterRef(OuterRef('pk'))).values('author'), rating__gt=4)))",
        || {
            Book::objects().filter(|_| {
                let authors = Authorship::objects().filter(q!(book = Book::outer(f!(id)).outer()));
                Q::exists(Author::objects().filter(q!(pk__in = authors.values_list(f!(author__id)), rating__gt = 4.0)))
            })
        },
    );

    pairs.both("Book.objects.filter(Exists(Book.objects.none())) | Book.objects.filter(pk=1)", || {
        Book::objects().filter(|b| Q::exists(Book::objects().none()) | b.id().exact(1))
    });
    pairs.both("Book.objects.filter(~Exists(Book.objects.none()), pk__lt=4)", || {
        Book::objects().filter(|b| !Q::exists(Book::objects().none()) & b.id().lt(4))
    });
    pairs.both(
        "Author.objects.annotate(n=Count(Case(When(Exists(Review.objects.filter(book=OuterRef('book'))), \
         then='book')))).order_by('id').values_list('id', 'n')",
        || {
            Author::objects().order_by(f!(id)).values_list(|a| {
                let reviewed = Q::exists(Review::objects().filter(q!(book = Author::outer(f!(book)))));
                (a.id(), rjango_orm::Case::when(reviewed, a.book().id()).or_null().count())
            })
        },
    );
    pairs.both("Book.objects.filter(Exists(Review.objects.filter(book=OuterRef('follows'), stars=5)))", || {
        Book::objects()
            .filter(|_| Q::exists(Review::objects().filter(q!(book__id = Book::outer(f!(follows__id)), stars = 5))))
    });
    pairs.both("Book.objects.filter(Exists(Review.objects.filter(book=OuterRef('pk')).order_by('id')[1:2]))", || {
        Book::objects().filter(|_| Q::exists(of_book().order_by(f!(id)).slice(1..2)))
    });
    pairs.both(
        "Publisher.objects.filter(Exists(Book.objects.filter(publisher=OuterRef('pk')).values('publisher')\
         .annotate(n=Count('pk')).filter(n__gt=3)))",
        || {
            Publisher::objects().filter(|_| {
                let of_publisher = Book::objects().filter(q!(publisher = Publisher::outer(f!(id))));
                Q::exists(of_publisher.filter(|b| b.reviews().count().gt(2)))
            })
        },
    )
    .differs("of the books of a publisher the number is counted there, of a book the reviews here: no group but the row's");
}

fn values(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Subquery(Review.objects.filter(book=OuterRef('pk'))\
         .order_by('-written', '-id').values('text')[:1]))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.id(), Expr::subquery(of_book().order_by(f!(-written, -id)).values_list(f!(text)))))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('id', Subquery(Review.objects.filter(book=OuterRef('pk'))\
         .order_by('id').values('reviewer__name')[1:2]))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let second = of_book().order_by(f!(id)).slice(1..2);
                (b.id(), Expr::subquery(second.values_list(|r| r.reviewer().name())))
            })
        },
    );
    pairs.both(
        "Book.objects.filter(price=Subquery(Book.objects.filter(publisher=OuterRef('publisher'))\
         .order_by('-price').values('price')[:1]))",
        || {
            let same = Book::objects().filter(q!(publisher = Book::outer(f!(publisher)))).order_by(f!(-price));
            Book::objects().filter(|b| b.price().exact(Expr::subquery(same.values_list(f!(price)))))
        },
    );
    pairs.both(
        "Publisher.objects.order_by('id').values_list('id', Subquery(Book.objects.filter(publisher=OuterRef('pk'))\
         .order_by().values('publisher').annotate(n=Sum('price')).values('n')))",
        || {
            let of_publisher = Book::objects().filter(q!(publisher = Publisher::outer(f!(id)))).order_by(f!());
            Publisher::objects()
                .order_by(f!(id))
                .values_list(|p| (p.id(), Expr::subquery(of_publisher.values_list(|b| b.price().sum()))))
        },
    );
    pairs.both(
        "Book.objects.annotate(s=Subquery(Review.objects.filter(book=OuterRef('pk')).order_by('-stars')\
         .values('stars')[:1])).filter(s__gte=4)",
        || {
            let best = of_book().order_by(f!(-stars)).values_list(f!(stars));
            Book::objects().filter(|_| Expr::subquery(best).gte(4))
        },
    );
    pairs.both(
        "Book.objects.annotate(s=Subquery(Review.objects.filter(book=OuterRef('pk')).order_by('-stars')\
         .values('stars')[:1])).order_by(F('s').desc(nulls_last=True), 'id')",
        || {
            let best = of_book().order_by(f!(-stars)).values_list(f!(stars));
            Book::objects().order_by(|b| (Expr::subquery(best).desc().nulls_last(), b.id()))
        },
    );
    pairs.both(
        "Author.objects.annotate(n=Coalesce(Subquery(Book.objects.filter(authors=OuterRef('pk'))\
         .order_by('-pages').values('title')[:1]), Value('-'))).order_by('id').values_list('id', 'n')",
        || {
            let longest = Book::objects().filter(q!(authors = Author::outer(f!(id)))).order_by(f!(-pages));
            Author::objects()
                .order_by(f!(id))
                .values_list(|a| (a.id(), Expr::subquery(longest.values_list(f!(title))).coalesce("-")))
        },
    );
    pairs.both("Book.objects.filter(pages__gt=Subquery(Book.objects.filter(pk=9).values('pages')))", || {
        let wool = Book::objects().filter(q!(pk = 9)).values_list(f!(pages));
        Book::objects().filter(|b| b.pages().gt(Expr::subquery(wool)))
    });
    pairs
        .both(
            "Book.objects.filter(publisher__country=Subquery(Author.objects.filter(pk=OuterRef('authors'))\
             .values('country')))",
            || {
                let home =
                    Author::objects().filter(q!(id = Book::outer(f!(authors__id)))).values_list(f!(country__code));
                Book::objects().filter(|b| b.publisher().country().code().exact(Expr::subquery(home)))
            },
        )
        .differs_in(&[Django::V6_1], BOTH, "the first row is taken, as in Django 5.2; 6.1 wants the slice written");
}
