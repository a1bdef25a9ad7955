--
-- Create model Category
--
CREATE TABLE "shop_category" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" varchar(80) NOT NULL UNIQUE
);

--
-- Create model Tag
--
CREATE TABLE "shop_tag" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "label" varchar(50) NOT NULL UNIQUE
);

--
-- Create model Product
--
CREATE TABLE "shop_product" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" varchar(200) NOT NULL,
    "price" decimal NOT NULL,
    "category_id" bigint NULL REFERENCES "shop_category" ("id") DEFERRABLE INITIALLY DEFERRED,
    "created" datetime NOT NULL
);
CREATE INDEX "shop_product_category_id_14d7eea8" ON "shop_product" ("category_id");
CREATE TABLE "shop_product_tags" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "product_id" bigint NOT NULL REFERENCES "shop_product" ("id") DEFERRABLE INITIALLY DEFERRED,
    "tag_id" bigint NOT NULL REFERENCES "shop_tag" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "shop_product_tags_product_id_9a158885" ON "shop_product_tags" ("product_id");
CREATE INDEX "shop_product_tags_tag_id_dd30c4fb" ON "shop_product_tags" ("tag_id");
CREATE UNIQUE INDEX "shop_product_tags_product_id_tag_id_a244154e_uniq" ON "shop_product_tags" ("product_id", "tag_id");
