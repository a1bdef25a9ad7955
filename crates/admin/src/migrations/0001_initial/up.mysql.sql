--
-- Create model LogEntry
--
CREATE TABLE `django_admin_log` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `action_time` datetime(6) NOT NULL,
    `user_id` integer NOT NULL,
    `content_type_id` integer NULL,
    `object_id` longtext NULL,
    `object_repr` varchar(200) NOT NULL,
    `action_flag` smallint UNSIGNED NOT NULL,
    `change_message` longtext NOT NULL
);
CREATE INDEX `django_admin_log_user_id_c564eba6_fk_auth_user_id` ON `django_admin_log` (`user_id`);
CREATE INDEX `django_admin_log_content_type_id_c4bce8eb_fk_django_co` ON `django_admin_log` (`content_type_id`);
ALTER TABLE `django_admin_log` ADD CONSTRAINT `django_admin_log_user_id_c564eba6_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`);
ALTER TABLE `django_admin_log` ADD CONSTRAINT `django_admin_log_content_type_id_c4bce8eb_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`);
