--
-- Delete model User
--
DROP TABLE "auth_user_user_permissions";
DROP TABLE "auth_user_groups";
DROP TABLE "auth_user";

--
-- Delete model Group
--
DROP TABLE "auth_group_permissions";
DROP TABLE "auth_group";

--
-- Delete model Permission
--
DROP TABLE "auth_permission";
