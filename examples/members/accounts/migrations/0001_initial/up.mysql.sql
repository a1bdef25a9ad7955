--
-- Create model User
--
CREATE TABLE `accounts_user` (
    `id` /*M! uuid *//*!50700 char(32) */ NOT NULL PRIMARY KEY,
    `password` varchar(128) NOT NULL,
    `last_login` datetime(6) NULL,
    `is_superuser` bool NOT NULL,
    `email` varchar(254) NOT NULL UNIQUE,
    `full_name` varchar(100) NOT NULL,
    `is_staff` bool NOT NULL,
    `is_active` bool NOT NULL
);
CREATE TABLE `accounts_user_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` /*M! uuid *//*!50700 char(32) */ NOT NULL,
    `group_id` integer NOT NULL
);
ALTER TABLE `accounts_user_groups` ADD CONSTRAINT `accounts_user_groups_user_id_group_id_59c0b32f_uniq` UNIQUE (`user_id`, `group_id`);
CREATE INDEX `accounts_user_groups_group_id_bd11a704_fk_auth_group_id` ON `accounts_user_groups` (`group_id`);
CREATE TABLE `accounts_user_user_permissions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` /*M! uuid *//*!50700 char(32) */ NOT NULL,
    `permission_id` integer NOT NULL
);
ALTER TABLE `accounts_user_user_permissions` ADD CONSTRAINT `accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq` UNIQUE (`user_id`, `permission_id`);
CREATE INDEX `accounts_user_user_p_permission_id_113bb443_fk_auth_perm` ON `accounts_user_user_permissions` (`permission_id`);
ALTER TABLE `accounts_user_groups` ADD CONSTRAINT `accounts_user_groups_user_id_52b62117_fk_accounts_user_id` FOREIGN KEY (`user_id`) REFERENCES `accounts_user` (`id`);
ALTER TABLE `accounts_user_groups` ADD CONSTRAINT `accounts_user_groups_group_id_bd11a704_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `accounts_user_user_permissions` ADD CONSTRAINT `accounts_user_user_p_user_id_e4f0a161_fk_accounts_` FOREIGN KEY (`user_id`) REFERENCES `accounts_user` (`id`);
ALTER TABLE `accounts_user_user_permissions` ADD CONSTRAINT `accounts_user_user_p_permission_id_113bb443_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`);

--
-- Create model Note
--
CREATE TABLE `accounts_note` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `author_id` /*M! uuid *//*!50700 char(32) */ NOT NULL,
    `text` varchar(200) NOT NULL
);
CREATE INDEX `accounts_note_author_id_71e207e1_fk_accounts_user_id` ON `accounts_note` (`author_id`);
ALTER TABLE `accounts_note` ADD CONSTRAINT `accounts_note_author_id_71e207e1_fk_accounts_user_id` FOREIGN KEY (`author_id`) REFERENCES `accounts_user` (`id`);
