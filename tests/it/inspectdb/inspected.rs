// Models of a database that was there before them, made by `rjango inspectdb`. To be done by hand:
//   * Look at each comment that says that something is a guess.
//   * Give each foreign key the `on_delete` that is meant: `do_nothing` leaves it to the database.
//   * Remove `managed = false` where migrations are to create and change the table from now on.
// The structs and their fields may be renamed: `table` and `column` say what they are called in the database.
use rjango::models::*;

#[derive(Model, Debug, Clone)]
#[model(table = "shop_extension", managed = false)]
pub struct ShopExtension {
    #[field(on_delete = "do_nothing", primary_key)]
    pub thing: OneToOne<ShopThing>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "shop_group", managed = false)]
pub struct ShopGroup {
    #[field(max_length = 10, primary_key)]
    pub code: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "shop_thing", managed = false)]
#[model(unique_together = "short, long")]
#[model(unique(name = "one_title_a_day", fields = "title, day"))]
#[model(index(fields = "-day, title", name = "by_day"))]
#[model(check(name = "short_is_small", sql = "short < 100"))]
pub struct ShopThing {
    pub id: Auto,
    pub short: i16,
    pub long: i64,
    pub count: u32,
    #[field(max_length = 100)]
    pub title: String,
    pub note: Option<String>,
    #[field(max_length = 50, unique)]
    pub slug: String,
    pub yes: bool,
    pub float: f64,
    // The digits are a guess: the database does not say how many there are.
    #[field(max_digits = 10, decimal_places = 5)]
    pub price: Decimal,
    #[field(index)]
    pub day: Date,
    pub time: Option<Time>,
    pub moment: DateTime,
    pub length: i64,
    #[field(max_length = 32)]
    pub key: String,
    pub json: Json,
    pub bytes: Vec<u8>,
    #[field(max_length = 39)]
    pub address: Option<String>,
    #[field(column = "Odd Column")]
    pub odd_column: i32,
    pub r#type: i32,
    #[field(on_delete = "do_nothing")]
    pub group: ForeignKey<ShopGroup>,
    #[field(on_delete = "do_nothing", related_name = "shop_thing_other_set")]
    pub other: Option<ForeignKey<ShopGroup>>,
    #[field(on_delete = "do_nothing", related_name = "shop_thing_parent_set")]
    pub parent: Option<ForeignKey<ShopThing>>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "shop_thing_groups", managed = false)]
#[model(unique_together = "thing, group")]
pub struct ShopThingGroups {
    pub id: Auto,
    #[field(on_delete = "do_nothing")]
    pub thing: ForeignKey<ShopThing>,
    #[field(on_delete = "do_nothing")]
    pub group: ForeignKey<ShopGroup>,
}
