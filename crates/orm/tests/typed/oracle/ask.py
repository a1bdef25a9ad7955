"""What Django answers: reads a database's settings, the current zone and expressions as JSON from stdin, writes answers as JSON
to stdout.

Each expression is evaluated over the models of `models.py` in a transaction that is rolled back. Its answer is the result
in the plain JSON of `plain.rs`, or the name of its error, and the statements that were run.
"""

import datetime
import decimal
import json
import sys
import uuid
import zoneinfo
from pathlib import Path

import django
from django.conf import settings

asked = json.load(sys.stdin)
assert django.get_version().startswith(asked["django"]), f"expected Django {asked['django']}, found {django.get_version()}"
database = asked["database"]
settings.configure(
    INSTALLED_APPS=["oracle"],
    DATABASES={
        "default": {
            "ENGINE": {"sqlite": "django.db.backends.sqlite3", "postgres": "django.db.backends.postgresql"}[
                database["engine"]
            ],
            **{name.upper(): value for name, value in database.items() if name != "engine"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    TIME_ZONE="UTC",
)
sys.path.insert(0, str(Path(__file__).parent.parent))
django.setup()

from django.core.exceptions import FieldError, ObjectDoesNotExist
from django.db import IntegrityError, NotSupportedError, connection, models, transaction
from django.db.models import functions
from django.db.models.fields.json import KT
from django.utils import timezone
from oracle import models as catalogue


def plain(value):
    """The value in plain JSON."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return f"float {exponent(value)}"
        case decimal.Decimal():
            return f"decimal {normal(value)}"
        case datetime.datetime():
            return f"moment {value.astimezone(datetime.timezone.utc):%Y-%m-%d %H:%M:%S.%f}"
        case datetime.date():
            return f"date {value.isoformat()}"
        case datetime.time():
            return f"time {value:%H:%M:%S.%f}"
        case datetime.timedelta():
            return f"span {value // datetime.timedelta(microseconds=1)}"
        case uuid.UUID():
            return f"uuid {value}"
        case models.Model():
            return {type(value).__name__: plain(value.pk)}
        case dict():
            return {name: plain(member) for name, member in value.items()}
    return [plain(member) for member in value]


def exponent(number):
    """As Rust writes it, without the sign of nought and of exponents."""
    digits, _, power = f"{number or 0.0:.9e}".partition("e")
    return f"{digits}e{int(power)}"


def normal(number):
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def moment(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def rows(query):
    """The rows themselves, where an expression must have them at once."""
    return list(query)


names = {
    **{name: getattr(models, name) for name in models.__all__},
    **{name: getattr(functions, name) for name in functions.__all__},
    **{name: model for name, model in vars(catalogue).items() if isinstance(model, type)},
    "KT": KT,
    "D": decimal.Decimal,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "moment": moment,
    "span": lambda microseconds: datetime.timedelta(microseconds=microseconds),
    "UUID": uuid.UUID,
    "rows": rows,
    "zone": zoneinfo.ZoneInfo,
    "fixed": lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)),
}


def family(error):
    """The name of an error, one for those that rjango does not tell apart."""
    families = {
        "IntegrityError": IntegrityError,
        "DoesNotExist": ObjectDoesNotExist,
        # A query that makes no sense, such as a filtered slice.
        "TypeError": (FieldError, NotSupportedError),
    }
    names = [name for name, kinds in families.items() if isinstance(error, kinds)]
    return names[0] if names else type(error).__name__


def answer(expression):
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    try:
        with transaction.atomic():
            result = plain(eval(expression, names))
            transaction.set_rollback(True)
    except Exception as error:
        result = {"error": family(error), "message": str(error)}
    statements = [query["sql"] or "" for query in connection.queries_log if query["sql"] not in ("BEGIN", "ROLLBACK")]
    return {"result": result, "sql": statements}


timezone.activate(zoneinfo.ZoneInfo(asked["zone"]))
json.dump({expression: answer(expression) for expression in asked["expressions"]}, sys.stdout)
