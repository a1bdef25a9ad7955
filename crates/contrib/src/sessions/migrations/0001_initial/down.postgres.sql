--
-- Delete model Session
--
DROP TABLE "django_session";
