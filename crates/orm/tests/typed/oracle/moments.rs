//! Parts of days, times and moments, and the days and moments at which parts begin.

use rjango_orm::Expr;
use rjango_orm::query::DatePart;

use super::literals::{day, moment, time};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    lookups(pairs);
    values(pairs);
    truncated(pairs);
}

/// In UTC alone: elsewhere Django's database compares what the clocks show with a moment, and finds nothing or the wrong rows.
pub fn compared(pairs: &mut Pairs) {
    pairs.both("Book.objects.annotate(start=TruncMonth('sold')).filter(start=moment('2020-12-01T00:00:00'))", || {
        Book::objects().filter(|b| b.sold().trunc(DatePart::Month).exact(moment("2020-12-01T00:00:00")))
    });
}

fn lookups(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(published__year=2010)", || Book::objects().filter(q!(published__year = 2010)));
    pairs.both("Book.objects.filter(added__year__lt=2012)", || Book::objects().filter(q!(added__year__lt = 2012)));
    pairs.both("Book.objects.filter(sold__year__gte=2021)", || Book::objects().filter(q!(sold__year__gte = 2021)));
    pairs.both("Book.objects.filter(published__iso_year=2020)", || {
        Book::objects().filter(q!(published__iso_year = 2020))
    });
    pairs.both("Book.objects.filter(added__iso_year__gt=2023)", || {
        Book::objects().filter(q!(added__iso_year__gt = 2023))
    });
    pairs.both("Book.objects.filter(published__quarter=4)", || Book::objects().filter(q!(published__quarter = 4)));
    pairs.both("Book.objects.filter(added__month__in=[2, 12])", || {
        Book::objects().filter(q!(added__month__in = [2, 12]))
    });
    pairs.both("Book.objects.filter(published__week=53)", || Book::objects().filter(q!(published__week = 53)));
    pairs.both("Book.objects.filter(added__week__range=(1, 2))", || {
        Book::objects().filter(q!(added__week__range = (1, 2)))
    });
    pairs.both("Book.objects.filter(published__day=29)", || Book::objects().filter(q!(published__day = 29)));
    pairs.both("Book.objects.filter(published__week_day=1)", || Book::objects().filter(q!(published__week_day = 1)));
    pairs.both("Book.objects.filter(published__iso_week_day=7)", || {
        Book::objects().filter(q!(published__iso_week_day = 7))
    });
    pairs.both("Book.objects.filter(added__hour=23)", || Book::objects().filter(q!(added__hour = 23)));
    pairs.both("Review.objects.filter(hour__hour__gte=20).order_by('id')", || {
        Review::objects().filter(q!(hour__hour__gte = 20)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(hour__minute=30).order_by('id')", || {
        Review::objects().filter(q!(hour__minute = 30)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(hour__second__gt=0).order_by('id')", || {
        Review::objects().filter(q!(hour__second__gt = 0)).order_by(f!(id))
    });
    pairs.both("Book.objects.filter(added__second=30)", || Book::objects().filter(q!(added__second = 30)));
    pairs.both("Book.objects.filter(sold__date=date('2020-12-31'))", || {
        Book::objects().filter(q!(sold__date = day("2020-12-31")))
    });
    pairs.both("Book.objects.filter(added__date__gt=date('2024-12-29'))", || {
        Book::objects().filter(q!(added__date__gt = day("2024-12-29")))
    });
    pairs.both("Book.objects.filter(sold__time=time('00:00:00'))", || {
        Book::objects().filter(q!(sold__time = time("00:00:00")))
    });
    pairs.both("Book.objects.filter(sold__time__gt=time('12:00:00'))", || {
        Book::objects().filter(q!(sold__time__gt = time("12:00:00")))
    });
    pairs.both("Book.objects.exclude(published__year=2010)", || Book::objects().exclude(q!(published__year = 2010)));
    pairs.both("Book.objects.exclude(sold__month=12)", || Book::objects().exclude(q!(sold__month = 12)));
    pairs.both("Book.objects.filter(sold__year=F('added__year'))", || {
        Book::objects().filter(|b| b.sold().year().exact(b.added().year()))
    });
    pairs.both("Book.objects.filter(sold__gt=F('added'))", || Book::objects().filter(q!(sold__gt = F(added))));
    pairs.both("Author.objects.filter(book__published__year=2021).distinct()", || {
        Author::objects().filter(q!(book__published__year = 2021)).distinct()
    });
    pairs.both("Author.objects.exclude(book__published__year=2010)", || {
        Author::objects().exclude(q!(book__published__year = 2010))
    });
    pairs.both("Author.objects.exclude(mentor__born__month=12)", || {
        Author::objects().exclude(q!(mentor__born__month = 12))
    });
    pairs.both("Book.objects.filter(added__lte=Now())", || Book::objects().filter(|b| b.added().lte(Expr::now())));
}

fn values(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(ExtractYear('published'), ExtractIsoYear('published'), \
         ExtractQuarter('published'), ExtractMonth('published'), ExtractWeek('published'), ExtractDay('published'), \
         ExtractWeekDay('published'), ExtractIsoWeekDay('published'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let day = || b.published();
                (
                    day().year(),
                    day().iso_year(),
                    day().quarter(),
                    day().month(),
                    day().week(),
                    day().day(),
                    day().week_day(),
                    day().iso_week_day(),
                )
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(ExtractYear('added'), ExtractIsoYear('added'), \
         ExtractWeek('added'), ExtractWeekDay('added'), ExtractHour('added'), ExtractMinute('added'), \
         ExtractSecond('added'))",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let at = || b.added();
                (at().year(), at().iso_year(), at().week(), at().week_day(), at().hour(), at().minute(), at().second())
            })
        },
    );
    pairs.both(
        "Review.objects.order_by('id').values_list(ExtractHour('hour'), ExtractMinute('hour'), \
         ExtractSecond('hour'))",
        || Review::objects().order_by(f!(id)).values_list(|r| (r.hour().hour(), r.hour().minute(), r.hour().second())),
    );
    pairs.both("Book.objects.order_by('id').values_list('sold__date', 'sold__time', 'sold__year')", || {
        Book::objects().order_by(f!(id)).values_list(|b| (b.sold().date(), b.sold().time(), b.sold().year()))
    });
    pairs.both("Book.objects.order_by('added__month', 'added__day', 'id')", || {
        Book::objects().order_by(|b| (b.added().month().asc(), b.added().day().asc(), b.id()))
    });
    pairs.both(
        "Author.objects.order_by(F('born__year').desc(nulls_last=True), 'id').values_list('born', flat=True)",
        || Author::objects().order_by(|a| (a.born().year().desc().nulls_last(), a.id())).values_list(f!(born)),
    );
    pairs.both("Review.objects.values_list('written__year').annotate(Count('id')).order_by('written__year')", || {
        Review::objects().order_by(|r| r.written().year()).values_list(|r| (r.written().year(), r.id().count()))
    });
}

fn truncated(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list(*[Trunc('published', part) for part in ['year', 'quarter', \
         'month', 'week', 'day']])",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let start = |part| b.published().trunc(part);
                (
                    start(DatePart::Year),
                    start(DatePart::Quarter),
                    start(DatePart::Month),
                    start(DatePart::Week),
                    start(DatePart::Day),
                )
            })
        },
    );
    pairs.both(
        "Book.objects.order_by('id').values_list(*[Trunc('added', part) for part in ['year', 'quarter', 'month', \
         'week', 'day', 'hour', 'minute', 'second']])",
        || {
            Book::objects().order_by(f!(id)).values_list(|b| {
                let start = |part| b.added().trunc(part);
                (
                    start(DatePart::Year),
                    start(DatePart::Quarter),
                    start(DatePart::Month),
                    start(DatePart::Week),
                    start(DatePart::Day),
                    start(DatePart::Hour),
                    start(DatePart::Minute),
                    start(DatePart::Second),
                )
            })
        },
    );
    pairs.both(
        "Review.objects.order_by('id').values_list(*[Trunc('hour', part) for part in ['hour', 'minute', 'second']])",
        || {
            Review::objects().order_by(f!(id)).values_list(|r| {
                let start = |part| r.hour().trunc(part);
                (start(DatePart::Hour), start(DatePart::Minute), start(DatePart::Second))
            })
        },
    );
    pairs.both("Book.objects.dates('published', 'year')", || Book::objects().dates(f!(published), DatePart::Year));
    pairs.both("Book.objects.dates('published', 'month')", || Book::objects().dates(f!(published), DatePart::Month));
    pairs.both("Book.objects.dates('published', 'week')", || Book::objects().dates(f!(published), DatePart::Week));
    pairs.both("Book.objects.dates('published', 'day')", || Book::objects().dates(f!(published), DatePart::Day));
    pairs.both("Book.objects.filter(in_print=True).dates('published', 'month')", || {
        Book::objects().filter(q!(in_print = true)).dates(f!(published), DatePart::Month)
    });
    pairs.both("Book.objects.datetimes('added', 'year')", || Book::objects().datetimes(f!(added), DatePart::Year));
    pairs.both("Book.objects.datetimes('sold', 'month')", || Book::objects().datetimes(f!(sold), DatePart::Month));
    pairs.both("Book.objects.datetimes('sold', 'day')", || Book::objects().datetimes(f!(sold), DatePart::Day));
    pairs.both("Review.objects.datetimes('written', 'hour')", || {
        Review::objects().datetimes(f!(written), DatePart::Hour)
    });
    pairs.both("Review.objects.datetimes('written', 'second')", || {
        Review::objects().datetimes(f!(written), DatePart::Second)
    });

    pairs.both("Review.objects.dates('book__published', 'year')", || {
        Review::objects().dates(|r| r.book().published(), DatePart::Year)
    });
    pairs.both("Book.objects.datetimes('reviews__written', 'month')", || {
        Book::objects().datetimes(|b| b.reviews().written(), DatePart::Month)
    });
    pairs.both(
        "Review.objects.values_list(TruncYear('book__published')).annotate(n=Count('id'))\
         .order_by(TruncYear('book__published'))",
        || {
            let year = |r: &<Review as rjango_orm::Record>::Fields<Review>| r.book().published().trunc(DatePart::Year);
            Review::objects().order_by(move |r| year(&r)).values_list(move |r| (year(&r), r.id().count()))
        },
    );
}
