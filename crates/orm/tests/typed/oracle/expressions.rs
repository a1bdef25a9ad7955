//! Arithmetic, CASE and the functions of texts, numbers and NULL.

use rjango_orm::{Case, Engine, Expr};

use super::literals::{day, moment, span};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    arithmetic(pairs);
    cases(pairs);
    texts(pairs);
    numbers(pairs);
    nothing(pairs);
}

fn arithmetic(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(F('price') + 1, F('price') - D('0.01'), F('price') * 2)",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.price() + 1, b.price() - dec!(0.01), b.price() * 2)),
    );
    pairs.both(
        "Book.objects.filter(pk__lt=19).order_by('id').values_list(F('pages') + F('id'), F('pages') - 500, F('pages') * -2)",
        || Book::objects().filter(q!(pk__lt = 19)).order_by(f!(id)).values_list(|b| (b.pages() + b.id(), b.pages() - 500, b.pages() * -2)),
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
        "Book.objects.filter(pk__in=[1, 4, 14]).order_by('id').values_list(F('price') / 4, F('price') % 10)",
        || {
            Book::objects()
                .filter(q!(pk__in = [1, 4, 14]))
                .order_by(f!(id))
                .values_list(|b| (b.price() / 4, b.price() % 10))
        },
    );
    pairs.both(
        "Book.objects.filter(pk__lt=19).order_by('id').values_list((F('pages') + 1) * (F('id') - 2) - F('pages') * F('id'), 'id')",
        || {
            Book::objects()
            .filter(q!(pk__lt = 19))
                .order_by(f!(id))
                .values_list(|b| ((b.pages() + 1) * (b.id() - 2) - b.pages() * b.id(), b.id()))
        },
    );
    pairs.both("Book.objects.filter(pk__lt=19, price__gt=F('pages') * D('2'))", || {
        Book::objects().filter(q!(pk__lt = 19)).filter(|b| b.price().gt(b.pages().cast::<Decimal>() * 2))
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
        || {
            Publisher::objects()
                .order_by(f!(id))
                .values_list(|p| (p.founded() + 100, p.country().population().nullable() / 1000))
        },
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

fn cases(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(Case(When(price__lt=5, then=Value('cheap')), \
         When(price__lt=200, then=Value('fair')), default=Value('dear')), 'id')",
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
    pairs.both("Book.objects.order_by('id').values_list(Case(When(in_print=True, pages__gt=100, then=F('price') * 2), default=F('price')), 'id')", || {
        Book::objects().order_by(f!(id)).values_list(|b| {
            let is_long = b.in_print().exact(true) & b.pages().gt(100);
            (Case::when(is_long, b.price() * 2).otherwise(b.price()), b.id())
        })
    });
    pairs.both("Book.objects.order_by('id').values_list(Case(When(publisher__country='NO', then=1), When(publisher=None, then=2), default=3), 'id')", || {
        Book::objects().order_by(f!(id)).values_list(|b| {
            let place = Case::when(b.publisher().country().exact("NO"), 1).or_when(b.publisher().isnull(true), 2);
            (place.otherwise(3), b.id())
        })
    });
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
    pairs.both("Book.objects.order_by('id').values_list(Case(When(~Q(sold=None), then='sold'), default=Value(moment('2000-01-01T00:00:00'))), 'id')", || {
        Book::objects().order_by(f!(id)).values_list(|b| {
            let sold = Case::when(!b.sold().isnull(true), b.sold().coalesce(b.added()));
            (sold.otherwise(moment("2000-01-01T00:00:00")), b.id())
        })
    });
    pairs.both("Book.objects.order_by('id').values_list(Case(When(pk__in=[], then=1), default=2), 'id')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (Case::when(b.id().in_([] as [i64; 0]), 1).otherwise(2), b.id()))
    });
    pairs.both("Book.objects.order_by('id', 'reviews__id').values_list(Case(When(reviews__stars=5, then=Value('best')), default=Value('-')), 'id')", || {
        Book::objects()
            .order_by(f!(id, reviews__id))
            .values_list(|b| (Case::when(b.reviews().stars().exact(5), "best").otherwise("-"), b.id()))
    });
}

fn texts(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('id').values_list(Lower('title'), Upper('title'), Length('title'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.title().lower(), b.title().upper(), b.title().length()))
    });
    pairs.both("Book.objects.order_by('id').values_list(Lower('subtitle'), Length('subtitle'), Trim('subtitle'), LTrim('subtitle'), RTrim('subtitle'))", || {
        Book::objects().order_by(f!(id)).values_list(|b| {
            let text = || b.subtitle();
            (text().lower(), text().length(), text().trim(), text().ltrim(), text().rtrim())
        })
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(Left('title', 3), Right('title', 3), Substr('title', 2, 4))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.title().left(3), b.title().right(3), b.title().substr(2, 4)))
        },
    );
    pairs.both("Book.objects.order_by('id').values_list(Left('subtitle', 100), Right('subtitle', 100), Substr('subtitle', 90, 4))", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.subtitle().left(100), b.subtitle().right(100), b.subtitle().substr(90, 4)))
    });
    pairs.both("Book.objects.order_by('id').values_list(Replace('title', Value('a'), Value('_')), StrIndex('title', Value('a')))", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.title().replace("a", "_"), b.title().str_index("a")))
    });
    pairs.both("Book.objects.order_by('id').values_list(Replace('subtitle', Value('t', TextField()), Value('', TextField())), StrIndex('subtitle', Value('t', TextField())))", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.subtitle().replace("t", ""), b.subtitle().str_index("t")))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(Concat('title', Value(': '), 'subtitle', output_field=TextField()), Concat('subtitle', 'isbn', output_field=TextField()))",
        || {
            Book::objects()
                .order_by(f!(id))
                .values_list(|b| (b.title().concat(": ").concat(b.subtitle()), b.subtitle().concat(b.isbn())))
        },
    );
    pairs.both("Book.objects.order_by('id').values_list(Concat('title', Value(' by '), 'publisher__name', output_field=CharField()), 'id')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.title().concat(" by ").concat(b.publisher().name()), b.id()))
    });
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
    pairs.both("Book.objects.filter(pk__in=[1, 4, 9, 10, 14]).order_by('id').values_list(Ceil('price'), Floor('price'), Round('price', 1))", || {
        Book::objects()
            .filter(q!(pk__in = [1, 4, 9, 10, 14])).order_by(f!(id)).values_list(|b| (b.price().ceil(), b.price().floor(), b.price().round(1)))
    });
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
    pairs.both("Book.objects.order_by('id').values_list(Cast('pages', CharField()), Cast('id', FloatField()), Cast('in_print', IntegerField()))", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.pages().cast::<String>(), b.id().cast::<f64>(), b.in_print().cast::<i64>()))
    });
    pairs.both("Book.objects.filter(pk__in=[1, 9, 18]).order_by('id').values_list(Cast('price', IntegerField()), Cast('isbn', BigIntegerField()))", || {
        Book::objects()
            .filter(q!(pk__in = [1, 9, 18]))
            .order_by(f!(id))
            .values_list(|b| (b.price().cast::<i64>(), b.isbn().cast::<i64>()))
    });
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
        "Book.objects.order_by('id').values_list(Coalesce('subtitle', Value('none', TextField())), Coalesce('discount', D('0')))",
        || Book::objects().order_by(f!(id)).values_list(|b| (b.subtitle().coalesce("none"), b.discount().coalesce(0))),
    );
    pairs.both("Book.objects.order_by('id').values_list(Coalesce('subtitle', 'isbn', 'title', output_field=TextField()), 'id')", || {
        Book::objects()
            .order_by(f!(id))
            .values_list(|b| (b.subtitle().nullable().coalesce(b.isbn().coalesce(b.title())), b.id()))
    });
    pairs.both(
        "Book.objects.order_by('id').values_list(NullIf('subtitle', Value('', TextField())), NullIf('pages', Value(150)))",
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
    pairs.both("Author.objects.order_by('id').values_list(Coalesce('mentor__name', 'name'), Coalesce('born', date('1900-01-01')))", || {
        Author::objects().order_by(f!(id)).values_list(|a| {
            (a.mentor().name().coalesce(a.name()), a.born().coalesce(day("1900-01-01")))
        })
    });
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
