--
-- Delete model Note
--
DROP TABLE `accounts_note`;

--
-- Delete model User
--
DROP TABLE `accounts_user_user_permissions`;
DROP TABLE `accounts_user_groups`;
DROP TABLE `accounts_user`;
