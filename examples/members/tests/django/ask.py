"""What Django sees of the users in a database that rjango has made and filled, as JSON.

    ask.py VERSION DATABASE SECRET_KEY SESSION EMAIL PASSWORD

DATABASE is JSON: Django's `DATABASES["default"]`.
"""

import json
import sys

import django
import django.core.checks
from django.conf import settings

version, database, key, session, email, password = sys.argv[1:]
assert django.get_version().startswith(version), django.get_version()
settings.configure(
    SECRET_KEY=key,
    AUTH_USER_MODEL="accounts.User",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    DATABASES={"default": json.loads(database)},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "accounts",
    ],
)
django.setup()

from django.contrib.admin.models import LogEntry
from django.contrib.auth import authenticate, get_user, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

request = HttpRequest()
request.session = SessionStore(session)
User = get_user_model()
user = User.objects.get(email=email)
# Django's own checks of its custom user, and its own rows beside ours.
other = User(email="django@example.com", full_name="From Django")
other.set_password(password)
other.save()
other.groups.set(user.groups.all())
print(
    json.dumps(
        {
            "problems": [str(problem) for problem in django.core.checks.run_checks(tags=["models"])],
            "session": get_user(request).get_username(),
            "logged_in": authenticate(username=email, password=password) == user,
            "permissions": sorted(user.get_all_permissions()),
            "log": [f"{entry.user.email} {entry}" for entry in LogEntry.objects.order_by("action_time")],
            "notes": [note.text for note in user.notes.all()],
        }
    )
)
