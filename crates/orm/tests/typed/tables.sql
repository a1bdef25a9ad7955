CREATE TABLE shop_category (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    name varchar(80) NOT NULL UNIQUE
);
CREATE TABLE shop_tag (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    label varchar(50) NOT NULL UNIQUE
);
CREATE TABLE shop_product (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    name varchar(200) NOT NULL,
    price decimal NOT NULL,
    category_id bigint NULL REFERENCES shop_category (id) DEFERRABLE INITIALLY DEFERRED,
    created datetime NOT NULL
);
CREATE TABLE shop_product_tags (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    product_id bigint NOT NULL REFERENCES shop_product (id) DEFERRABLE INITIALLY DEFERRED,
    tag_id bigint NOT NULL REFERENCES shop_tag (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (product_id, tag_id)
);
CREATE TABLE library_author (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    name varchar(100) NOT NULL,
    email varchar(254) NOT NULL,
    website varchar(200) NULL
);
CREATE TABLE library_profile (
    author_id bigint PRIMARY KEY NOT NULL REFERENCES library_author (id) DEFERRABLE INITIALLY DEFERRED,
    biography text NOT NULL
);
CREATE TABLE library_article (
    id char(32) PRIMARY KEY NOT NULL,
    title varchar(200) NOT NULL,
    rank integer NOT NULL,
    status varchar(5) NOT NULL,
    rating integer NULL,
    author_id bigint NOT NULL REFERENCES library_author (id) DEFERRABLE INITIALLY DEFERRED,
    answer_to_id char(32) NULL REFERENCES library_article (id) DEFERRABLE INITIALLY DEFERRED,
    created datetime NOT NULL,
    updated datetime NOT NULL,
    UNIQUE (title, author_id)
);
CREATE TABLE library_article_friends (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    from_article_id char(32) NOT NULL REFERENCES library_article (id) DEFERRABLE INITIALLY DEFERRED,
    to_article_id char(32) NOT NULL REFERENCES library_article (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (from_article_id, to_article_id)
);
CREATE TABLE library_reading (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    article_id char(32) NOT NULL REFERENCES library_article (id) DEFERRABLE INITIALLY DEFERRED,
    reader_id bigint NOT NULL REFERENCES library_author (id) DEFERRABLE INITIALLY DEFERRED,
    minutes smallint unsigned NOT NULL
);
CREATE TABLE library_everything (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    tiny smallint NOT NULL,
    small smallint NOT NULL,
    medium integer NOT NULL,
    large bigint NOT NULL,
    "natural" integer unsigned NOT NULL,
    byte smallint unsigned NOT NULL,
    flag bool NOT NULL,
    "on" bool NOT NULL,
    ratio real NOT NULL,
    half real NULL,
    amount decimal NOT NULL,
    text text NOT NULL,
    slug varchar(50) NOT NULL,
    day date NOT NULL,
    hour time NOT NULL,
    moment datetime NOT NULL,
    span bigint NOT NULL,
    uuid char(32) NOT NULL,
    json text NOT NULL,
    bytes BLOB NOT NULL,
    address char(39) NOT NULL,
    v4 char(39) NOT NULL,
    picture varchar(100) NOT NULL,
    kind text NULL,
    "nothing" bigint NULL
);
