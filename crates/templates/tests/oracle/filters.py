"""Runs Django's filters over the calls that come in as JSON, and answers what they give."""

import datetime
import decimal
import inspect
import json
import sys
import uuid
import warnings
import zoneinfo

import django
from django.conf import settings

warnings.simplefilter("ignore")
settings.configure(USE_TZ=True, TIME_ZONE="UTC", LANGUAGE_CODE="en-us")
django.setup()

from django.template import defaultfilters  # noqa: E402
from django.utils.safestring import SafeString, mark_safe  # noqa: E402


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (tag, content), = value.items()
        made = {
            "$safe": mark_safe,
            "$d": datetime.date.fromisoformat,
            "$t": datetime.time.fromisoformat,
            "$dt": lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00")),
            "$zoned": zoned,
            "$td": lambda seconds: datetime.timedelta(seconds=seconds),
            "$dec": decimal.Decimal,
            "$f": float,
            "$int": int,
            "$uuid": uuid.UUID,
            "$tuple": lambda items: tuple(decode(item) for item in items),
            "$b": bytes.fromhex,
            "$map": lambda pairs: {decode(key): decode(item) for key, item in pairs},
        }.get(tag)
        if made:
            return made(content)
    return {key: decode(item) for key, item in value.items()}


def zoned(text):
    moment, zone = text.split(" ")
    moment = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return moment.astimezone(zoneinfo.ZoneInfo(zone))


def encode(value):
    if isinstance(value, SafeString):
        return {"$safe": str(value)}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else {"$int": str(value)}
    if isinstance(value, float):
        return {"$f": repr(value)}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"$map": [[encode(key), encode(item)] for key, item in value.items()]}
    return {"$other": repr(value)}


def answer(call):
    name, value, arguments, autoescape = call
    function = defaultfilters.register.filters[name]
    options = {"autoescape": autoescape} if getattr(function, "needs_autoescape", False) else {}
    try:
        return encode(function(decode(value), *map(decode, arguments), **options))
    except Exception as failure:
        return {"$error": type(failure).__name__}


def takes(function):
    """Whether a filter takes an argument."""
    arguments = inspect.getfullargspec(inspect.unwrap(function))
    names = [name for name in arguments.args[1:] if name != "autoescape"]
    optional = len(arguments.defaults or ()) - ("autoescape" in arguments.args)
    return "Nothing" if not names else "Optional" if optional else "One"


request = json.load(sys.stdin)
flags = {
    name: [takes(function), *(bool(getattr(function, flag, False)) for flag in ("is_safe", "expects_localtime"))]
    for name, function in defaultfilters.register.filters.items()
}
json.dump({"version": django.VERSION[:2], "flags": flags, "answers": [answer(call) for call in request]}, sys.stdout)
