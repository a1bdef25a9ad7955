// The models of `shop/models.py`, in rjango.

struct Everything {
    id: Auto,
    small: i16,
    int: i32,
    big: i64,
    positive_small: u16,
    positive: u32,
    positive_big: u64,
    #[field(max_length = 5)]
    chars: String,
    text: String,
    #[field(slug)]
    slug: String,
    #[field(email)]
    email: String,
    #[field(url)]
    url: String,
    flag: bool,
    float: f64,
    #[field(max_digits = 6, decimal_places = 3)]
    decimal: Decimal,
    day: Date,
    moment: DateTime,
    time: Time,
    length: Duration,
    uuid: Uuid,
    json: Json,
    maybe: Option<Json>,
    bytes: Vec<u8>,
    address: IpAddr,
    #[field(unique)]
    maybe_positive: Option<u32>,
}

struct Category {
    id: Auto,
    #[field(max_length = 80, unique)]
    name: String,
}

struct Tag {
    id: Auto,
    #[field(slug, unique)]
    label: String,
}

#[model(
    unique_together = "name, price",
    index(fields = "name, -price"),
    index(fields = "category"),
    index(fields = "stock", name = "by_stock"),
    unique(name = "one_stock", fields = "stock, category"),
    check(name = "stock_small", sql = "\"stock\" < 1000")
)]
struct Product {
    id: Auto,
    #[field(max_length = 200, db_index)]
    name: String,
    #[field(max_digits = 10, decimal_places = 2)]
    price: Decimal,
    stock: u32,
    #[field(on_delete = "cascade", related_name = "products")]
    category: Option<ForeignKey<Category>>,
    #[field(on_delete = "set_null")]
    parent: Option<ForeignKey<Product>>,
    tags: ManyToMany<Tag>,
    related: ManyToMany<Product>,
    #[field(on_delete = "do_nothing", db_constraint = false, related_name = "+", column = "loose_tag")]
    loose: ForeignKey<Tag>,
}

struct Country {
    #[field(max_length = 2, primary_key)]
    code: String,
}

struct City {
    #[field(primary_key)]
    id: Uuid,
    #[field(on_delete = "cascade")]
    country: ForeignKey<Country>,
}

struct Mayor {
    #[field(on_delete = "cascade", primary_key)]
    city: OneToOne<City>,
}

#[model(table = "the_offices")]
struct Office {
    id: SmallAuto,
    #[field(on_delete = "cascade")]
    mayor: ForeignKey<Mayor>,
    #[field(on_delete = "cascade")]
    number: OneToOne<Number>,
    #[field(on_delete = "cascade")]
    serial: ForeignKey<Serial>,
}

struct Number {
    #[field(primary_key)]
    number: u64,
}

struct Serial {
    id: Auto32,
    #[field(db_table = "serial_cities")]
    cities: ManyToMany<City>,
}

#[model(unique_together = "another_field_with_an_extraordinarily_long_name, yet_another_field_with_an_extraordinarily_long_name, one_more_field_with_a_name_that_does_not_want_to_end")]
struct SerialOfASupplierWithAnExtraordinarilyLongName {
    id: Auto,
    #[field(db_index)]
    another_field_with_an_extraordinarily_long_name: i32,
    yet_another_field_with_an_extraordinarily_long_name: i32,
    one_more_field_with_a_name_that_does_not_want_to_end: i32,
}
