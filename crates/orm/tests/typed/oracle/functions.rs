//! The functions of texts, numbers and NULL.

use rjango_orm::Expr;

use super::literals::day;
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    texts(pairs);
    numbers(pairs);
    nothing(pairs);
}

fn texts(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('id').values_list(Lower('title'), Upper('title'), Length('title'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.title().lower(), b.title().upper(), b.title().length()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(Lower('subtitle'), Length('subtitle'), Trim('subtitle'), \
         LTrim('subtitle'), RTrim('subtitle'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let text = || b.subtitle();
                (text().lower(), text().length(), text().trim(), text().ltrim(), text().rtrim())
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Left('title', 3), Right('title', 3), Substr('title', 2, 4))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.title().left(3), b.title().right(3), b.title().substr(2, 4)))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Left('subtitle', 100), Right('subtitle', 100), Substr('subtitle', \
         90, 4))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.subtitle().left(100), b.subtitle().right(100), b.subtitle().substr(90, 4)))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Replace('title', Value('a'), Value('_')), StrIndex('title', \
         Value('a')))",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.title().replace("a", "_"), b.title().str_index("a"))),
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Replace('subtitle', Value('t', TextField()), Value('', \
         TextField())), StrIndex('subtitle', Value('t', TextField())))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.subtitle().replace("t", ""), b.subtitle().str_index("t")))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Concat('title', Value(': '), 'subtitle', \
         output_field=TextField()), Concat('subtitle', 'isbn', output_field=TextField()))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.title().concat(": ").concat(b.subtitle()), b.subtitle().concat(b.isbn())))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Concat('title', Value(' by '), 'publisher__name', \
         output_field=CharField()), 'id')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.title().concat(" by ").concat(b.publisher().name()), b.id()))
        },
    );
    pairs.both("Book.objects.alias(n=Length('title')).filter(n__gt=10)", || {
        Book::objects().filter(q!(title__length__gt = 10))
    });
    pairs
        .both("Book.objects.alias(n=Length('subtitle')).exclude(n__gt=5)", || {
            Book::objects().exclude(q!(subtitle__length__gt = 5))
        })
        .differs("an absent text is not longer than five; a computed value gets no such care in Django");
    pairs.both("Book.objects.alias(n=Upper('title')).filter(n__contains='NIGHT')", || {
        Book::objects().filter(q!(title__upper__contains = "NIGHT"))
    });
    pairs.both("Book.objects.alias(n=Lower('title')).filter(n=Lower('follows__title'))", || {
        Book::objects().filter(|b| b.title().lower().exact(b.follows().title().lower()))
    });
    pairs.both(
        "Author.objects.alias(n=Trim(Replace('name', Value('s'), Value(' ')))).filter(n__startswith='A')",
        || Author::objects().filter(|a| a.name().replace("s", " ").trim().startswith("A")),
    );
    pairs.both("Book.objects.filter(title__icontains=Left('subtitle', 1))", || {
        Book::objects().filter(|b| b.title().icontains(b.subtitle().left(1)))
    });
}

fn numbers(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('id').values_list(Abs('pages'), Abs('price'), Abs('weight'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.pages().abs(), b.price().abs(), b.weight().abs()))
    });
    pairs.both(
        "Book.objects.filter(pk__in=[1, 4, 9, 10, 14]).order_by('id').values_list(Ceil('price'), Floor('price'), \
         Round('price', 1))",
        || {
            Book::objects()
                .filter(q!(pk__in = [1, 4, 9, 10, 14]))
                .order_by(f!(id))
                .values_list(|b| (b.price().ceil(), b.price().floor(), b.price().round(1)))
        },
    );
    pairs.both("Author.objects.order_by('id').values_list(Ceil('rating'), Floor('rating'))", || {
        Author::objects().order_by(f!(id)).values_list(|a| (a.rating().ceil(), a.rating().floor()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(Ceil('discount'), Floor('discount'), Round('discount', 2))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.discount().ceil(), b.discount().floor(), b.discount().round(2)))
        },
    );
    pairs.both("Review.objects.order_by('id').values_list(Power(F('stars') + 2, 3), Sqrt(Abs('stars')))", || {
        Review::objects().order_by(f!(id)).values_list(|r| ((r.stars() + 2).power(3.0), r.stars().abs().sqrt()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(Cast('pages', CharField()), Cast('id', FloatField()), \
         Cast('in_print', IntegerField()))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.pages().cast::<String>(), b.id().cast::<f64>(), b.in_print().cast::<i64>()))
        },
    );
    pairs.both(
        "Book.objects.filter(pk__in=[1, 9, 18]).order_by('id').values_list(Cast('price', IntegerField()), \
         Cast('isbn', BigIntegerField()))",
        || {
            Book::objects()
                .filter(q!(pk__in = [1, 9, 18]))
                .order_by(f!(id))
                .values_list(|b| (b.price().cast::<i64>(), b.isbn().cast::<i64>()))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Cast('added', DateField()), Cast('published', CharField()))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.added().cast::<chrono::NaiveDate>(), b.published().cast::<String>()))
        },
    );
}

fn nothing(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(Coalesce('subtitle', Value('none', TextField())), \
         Coalesce('discount', D('0')))",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.subtitle().coalesce("none"), b.discount().coalesce(0))),
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Coalesce('subtitle', 'isbn', 'title', output_field=TextField()), \
         'id')",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.subtitle().coalesce(b.isbn().coalesce(b.title())), b.id()))
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(NullIf('subtitle', Value('', TextField())), NullIf('pages', \
         Value(150)))",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.subtitle().null_if(""), b.pages().null_if(150))),
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(Greatest('pages', Value(100)), Least('price', Value(D('50'))))",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.pages().greatest(100), b.price().least(50))),
    );
    pairs.both("Book.objects.order_by('id').values_list(Greatest('added', 'sold'), Least('sold', 'added'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| {
            let sold = b.sold();
            (sold.clone().greatest(b.added()), sold.least(b.added()))
        })
    });
    pairs.both("Book.objects.filter(sold__date__lte=Coalesce('published', date('2020-01-01')))", || {
        Book::objects().filter(|b| b.sold().date().lte(b.published().coalesce(day("2020-01-01"))))
    });
    pairs.both(
        "Author.objects.order_by('id').values_list(Coalesce('mentor__name', 'name'), Coalesce('born', \
         date('1900-01-01')))",
        || {
            Author::objects()
                .order_by(f!(id))
                .values_list(|a| (a.mentor().name().coalesce(a.name()), a.born().coalesce(day("1900-01-01"))))
        },
    );
    pairs.both("Book.objects.alias(n=Coalesce('discount', Value(D('0')))).filter(n__lt=D('0.1'))", || {
        Book::objects().filter(|b| b.discount().coalesce(0).lt(dec!(0.1)))
    });
    pairs.both("Book.objects.alias(n=Coalesce('discount', Value(D('0')))).exclude(n__lt=D('0.1'))", || {
        Book::objects().exclude(|b| b.discount().coalesce(0).lt(dec!(0.1)))
    });
    pairs.both("Book.objects.order_by('id').values_list(Value('text'), Value(7), Value(True), 'id')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (Expr::value("text".to_owned()), Expr::value(7_i64), Expr::value(true), b.id()))
    });
}
