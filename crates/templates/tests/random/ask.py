"""Renders templates with an installed Django: a case as JSON in each line, its page or the name of its error in each answer.

The clock stands. The site is in Berlin, has Django's own catalogs and the libraries that Django brings.
"""

import datetime
import decimal
import json
import os
import sys
import time
import uuid
import warnings

import django
import django.urls
from django.conf import settings
from django.utils.translation import gettext_lazy

settings.configure(
    USE_I18N=True,
    USE_TZ=True,
    TIME_ZONE="Europe/Berlin",
    LANGUAGE_CODE="en-us",
    LANGUAGES=[("en", gettext_lazy("English")), ("de", gettext_lazy("German")), ("fr", gettext_lazy("French"))],
    STATIC_URL="/static/",
    MEDIA_URL="/media/",
    INSTALLED_APPS=["django.contrib.humanize"],
    SECRET_KEY="of a test",
)
django.setup()
# A settings module does this; `configure` does not.
os.environ["TZ"] = settings.TIME_ZONE
time.tzset()
warnings.simplefilter("ignore")

from django.contrib.humanize.templatetags import humanize
from django.core.cache import caches
from django.http import QueryDict
from django.template import Context, Engine, defaulttags
from django.utils import formats, timesince, timezone, translation
from django.utils.safestring import mark_safe

NOW = datetime.datetime(2026, 11, 30, 5, 54, 55, 902000, tzinfo=datetime.timezone.utc)
LIBRARIES = {
    "cache": "django.templatetags.cache",
    "humanize": "django.contrib.humanize.templatetags.humanize",
    "i18n": "django.templatetags.i18n",
    "l10n": "django.templatetags.l10n",
    "static": "django.templatetags.static",
    "tz": "django.templatetags.tz",
}


class Standing(type):
    """The class of moments with a clock that stands. A plain moment is one of its instances."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, datetime.datetime)


class Clock(datetime.datetime, metaclass=Standing):
    @classmethod
    def now(cls, tz=None):
        if tz is None:
            return NOW.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
        return NOW.astimezone(tz)


class Module:
    """The module `datetime` with that clock."""

    datetime = Clock

    def __getattr__(self, name):
        return getattr(datetime, name)


defaulttags.datetime = Clock
humanize.datetime = Clock
timesince.datetime = Module()


def reverse(name, args=None, kwargs=None, **rest):
    """An address for every name but one."""
    if name in ("", "nowhere"):
        raise django.urls.NoReverseMatch(name)
    parts = [str(name), *map(str, args or []), *("%s=%s" % pair for pair in sorted((kwargs or {}).items()))]
    return "/" + "/".join(parts)


django.urls.reverse = reverse


class Row:
    """What a project's own object is here: attributes, a method, and a text of its own."""

    def __init__(self, attributes):
        self.__dict__.update(attributes)

    def shout(self):
        return str(self).upper() + "!"

    def __str__(self):
        return str(self.__dict__.get("name", ""))

    def __repr__(self):
        return "<Row: %s>" % self


class Request:
    def __init__(self, get):
        self.GET = get

    def __repr__(self):
        return "<Request>"


def value(given):
    if isinstance(given, list):
        return [value(each) for each in given]
    if not isinstance(given, dict):
        return given
    ((kind, inner),) = given.items()
    if kind == "$request":
        query = QueryDict(mutable=True)
        for key, values in inner:
            query.setlist(key, values)
        query._mutable = False
        return Request(query)
    return {
        "$safe": mark_safe,
        "$d": datetime.date.fromisoformat,
        "$t": datetime.time.fromisoformat,
        "$dt": datetime.datetime.fromisoformat,
        "$td": lambda micros: datetime.timedelta(microseconds=micros),
        "$dec": decimal.Decimal,
        "$f": float,
        "$int": int,
        "$uuid": uuid.UUID,
        "$bytes": bytes.fromhex,
        "$tuple": lambda items: tuple(value(each) for each in items),
        "$map": lambda pairs: {value(key): value(each) for key, each in pairs},
        "$row": lambda pairs: Row({key: value(each) for key, each in pairs}),
    }[kind](inner)


def render(case):
    settings.USE_THOUSAND_SEPARATOR = case["grouped"]
    formats.reset_format_cache()
    caches["default"].clear()
    engine = Engine(
        loaders=[("django.template.loaders.locmem.Loader", case["templates"])],
        libraries=LIBRARIES,
        autoescape=case["autoescape"],
        string_if_invalid=case["invalid"],
    )
    context = {name: value(given) for name, given in case["context"]}
    with translation.override(case["language"]), timezone.override(case["zone"]):
        page = Context(context, autoescape=case["autoescape"])
        # As a page of a request has it.
        page.request = context["request"] if "request" in context else Request(QueryDict())
        return engine.get_template("main").render(page)


for line in sys.stdin:
    try:
        answer = {"page": render(json.loads(line))}
        json.dumps(answer).encode()
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, str(error)[:300])}
    print(json.dumps(answer), flush=True)
