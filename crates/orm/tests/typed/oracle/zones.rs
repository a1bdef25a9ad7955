//! What a day, an hour and a year are by the clocks of the zone that is in force: gaps, overlaps, a day that never was, the time
//! before there were zones, and the time after the tables.

use rjango_core::timezone::Zone;
use rjango_orm::Engine;
use rjango_orm::query::DatePart;

use super::literals::{day, time};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

/// The zones that are put into force, one after another.
pub const ZONES: [&str; 7] = [
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Havana",
    "Pacific/Apia",
    "UTC",
];

/// When the reviews were written that the pairs here ask for. Those before 1970 and after 2037 come last: MariaDB's own tables end
/// there.
pub const MOMENTS: [&str; 36] = [
    // Berlin: into summer time, out of it, and midnights that end a year and an ISO year.
    "2026-03-29T00:59:59.5Z",
    "2026-03-29T01:00:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
    "2025-12-31T22:59:59.999999Z",
    "2025-12-31T23:00:00Z",
    "2024-12-29T23:30:00Z",
    "2024-02-29T23:59:59.999999Z",
    // São Paulo: a midnight that the clocks skip, and an hour before midnight that they show twice.
    "2017-10-15T02:59:59Z",
    "2017-10-15T03:00:00Z",
    "2017-10-15T12:34:56.789Z",
    "2018-02-18T01:30:00Z",
    "2018-02-18T02:30:00Z",
    "2026-01-01T02:59:59Z",
    "2026-01-01T03:00:00Z",
    // Lord Howe: half an hour twice, and half an hour never.
    "2026-04-04T14:45:00Z",
    "2026-04-04T15:15:00Z",
    "2026-10-03T15:29:00Z",
    "2026-10-03T15:31:00Z",
    // Kathmandu: from 5:30 to 5:45 at a new year.
    "1985-12-31T18:15:00Z",
    "1985-12-31T18:29:59Z",
    "1985-12-31T18:30:00Z",
    // Havana: midnight twice, and midnight never.
    "2024-11-03T04:30:00Z",
    "2024-11-03T05:30:00Z",
    "2024-03-10T04:59:00Z",
    "2024-03-10T05:30:00Z",
    // Apia: the day that was left out.
    "2011-12-30T09:59:59Z",
    "2011-12-30T10:00:00Z",
    "2011-12-31T12:00:00Z",
    // Beyond MariaDB's tables.
    "1890-01-01T00:00:00Z",
    "1899-12-31T23:30:00Z",
    "1911-06-15T12:00:00Z",
    "1969-12-31T23:59:59Z",
    "2040-07-01T22:30:00Z",
    "2100-07-01T22:30:00Z",
    "2150-01-01T00:30:00Z",
];

/// How many of the moments every engine knows in every zone.
const WITHIN: usize = 29;

/// The keys of the reviews within MariaDB's tables begin behind those of `data.json`.
const FIRST: i64 = 19;
const BEYOND: i64 = FIRST + WITHIN as i64;

/// Writes the reviews.
pub async fn insert() -> Result<()> {
    assert_eq!(Review::objects().count().await? + 1, FIRST, "`FIRST` is the next key");
    let reviews = MOMENTS.iter().enumerate().map(|(index, written)| Review {
        book: ForeignKey::from_pk(1),
        stars: i16::try_from(index).unwrap_or_default(),
        text: (*written).to_owned(),
        written: written.parse().expect("a moment"),
        hour: time("00:00:00"),
        ..Default::default()
    });
    Review::objects().bulk_create(reviews).await?;
    Ok(())
}

fn reviews() -> QuerySet<Review> {
    Review::objects().filter(q!(id__gte = FIRST, id__lt = BEYOND)).order_by(f!(id))
}

fn far() -> QuerySet<Review> {
    Review::objects().filter(q!(id__gte = BEYOND)).order_by(f!(id))
}

fn zone(name: &str) -> Zone {
    Zone::named(name).expect("a zone")
}

pub fn pairs(pairs: &mut Pairs) {
    let mut everywhere = Pairs::default();
    values(&mut everywhere);
    lookups(&mut everywhere);
    grouped(&mut everywhere);
    elsewhere(&mut everywhere);
    for mut pair in everywhere.0 {
        pair.on(&Engine::ALL);
        pairs.0.push(pair);
    }
    far_away(pairs);
}

type Fields = <Review as rjango_orm::Record>::Fields<Review>;

macro_rules! parts {
    ($review:expr) => {
        (
            $review().year(),
            $review().iso_year(),
            $review().quarter(),
            $review().month(),
            $review().week(),
            $review().day(),
            $review().week_day(),
            $review().iso_week_day(),
            $review().hour(),
            $review().minute(),
            $review().second(),
        )
    };
}

macro_rules! starts {
    ($review:expr) => {
        (
            $review().trunc(DatePart::Year),
            $review().trunc(DatePart::Quarter),
            $review().trunc(DatePart::Month),
            $review().trunc(DatePart::Week),
            $review().trunc(DatePart::Day),
            $review().trunc(DatePart::Hour),
            $review().trunc(DatePart::Minute),
            $review().trunc(DatePart::Second),
        )
    };
}

fn values(pairs: &mut Pairs) {
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list(*['written__' + part for part in \
         ['year', 'iso_year', 'quarter', 'month', 'week', 'day', 'week_day', 'iso_week_day', 'hour', 'minute', 'second']])",
        || reviews().values_list(|r| parts!(|| r.written())),
    );
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list('written__date', 'written__time')",
        || reviews().values_list(|r| (r.written().date(), r.written().time())),
    );
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list(*[Trunc('written', part) for part in \
         ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']])",
        || reviews().values_list(|r| starts!(|| r.written())),
    );
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list(TruncDate('written'), \
         TruncTime('written'), TruncDay('written'), ExtractHour('written'))",
        || {
            reviews().values_list(|r| {
                let at = || r.written();
                (at().date(), at().time(), at().trunc(DatePart::Day), at().hour())
            })
        },
    );
    for (django, part) in [
        ("Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'year')", DatePart::Year),
        ("Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'month')", DatePart::Month),
        ("Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'week')", DatePart::Week),
        ("Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'day')", DatePart::Day),
        ("Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'hour')", DatePart::Hour),
        ("Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'minute')", DatePart::Minute),
    ] {
        pairs.both(django, move || reviews().datetimes(f!(written), part));
    }
}

fn lookups(pairs: &mut Pairs) {
    pairs.both("Review.objects.filter(written__year=2026).order_by('id')", || {
        Review::objects().filter(q!(written__year = 2026)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year=1985).order_by('id')", || {
        Review::objects().filter(q!(written__year = 1985)).order_by(f!(id))
    });
    pairs.both("Review.objects.exclude(written__year=2026).filter(id__lt=48).order_by('id')", || {
        Review::objects().exclude(q!(written__year = 2026)).filter(q!(id__lt = BEYOND)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year__gt=2025).order_by('id')", || {
        Review::objects().filter(q!(written__year__gt = 2025)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year__gte=2026).order_by('id')", || {
        Review::objects().filter(q!(written__year__gte = 2026)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year__lt=2026).order_by('id')", || {
        Review::objects().filter(q!(written__year__lt = 2026)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year__lte=2025).order_by('id')", || {
        Review::objects().filter(q!(written__year__lte = 2025)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year__in=[2017, 2018, 2025]).order_by('id')", || {
        Review::objects().filter(q!(written__year__in = [2017, 2018, 2025])).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__iso_year=2025, id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__iso_year = 2025))
    });
    pairs.both("Review.objects.filter(written__iso_year__gt=2024, id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__iso_year__gt = 2024))
    });
    pairs.both("Review.objects.filter(written__iso_year__lte=2024, id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__iso_year__lte = 2024))
    });
    pairs.both("Review.objects.filter(written__month=12, id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__month = 12))
    });
    pairs.both("Review.objects.filter(written__week_day=1, id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__week_day = 1))
    });
    pairs.both("Review.objects.filter(written__hour__gte=22, id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__hour__gte = 22))
    });
    pairs.both("Review.objects.exclude(written__day=1).filter(id__lt=48).order_by('id')", || {
        reviews_of_all().exclude(q!(written__day = 1))
    });
    pairs.both("Review.objects.filter(written__date=date('2026-10-25')).order_by('id')", || {
        reviews_of_all().filter(q!(written__date = day("2026-10-25")))
    });
    pairs.both("Review.objects.filter(written__date__gte=date('2017-10-15'), id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__date__gte = day("2017-10-15")))
    });
    pairs.both("Review.objects.filter(written__time__lt=time('02:00:00'), id__lt=48).order_by('id')", || {
        reviews_of_all().filter(q!(written__time__lt = time("02:00:00")))
    });
    pairs.both("Book.objects.filter(reviews__written__year=2026).distinct()", || {
        Book::objects().filter(q!(reviews__written__year = 2026)).distinct()
    });
    pairs.both("Book.objects.exclude(reviews__written__year=2026)", || {
        Book::objects().exclude(q!(reviews__written__year = 2026))
    });
    pairs.both("Book.objects.filter(published__year__gte=2010).filter(published__year__lt=2021)", || {
        Book::objects().filter(q!(published__year__gte = 2010)).filter(q!(published__year__lt = 2021))
    });
    pairs.both("Review.objects.filter(written__year=F('book__added__year'), id__lt=48).order_by('id')", || {
        reviews_of_all().filter(|r| r.written().year().exact(r.book().added().year()))
    });
}

fn reviews_of_all() -> QuerySet<Review> {
    Review::objects().filter(q!(id__lt = BEYOND)).order_by(f!(id))
}

fn grouped(pairs: &mut Pairs) {
    pairs.both(
        "Review.objects.filter(id__lt=48).values_list('written__date').annotate(Count('id')).order_by('written__date')",
        || {
            let date = |r: &Fields| r.written().date();
            Review::objects()
                .filter(q!(id__lt = BEYOND))
                .order_by(move |r| date(&r))
                .values_list(move |r| (date(&r), r.id().count()))
        },
    );
    pairs.both(
        "Review.objects.filter(id__lt=48).values_list(TruncHour('written')).annotate(Count('id'))\
         .order_by(TruncHour('written'))",
        || {
            let hour = |r: &Fields| r.written().trunc(DatePart::Hour);
            Review::objects()
                .filter(q!(id__lt = BEYOND))
                .order_by(move |r| hour(&r))
                .values_list(move |r| (hour(&r), r.id().count()))
        },
    );
    pairs.both(
        "Review.objects.filter(id__lt=48).annotate(hour_of_day=ExtractHour('written')).filter(hour_of_day__gt=12)\
         .order_by('-hour_of_day', 'id').values_list('id', 'hour_of_day')",
        || {
            Review::objects()
                .filter(|r| r.id().lt(BEYOND) & r.written().hour().gt(12))
                .order_by(|r| (r.written().hour().desc(), r.id()))
                .values_list(|r| (r.id(), r.written().hour()))
        },
    );
}

/// On the engines whose zones have no end.
fn far_away(pairs: &mut Pairs) {
    pairs.both(
        "Review.objects.filter(id__gte=48).order_by('id').values_list(*['written__' + part for part in ['year', \
             'iso_year', 'quarter', 'month', 'week', 'day', 'week_day', 'iso_week_day', 'hour', 'minute', 'second']])",
        || far().values_list(|r| parts!(|| r.written())),
    );
    pairs.both(
        "Review.objects.filter(id__gte=48).order_by('id').values_list(*[Trunc('written', part) for part in ['year', \
             'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']])",
        || far().values_list(|r| starts!(|| r.written())),
    );
    pairs
        .both("Review.objects.filter(id__gte=48).order_by('id').values_list('written__date', 'written__time')", || {
            far().values_list(|r| (r.written().date(), r.written().time()))
        });
    pairs.both("Review.objects.filter(written__year__lt=1900).order_by('id')", || {
        Review::objects().filter(q!(written__year__lt = 1900)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(written__year=2150).order_by('id')", || {
        Review::objects().filter(q!(written__year = 2150)).order_by(f!(id))
    });
}

/// By the clocks of a zone that the query names.
fn elsewhere(pairs: &mut Pairs) {
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list(\
         ExtractHour('written', tzinfo=zone('Europe/Berlin')), ExtractDay('written', tzinfo=zone('Asia/Kathmandu')), \
         TruncDate('written', tzinfo=zone('Pacific/Apia')), TruncTime('written', tzinfo=zone('Australia/Lord_Howe')))",
        || {
            reviews().values_list(|r| {
                let at = |name| r.written().in_zone(zone(name));
                (
                    at("Europe/Berlin").hour(),
                    at("Asia/Kathmandu").day(),
                    at("Pacific/Apia").date(),
                    at("Australia/Lord_Howe").time(),
                )
            })
        },
    );
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list(*[Trunc('written', part, \
         tzinfo=zone('America/Havana')) for part in ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']])",
        || reviews().values_list(|r| starts!(|| r.written().in_zone(zone("America/Havana")))),
    );
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).order_by('id').values_list(Trunc('written', 'day', \
         tzinfo=fixed(-570)), ExtractHour('written', tzinfo=fixed(345)))",
        || {
            reviews().values_list(|r| {
                let at = |minutes| r.written().in_zone(Zone::fixed(minutes).expect("less than a day"));
                (at(-570).trunc(DatePart::Day), at(345).hour())
            })
        },
    );
    pairs.both(
        "Review.objects.filter(id__gte=19, id__lt=48).datetimes('written', 'day', tzinfo=zone('America/Sao_Paulo'))",
        || reviews().datetimes_in(f!(written), DatePart::Day, zone("America/Sao_Paulo")),
    );
}
