--
-- Delete model Product
--
DROP TABLE "shop_product_tags";
DROP TABLE "shop_product";

--
-- Delete model Tag
--
DROP TABLE "shop_tag";

--
-- Delete model Category
--
DROP TABLE "shop_category";
