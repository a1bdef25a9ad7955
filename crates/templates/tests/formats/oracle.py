"""Answers the questions of `oracle.rs` with an installed Django.

Without a file: the folders of Django's catalogs, one a line. With one: a JSON list of questions; the answers are a JSON list of
texts, or of the names of exceptions behind `!`.
"""

import datetime
import decimal
import json
import os
import sys
import time
import zoneinfo

import django
from django.conf import settings

settings.configure(
    USE_I18N=True,
    USE_TZ=True,
    TIME_ZONE="Europe/Berlin",
    LANGUAGE_CODE="en-us",
    INSTALLED_APPS=["django.contrib.humanize"],
    USE_THOUSAND_SEPARATOR="grouped" in sys.argv,
)
django.setup()
# A settings module does this; `configure` does not.
os.environ["TZ"] = settings.TIME_ZONE
time.tzset()

from unittest import mock

from django.contrib.humanize.templatetags import humanize
from django.templatetags import i18n, l10n, tz
from django.utils import dateformat, formats, timesince, timezone, translation

LIBRARIES = {"humanize": humanize, "i18n": i18n, "l10n": l10n, "tz": tz}
NOW = datetime.datetime(2026, 11, 30, 5, 54, 55, 902000, tzinfo=datetime.timezone.utc)


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        if tz is None:
            return NOW.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
        return NOW.astimezone(tz)


def value(given):
    if not isinstance(given, dict):
        return given
    (kind, text), *rest = given.items()
    if kind == "$d":
        return datetime.date.fromisoformat(text)
    if kind == "$t":
        return datetime.time.fromisoformat(text)
    if kind == "$dec":
        return decimal.Decimal(text)
    if kind == "$f":
        return float(text)
    if kind == "$dt":
        moment = datetime.datetime.fromisoformat(text)
        return moment.astimezone(zoneinfo.ZoneInfo(given["zone"])) if "zone" in given else moment
    raise ValueError(kind)


def ask(question):
    do, given = question["do"], value(question.get("value"))
    if do == "date":
        return dateformat.format(given, question["format"])
    if do == "get":
        found = formats.get_format(question["name"])
        if isinstance(found, (list, tuple)):
            return "|".join(str(each) for each in found)
        return str(found)
    if do == "number":
        return str(formats.number_format(given, question["decimals"], force_grouping=question["grouping"]))
    if do == "localize":
        return str(formats.localize(given, use_l10n=question["localized"]))
    if do == "gettext":
        return translation.gettext(question["text"])
    if do in ("timesince", "timeuntil"):
        return getattr(timesince, do)(given, value(question["now"]), depth=question["depth"])
    if do == "filter":
        module = LIBRARIES[question["library"]]
        run = module.register.filters[question["name"]]
        with mock.patch.object(humanize, "datetime", Clock):
            # A moment in a zone of its own is what the filter `timezone` makes: it stays there.
            if getattr(run, "expects_localtime", False) and not (isinstance(question["value"], dict) and "zone" in question["value"]):
                given = timezone.template_localtime(given)
            return str(run(given))
    raise ValueError(do)


def answer(question):
    with translation.override(question["lang"]):
        try:
            return ask(question)
        except Exception as error:
            return "!" + type(error).__name__


if os.path.exists(sys.argv[-1]) and len(sys.argv) > 1:
    with open(sys.argv[-1], encoding="utf-8") as file:
        print(json.dumps([answer(question) for question in json.load(file)]))
else:
    folder = os.path.dirname(django.__file__)
    print(os.path.join(folder, "contrib", "humanize", "locale"))
    print(os.path.join(folder, "conf", "locale"))
