--
-- Delete model ContentType
--
DROP TABLE `django_content_type`;
