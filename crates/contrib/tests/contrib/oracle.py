"""Django on the database that rjango made: says what it sees, leaves a log-in of its own behind.

Arguments: the version of Django that is expected, the database's file, the secret key, the `sessionid` and the `messages` cookie.
"""
import json
import sys
import types

import django
from django.conf import settings

version, database, key, session, cookie = sys.argv[1:]
assert django.get_version().startswith(version), f"expected Django {version}, found {django.get_version()}"
settings.configure(
    SECRET_KEY=key,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="oracle_urls",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[f"django.contrib.{app}" for app in ("auth", "contenttypes", "sessions", "messages")],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
)

from django.contrib import messages  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402


def look(request):
    shown = [[message.level, message.message, message.tags] for message in messages.get_messages(request)]
    return JsonResponse({"user": str(request.user), "color": request.session.get("color"), "messages": shown})


def leave(request):
    request.session["color"] = "blué"
    messages.success(request, "from Django")
    return JsonResponse({})


urls = types.ModuleType("oracle_urls")
urls.urlpatterns = [path("look/", look), path("leave/", leave)]
sys.modules["oracle_urls"] = urls
django.setup()

from django.contrib.auth.models import Permission, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

client = Client()
client.cookies["sessionid"] = session
client.cookies["messages"] = cookie
seen = client.get("/look/").json()

own = Client()
seen["logged_in"] = own.login(username="joe", password="letmein")
own.get("/leave/")
seen["permissions"] = sorted(User.objects.get(username="joe").get_all_permissions())
seen["count"] = Permission.objects.count()
seen["cookies"] = {name: morsel.value for name, morsel in own.cookies.items()}
json.dump(seen, sys.stdout)
