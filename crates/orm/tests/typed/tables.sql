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
