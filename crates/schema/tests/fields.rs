//! `#[field(...)]`: every kind, every attribute and every error, one case each.

use expect_test::{Expect, expect};

mod support;

use support::describe;

/// Fields of a model that has an `id` already.
fn check(fields: &str, expected: Expect) {
    expected.assert_eq(
        &describe(&format!("struct M {{ id: Auto, {fields} }}")).replace("id big_auto blank primary_key\n", ""),
    );
}

/// Fields of a model without any other.
fn check_bare(fields: &str, expected: Expect) {
    expected.assert_eq(&describe(&format!("struct M {{ {fields} }}")));
}

#[test]
fn auto_is_a_64_bit_primary_key() {
    check_bare(
        "key: Auto",
        expect![[r#"
            key big_auto blank primary_key
        "#]],
    );
}

#[test]
fn auto32_and_small_auto_are_narrower() {
    check_bare(
        "key: Auto32",
        expect![[r#"
            key auto blank primary_key
        "#]],
    );
}

#[test]
fn small_auto_is_16_bits() {
    check_bare(
        "key: SmallAuto",
        expect![[r#"
            key small_auto blank primary_key
        "#]],
    );
}

#[test]
fn integers_of_each_width_and_sign() {
    check(
        "a: i8, b: i16, c: i32, d: i64, e: u8, f: u16, g: u32, h: u64",
        expect![[r#"
            a small_integer
            b small_integer
            c integer
            d big_integer
            e positive_small_integer
            f positive_small_integer
            g positive_integer
            h positive_big_integer
        "#]],
    );
}

#[test]
fn integers_wider_than_a_column_are_refused() {
    check(
        "a: usize, b: i128, c: u128, d: isize",
        expect![[r#"
            `usize`: no column holds a `usize`
            hint: the widest integers of the databases are `i64` and `u64`
            `i128`: no column holds a `i128`
            hint: the widest integer of the databases is `i64`
            `u128`: no column holds a `u128`
            hint: the widest integers of the databases are `i64` and `u64`
            `isize`: no column holds a `isize`
            hint: the widest integer of the databases is `i64`
        "#]],
    );
}

#[test]
fn string_is_text() {
    check(
        "body: String",
        expect![[r#"
            body text
        "#]],
    );
}

#[test]
fn string_with_max_length_is_char() {
    check(
        "#[field(max_length = 80)] name: String",
        expect![[r#"
            name char max_length=80
        "#]],
    );
}

#[test]
fn slug_has_an_index_and_50_characters() {
    check(
        "#[field(slug)] label: String",
        expect![[r#"
            label slug db_index max_length=50
        "#]],
    );
}

#[test]
fn slug_without_index() {
    check(
        "#[field(slug, index = false)] label: String",
        expect![[r#"
            label slug max_length=50
        "#]],
    );
}

#[test]
fn email_has_254_characters() {
    check(
        "#[field(email)] address: String",
        expect![[r#"
            address email max_length=254
        "#]],
    );
}

#[test]
fn url_has_200_characters() {
    check(
        "#[field(url)] home: String",
        expect![[r#"
            home url max_length=200
        "#]],
    );
}

#[test]
fn file_path_has_100_characters() {
    check(
        "#[field(file_path)] source: String",
        expect![[r#"
            source file_path max_length=100
        "#]],
    );
}

#[test]
fn text_kinds_take_another_length() {
    check(
        "#[field(email, max_length = 100)] address: String",
        expect![[r#"
            address email max_length=100
        "#]],
    );
}

#[test]
fn text_kinds_exclude_each_other() {
    check(
        "#[field(email, url)] address: String",
        expect![[r#"
            `url`: a field is either `email` or `url`, found both
            hint: keep one of them
        "#]],
    );
}

#[test]
fn a_kind_may_be_switched_off() {
    check(
        "#[field(slug = false, max_length = 5)] label: String",
        expect![[r#"
            label char max_length=5
        "#]],
    );
}

#[test]
fn bool_is_boolean() {
    check(
        "on_sale: bool",
        expect![[r#"
            on_sale boolean
        "#]],
    );
}

#[test]
fn floats() {
    check(
        "ratio: f64, small: f32",
        expect![[r#"
            ratio float
            small float
        "#]],
    );
}

#[test]
fn decimal_has_digits_and_places() {
    check(
        "#[field(max_digits = 10, decimal_places = 2)] price: Decimal",
        expect![[r#"
            price decimal decimal_places=2 max_digits=10
        "#]],
    );
}

#[test]
fn decimal_by_its_whole_path() {
    check(
        "#[field(max_digits = 10, decimal_places = 2)] price: rust_decimal::Decimal",
        expect![[r#"
            price decimal decimal_places=2 max_digits=10
        "#]],
    );
}

#[test]
fn decimal_without_digits_or_places() {
    check(
        "price: Decimal",
        expect![[r#"
            `price`: `price` is a `Decimal` without `max_digits`, `decimal_places`
            hint: write `#[field(max_digits = 10, decimal_places = 2)]`
        "#]],
    );
}

#[test]
fn decimal_without_places() {
    check(
        "#[field(max_digits = 10)] price: Decimal",
        expect![[r#"
            `price`: `price` is a `Decimal` without `decimal_places`
            hint: write `#[field(max_digits = 10, decimal_places = 2)]`
        "#]],
    );
}

#[test]
fn decimal_with_more_places_than_digits() {
    check(
        "#[field(max_digits = 2, decimal_places = 3)] price: Decimal",
        expect![[r#"
            `3`: expected `decimal_places` of at most `max_digits`, which is 2, found 3
        "#]],
    );
}

#[test]
fn decimal_with_more_digits_than_it_holds() {
    check(
        "#[field(max_digits = 40, decimal_places = 2)] price: Decimal",
        expect![[r#"
            `40`: expected `max_digits` from 1 to 28, found 40
        "#]],
    );
}

#[test]
fn dates_and_times() {
    check(
        "day: Date, at: Time, moment: DateTime, took: Duration",
        expect![[r#"
            day date
            at time
            moment date_time
            took duration
        "#]],
    );
}

#[test]
fn dates_and_times_of_chrono() {
    check(
        "day: chrono::NaiveDate, at: chrono::NaiveTime, moment: chrono::DateTime<chrono::Utc>, took: TimeDelta",
        expect![[r#"
            day date
            at time
            moment date_time
            took duration
        "#]],
    );
}

#[test]
fn date_time_of_another_zone_is_refused() {
    check(
        "moment: chrono::DateTime<Local>",
        expect![[r#"
            `chrono::DateTime<Local>`: expected a `DateTime` in UTC
            hint: write `DateTime`, or `chrono::DateTime<Utc>`; a template shows it in the current time zone
        "#]],
    );
}

#[test]
fn naive_date_time_is_refused() {
    check(
        "moment: NaiveDateTime",
        expect![[r#"
            `NaiveDateTime`: no column holds a `NaiveDateTime`
            hint: write `DateTime`, which is in UTC
        "#]],
    );
}

#[test]
fn auto_now_is_blank_and_not_editable() {
    check(
        "#[field(auto_now)] changed: DateTime",
        expect![[r#"
            changed date_time auto_now blank editable=false
        "#]],
    );
}

#[test]
fn auto_now_add_on_a_date() {
    check(
        "#[field(auto_now_add)] day: Date",
        expect![[r#"
            day date auto_now_add blank editable=false
        "#]],
    );
}

#[test]
fn auto_now_may_be_editable() {
    check(
        "#[field(auto_now, editable = true, blank = false)] changed: Time",
        expect![[r#"
            changed time auto_now
        "#]],
    );
}

#[test]
fn auto_now_and_auto_now_add_exclude_each_other() {
    check(
        "#[field(auto_now, auto_now_add)] changed: DateTime",
        expect![[r#"
            `auto_now_add`: `auto_now` and `auto_now_add` exclude each other
            hint: `auto_now` sets the time at every save, the first included
        "#]],
    );
}

#[test]
fn auto_now_and_default_exclude_each_other() {
    check(
        r#"#[field(auto_now_add, default = "2025-01-31")] day: Date"#,
        expect![[r#"
            `default`: a time that sets itself has no default
            hint: keep one of the two
        "#]],
    );
}

#[test]
fn auto_now_on_text() {
    check(
        "#[field(auto_now)] name: String",
        expect![[r#"
            `auto_now`: `auto_now` does not apply to `name`, a text field
            hint: `Date`, `Time` and `DateTime` have it
        "#]],
    );
}

#[test]
fn uuid_json_and_binary() {
    check(
        "key: Uuid, extra: Json, more: serde_json::Value, raw: Vec<u8>",
        expect![[r#"
            key uuid
            extra json
            more json
            raw binary
        "#]],
    );
}

#[test]
fn ip_addresses_by_type() {
    check(
        "any: IpAddr, four: Ipv4Addr, six: std::net::Ipv6Addr",
        expect![[r#"
            any ip_address protocol="both"
            four ip_address protocol="ipv4"
            six ip_address protocol="ipv6"
        "#]],
    );
}

#[test]
fn ip_protocol_by_word() {
    check(
        r#"#[field(protocol = "IPv4")] address: IpAddr"#,
        expect![[r#"
            address ip_address protocol="ipv4"
        "#]],
    );
}

#[test]
fn ip_protocol_unknown() {
    check(
        r#"#[field(protocol = "ipv5")] address: IpAddr"#,
        expect![[r#"
            `"ipv5"`: expected `both`, `ipv4` or `ipv6` for `protocol`, found `ipv5`
        "#]],
    );
}

#[test]
fn ip_protocol_against_the_type() {
    check(
        r#"#[field(protocol = "ipv6")] address: Ipv4Addr"#,
        expect![[r#"
            `"ipv6"`: `address` holds one version of the protocol only
            hint: write the type as `IpAddr`
        "#]],
    );
}

#[test]
fn file_has_100_characters() {
    check(
        "paper: File",
        expect![[r#"
            paper file max_length=100
        "#]],
    );
}

#[test]
fn file_has_a_folder() {
    check(
        r#"#[field(upload_to = "papers/%Y", max_length = 200)] paper: Option<File>"#,
        expect![[r#"
            paper file blank max_length=200 null upload_to="papers/%Y"
        "#]],
    );
}

#[test]
fn lists_are_refused() {
    check(
        "tags: Vec<String>",
        expect![[r#"
            `Vec<String>`: no column holds a list
            hint: write `ManyToMany<...>` for other models, `Json` for plain values, `Vec<u8>` for bytes
        "#]],
    );
}

#[test]
fn references_are_refused() {
    check(
        "name: &'static str",
        expect![[r#"
            `&'static str`: expected a type that owns its value, found `& 'static str`
            hint: write `String` for text, `Vec<u8>` for bytes
        "#]],
    );
}

#[test]
fn tuples_and_arrays_are_refused() {
    check(
        "a: (i32, i32), b: [u8; 4]",
        expect![[r#"
            `(i32, i32)`: expected a field type, found `(i32 , i32)`
            hint: a field is one value of one column: write `Json` for a structure, or a model of its own and a relation
            `[u8; 4]`: expected a field type, found `[u8 ; 4]`
            hint: a field is one value of one column: write `Json` for a structure, or a model of its own and a relation
        "#]],
    );
}

#[test]
fn maps_and_paths_are_refused() {
    check(
        "a: HashMap<String, String>, b: PathBuf",
        expect![[r#"
            `HashMap<String, String>`: no column holds a `HashMap`
            hint: write `Json`
            `PathBuf`: no column holds a `PathBuf`
            hint: write `String` with `#[field(file_path)]`, or `File`
        "#]],
    );
}

#[test]
fn generic_types_are_unknown() {
    check(
        "a: Box<i32>, b: Datetime<Utc>",
        expect![[r#"
            `Box<i32>`: unknown field type `Box`
            hint: a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
            `Datetime<Utc>`: unknown field type `Datetime`
            hint: did you mean `DateTime`? a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
        "#]],
    );
}

#[test]
fn type_arguments_where_none_belong() {
    check(
        "a: Uuid<u8>",
        expect![[r#"
            `Uuid<u8>`: expected `Uuid` without type arguments
        "#]],
    );
}

#[test]
fn char_is_refused() {
    check(
        "initial: char",
        expect![[r#"
            `char`: no column holds a `char`
            hint: write `String`
        "#]],
    );
}

#[test]
fn option_is_null_and_blank() {
    check(
        "age: Option<i32>",
        expect![[r#"
            age integer blank null
        "#]],
    );
}

#[test]
fn option_that_is_not_blank() {
    check(
        "#[field(blank = false)] age: Option<i32>",
        expect![[r#"
            age integer null
        "#]],
    );
}

#[test]
fn option_by_its_whole_path() {
    check(
        "age: std::option::Option<i32>",
        expect![[r#"
            age integer blank null
        "#]],
    );
}

#[test]
fn option_within_option() {
    check(
        "age: Option<Option<i32>>",
        expect![[r#"
            `Option<i32>`: an `Option` within an `Option` is no field
            hint: a column knows one NULL
        "#]],
    );
}

#[test]
fn option_of_an_automatic_key() {
    check_bare(
        "#[field(primary_key)] key: Option<Uuid>",
        expect![[r#"
            `primary_key`: the primary key `key` may not be NULL
            hint: write its type without `Option`
        "#]],
    );
}

#[test]
fn shared_attributes() {
    check(
        r#"#[field(unique, db_index, column = "nm", verbose_name = "full name", help_text = "As on the passport.", blank, editable = false)] name: String"#,
        expect![[r#"
            name text blank column="nm" db_index editable=false help_text="As on the passport." unique verbose_name="full name"
        "#]],
    );
}

#[test]
fn flags_take_true_and_false() {
    check(
        "#[field(unique = true, db_index = false)] name: String",
        expect![[r#"
            name text unique
        "#]],
    );
}

#[test]
fn flags_take_nothing_else() {
    check(
        "#[field(unique = 1)] name: String",
        expect![[r#"
            `1`: expected `true` or `false` for `unique`, found the number 1
            hint: write `unique`
        "#]],
    );
}

#[test]
fn flags_take_no_list() {
    check(
        "#[field(unique(name))] name: String",
        expect![[r#"
            `unique`: expected `true` or `false` for `unique`, found a list in parentheses
            hint: write `unique`
        "#]],
    );
}

#[test]
fn an_attribute_twice() {
    check(
        "#[field(unique)] #[field(unique)] name: String",
        expect![[r#"
            `unique`: `unique` is given twice
            hint: keep one of them
        "#]],
    );
}

#[test]
fn several_field_lines_are_one() {
    check(
        "#[field(unique)] #[field(max_length = 5)] name: String",
        expect![[r#"
            name char max_length=5 unique
        "#]],
    );
}

#[test]
fn unknown_word_names_the_nearest() {
    check(
        "#[field(max_lenght = 80)] name: String",
        expect![[r#"
            `max_lenght`: unknown word `max_lenght` in `#[field(...)]`
            hint: did you mean `max_length`?
        "#]],
    );
}

#[test]
fn unknown_word_without_a_near_one() {
    check(
        "#[field(sparkling)] name: bool",
        expect![[r#"
            `sparkling`: unknown word `sparkling` in `#[field(...)]`
            hint: known: `unique`, `db_index`, `index`, `primary_key`, `default`, `blank`, `column`, `verbose_name`, `help_text`, `editable`, `renamed_from`
        "#]],
    );
}

#[test]
fn words_of_django_say_what_to_write() {
    check(
        r#"#[field(null)] a: String, #[field(db_column = "x")] b: String, #[field(choices = [])] c: String"#,
        expect![[r#"
            `null`: unknown word `null` in `#[field(...)]`
            hint: write the type as `Option<...>`
            `db_column`: unknown word `db_column` in `#[field(...)]`
            hint: write `column = "..."`
            `choices`: unknown word `choices` in `#[field(...)]`
            hint: write an enum with `#[derive(Choices)]` and make it the field's type
        "#]],
    );
}

#[test]
fn max_length_on_a_number() {
    check(
        "#[field(max_length = 5)] count: i32",
        expect![[r#"
            `max_length`: `max_length` does not apply to `count`, an integer field
            hint: text, files and choices have it
        "#]],
    );
}

#[test]
fn max_length_of_zero() {
    check(
        "#[field(max_length = 0)] name: String",
        expect![[r#"
            `0`: expected `max_length` from 1 to 10485760, found 0
        "#]],
    );
}

#[test]
fn max_length_of_text() {
    check(
        r#"#[field(max_length = "80")] name: String"#,
        expect![[r#"
            `"80"`: expected a number for `max_length`, found the text "80"
            hint: write `max_length = 10`
        "#]],
    );
}

#[test]
fn max_length_without_a_value() {
    check(
        "#[field(max_length)] name: String",
        expect![[r#"
            `max_length`: expected a number for `max_length`, found no value
            hint: write `max_length = 10`
        "#]],
    );
}

#[test]
fn max_digits_on_text() {
    check(
        "#[field(max_digits = 5)] name: String",
        expect![[r#"
            `max_digits`: `max_digits` does not apply to `name`, a text field
            hint: `Decimal` has it
        "#]],
    );
}

#[test]
fn upload_to_on_text() {
    check(
        r#"#[field(upload_to = "x")] name: String"#,
        expect![[r#"
            `upload_to`: `upload_to` does not apply to `name`, a text field
            hint: `File` has it
        "#]],
    );
}

#[test]
fn empty_text() {
    check(
        r#"#[field(column = "")] name: String"#,
        expect![[r#"
            `""`: expected text for `column`, found an empty string
        "#]],
    );
}

#[test]
fn verbose_name_of_a_number() {
    check(
        "#[field(verbose_name = 5)] name: String",
        expect![[r#"
            `5`: expected a string for `verbose_name`, found the number 5
            hint: write `verbose_name = "..."`
        "#]],
    );
}

#[test]
fn an_attribute_that_does_not_parse() {
    check(
        "#[field(max_length = )] name: String",
        expect![[r#"
            `)`: `#[field]` does not parse: unexpected end of input, expected an expression
            hint: write `#[field(word, word = value)]`
        "#]],
    );
}

#[test]
fn a_literal_where_a_word_belongs() {
    check(
        r#"#[field("unique")] name: String"#,
        expect![[r#"
            `"unique"`: expected a word in `#[field(...)]`, found the text "unique"
        "#]],
    );
}

#[test]
fn raw_identifiers_lose_their_mark() {
    check(
        "#[field(max_length = 5)] r#type: String",
        expect![[r#"
            type char max_length=5
        "#]],
    );
}

#[test]
fn field_names_that_lookups_could_not_read() {
    check(
        "pk: i32, a__b: i32, c_: i32",
        expect![[r#"
            `pk`: the field name `pk` is what lookups call the primary key
            hint: choose another name
            `a__b`: the field name `a__b` has `__` in it, which separates the parts of a lookup
            hint: choose another name
            `c_`: the field name `c_` ends with `_`, which a lookup could not tell from `__`
            hint: choose another name
        "#]],
    );
}

#[test]
fn renamed_from() {
    check(
        r#"#[field(renamed_from = "title")] name: String"#,
        expect![[r#"
            name text renamed_from="title"
        "#]],
    );
}

#[test]
fn renamed_from_its_own_name() {
    check(
        r#"#[field(renamed_from = "name")] name: String"#,
        expect![[r#"
            `renamed_from`: `renamed_from` of `name` is its own name
            hint: give the name it had before
        "#]],
    );
}

#[test]
fn renamed_from_a_field_that_is_there() {
    check(
        r#"#[field(renamed_from = "title")] name: String, title: String"#,
        expect![[r#"
            `name`: `name` is renamed from `title`, which is still a field
            hint: remove one of the two
        "#]],
    );
}

#[test]
fn another_primary_key() {
    check_bare(
        "#[field(primary_key, max_length = 12)] sku: String",
        expect![[r#"
            sku char max_length=12 primary_key
        "#]],
    );
}

#[test]
fn no_primary_key() {
    check_bare(
        "name: String",
        expect![[r#"
            `M`: the model `M` has no primary key
            hint: add `pub id: Auto,` as the first field
        "#]],
    );
}

#[test]
fn two_primary_keys() {
    check(
        "#[field(primary_key)] sku: String",
        expect![[r#"
            `sku`: `sku` is a second primary key beside `id`
            hint: a model has one; `unique` is for the others
        "#]],
    );
}

#[test]
fn two_automatic_keys() {
    check(
        "other: Auto",
        expect![[r#"
            `other`: `other` is a second primary key beside `id`
            hint: a model has one; `unique` is for the others
        "#]],
    );
}

#[test]
fn automatic_key_that_is_no_primary_key() {
    check_bare(
        "#[field(primary_key = false)] key: Auto",
        expect![[r#"
            `primary_key`: `key` is an automatic key, which is always the primary key
            hint: write `i64` for a plain number
            `M`: the model `M` has no primary key
            hint: add `pub id: Auto,` as the first field
        "#]],
    );
}

#[test]
fn automatic_key_is_not_unique_by_word() {
    check_bare(
        "#[field(unique)] key: Auto",
        expect![[r#"
            `unique`: `unique` does not apply to `key`, an automatic key
            hint: it understands `primary_key`, `column`, `verbose_name`, `help_text`, `editable`, `renamed_from`
        "#]],
    );
}

#[test]
fn two_fields_of_one_column() {
    check(
        r#"category_id: i64, #[field(on_delete = "cascade")] category: ForeignKey<Category>"#,
        expect![[r#"
            `category`: the fields `category_id` and `category` have the same column `category_id`
            hint: give one of them another: `column = "..."`
        "#]],
    );
}

#[test]
fn foreign_key() {
    check(
        r#"#[field(on_delete = "cascade")] category: ForeignKey<Category>"#,
        expect![[r#"
            category foreign_key db_index on_delete="cascade" to="@0"
        "#]],
    );
}

#[test]
fn foreign_key_that_may_be_null() {
    check(
        r#"#[field(on_delete = "set_null", related_name = "products")] category: Option<ForeignKey<Category>>"#,
        expect![[r#"
            category foreign_key blank db_index null on_delete="set_null" related_name="products" to="@0"
        "#]],
    );
}

#[test]
fn foreign_key_without_index_or_constraint() {
    check(
        r#"#[field(on_delete = "do_nothing", index = false, db_constraint = false)] category: ForeignKey<super::Category>"#,
        expect![[r#"
            category foreign_key db_constraint=false on_delete="do_nothing" to="@0"
        "#]],
    );
}

#[test]
fn foreign_key_without_on_delete() {
    check(
        "category: ForeignKey<Category>",
        expect![[r#"
            `category`: `category` is a foreign key without `on_delete`
            hint: write `#[field(on_delete = "cascade")]`, or one of `protect`, `restrict`, `set_null`, `set_default`, `do_nothing`
        "#]],
    );
}

#[test]
fn foreign_key_without_target() {
    check(
        r#"#[field(on_delete = "cascade")] category: ForeignKey"#,
        expect![[r#"
            `ForeignKey`: expected a model in `ForeignKey<...>`
            hint: write `ForeignKey<Target>`, with the model that it refers to
        "#]],
    );
}

#[test]
fn on_delete_misspelt() {
    check(
        r#"#[field(on_delete = "set_nul")] category: Option<ForeignKey<Category>>"#,
        expect![[r#"
            `"set_nul"`: expected one of Django's words for `on_delete`, found `set_nul`
            hint: did you mean `set_null`?
        "#]],
    );
}

#[test]
fn on_delete_in_capitals() {
    check(
        r#"#[field(on_delete = "PROTECT")] category: ForeignKey<Category>"#,
        expect![[r#"
            category foreign_key db_index on_delete="protect" to="@0"
        "#]],
    );
}

#[test]
fn on_delete_as_a_path() {
    check(
        "#[field(on_delete = CASCADE)] category: ForeignKey<Category>",
        expect![[r#"
            `CASCADE`: expected a string for `on_delete`, found the path `CASCADE`
            hint: write `on_delete = "..."`
        "#]],
    );
}

#[test]
fn set_null_on_a_field_that_may_not_be_null() {
    check(
        r#"#[field(on_delete = "set_null")] category: ForeignKey<Category>"#,
        expect![[r#"
            `"set_null"`: `on_delete = "set_null"` needs a field that may be NULL, `category` may not
            hint: write the type as `Option<...>`, or choose another `on_delete`
        "#]],
    );
}

#[test]
fn set_default_without_default() {
    check(
        r#"#[field(on_delete = "set_default")] category: ForeignKey<Category>"#,
        expect![[r#"
            `"set_default"`: `on_delete = "set_default"` needs a default, `category` has none
            hint: add `default = ...`, the key of a row that is always there
        "#]],
    );
}

#[test]
fn set_default_with_default() {
    check(
        r#"#[field(on_delete = "set_default", default = 1)] category: ForeignKey<Category>"#,
        expect![[r#"
            category foreign_key db_index default={"int":1} on_delete="set_default" to="@0"
        "#]],
    );
}

#[test]
fn on_delete_on_text() {
    check(
        r#"#[field(on_delete = "cascade")] name: String"#,
        expect![[r#"
            `on_delete`: `on_delete` does not apply to `name`, a text field
            hint: `ForeignKey` and `OneToOne` have it
        "#]],
    );
}

#[test]
fn related_name_plus_is_none() {
    check(
        r#"#[field(on_delete = "cascade", related_name = "+")] category: ForeignKey<Category>"#,
        expect![[r#"
            category foreign_key db_index on_delete="cascade" related_name="+" to="@0"
        "#]],
    );
}

#[test]
fn related_name_that_is_no_identifier() {
    check(
        r#"#[field(on_delete = "cascade", related_name = "all products")] category: ForeignKey<Category>"#,
        expect![[r#"
            `"all products"`: expected an identifier for `related_name`, found `all products`
            hint: it names a method on the target; `+` asks for no way back
        "#]],
    );
}

#[test]
fn related_name_may_be_a_reserved_word() {
    check(
        r#"#[field(on_delete = "cascade", related_name = "type")] category: ForeignKey<Category>"#,
        expect![[r#"
            category foreign_key db_index on_delete="cascade" related_name="type" to="@0"
        "#]],
    );
}

#[test]
fn related_name_of_digits_or_with_two_underscores() {
    check(
        r#"#[field(related_name = "2nd")] a: ManyToMany<A>, #[field(related_name = "a__b")] b: ManyToMany<B>"#,
        expect![[r#"
            `"2nd"`: expected an identifier for `related_name`, found `2nd`
            hint: it names a method on the target; `+` asks for no way back
            `"a__b"`: expected an identifier for `related_name`, found `a__b`
            hint: it names a method on the target; `+` asks for no way back
        "#]],
    );
}

#[test]
fn relation_to_itself() {
    check(
        r#"#[field(on_delete = "cascade")] parent: Option<ForeignKey<Self>>"#,
        expect![[r#"
            parent foreign_key blank db_index null on_delete="cascade" to="@0"
        "#]],
    );
}

#[test]
fn one_to_one_is_unique() {
    check(
        r#"#[field(on_delete = "restrict")] owner: OneToOne<User>"#,
        expect![[r#"
            owner one_to_one on_delete="restrict" to="@0" unique
        "#]],
    );
}

#[test]
fn many_to_many() {
    check(
        "tags: ManyToMany<Tag>",
        expect![[r#"
            tags many_to_many blank symmetrical to="@0"
        "#]],
    );
}

#[test]
fn many_to_many_to_itself_is_symmetrical() {
    check(
        "friends: ManyToMany<Self>",
        expect![[r#"
            friends many_to_many blank symmetrical to="@0"
        "#]],
    );
}

#[test]
fn many_to_many_to_itself_in_one_direction() {
    check(
        r#"#[field(symmetrical = false, related_name = "followers")] follows: ManyToMany<M>"#,
        expect![[r#"
            follows many_to_many blank related_name="followers" to="@0"
        "#]],
    );
}

#[test]
fn many_to_many_through_a_model() {
    check(
        "#[field(through = Membership)] members: ManyToMany<Person>",
        expect![[r#"
            members many_to_many blank symmetrical through="@1" to="@0"
        "#]],
    );
}

#[test]
fn many_to_many_through_text() {
    check(
        r#"#[field(through = "Membership")] members: ManyToMany<Person>"#,
        expect![[r#"
            `"Membership"`: expected a type for `through`, found the text "Membership"
            hint: write `through = Type`
        "#]],
    );
}

#[test]
fn many_to_many_with_a_table() {
    check(
        r#"#[field(db_table = "shop_labels")] tags: ManyToMany<Tag>"#,
        expect![[r#"
            tags many_to_many blank db_table="shop_labels" symmetrical to="@0"
        "#]],
    );
}

#[test]
fn many_to_many_with_table_and_through() {
    check(
        r#"#[field(db_table = "shop_labels", through = Label)] tags: ManyToMany<Tag>"#,
        expect![[r#"
            `db_table`: `db_table` does not go together with `through`
            hint: the through model names its own table
        "#]],
    );
}

#[test]
fn many_to_many_is_not_unique() {
    check(
        "#[field(unique)] tags: ManyToMany<Tag>",
        expect![[r#"
            `unique`: `unique` does not apply to `tags`, a many-to-many field
            hint: it understands `related_name`, `through`, `db_table`, `symmetrical`, `blank`, `verbose_name`, `help_text`, `editable`, `renamed_from`
        "#]],
    );
}

#[test]
fn many_to_many_is_never_null() {
    check(
        "tags: Option<ManyToMany<Tag>>",
        expect![[r#"
            `Option<ManyToMany<Tag>>`: `tags` is a many-to-many field, which is never NULL
            hint: write `ManyToMany<...>` without `Option`
        "#]],
    );
}

#[test]
fn many_to_many_has_no_on_delete() {
    check(
        r#"#[field(on_delete = "cascade")] tags: ManyToMany<Tag>"#,
        expect![[r#"
            `on_delete`: `on_delete` does not apply to `tags`, a many-to-many field
            hint: `ForeignKey` and `OneToOne` have it
        "#]],
    );
}

#[test]
fn default_of_text() {
    check(
        r#"#[field(default = "new")] state: String"#,
        expect![[r#"
            state text default={"text":"new"}
        "#]],
    );
}

#[test]
fn default_of_text_that_is_too_long() {
    check(
        r#"#[field(max_length = 2, default = "new")] state: String"#,
        expect![[r#"
            `"new"`: expected at most 2 characters for `default`, found the text "new"
            hint: raise `max_length`
        "#]],
    );
}

#[test]
fn default_of_text_that_is_a_number() {
    check(
        "#[field(default = 5)] state: String",
        expect![[r#"
            `5`: expected text for `default`, found the number 5
            hint: write `default = "..."`
        "#]],
    );
}

#[test]
fn default_of_bool() {
    check(
        "#[field(default = true)] on: bool",
        expect![[r#"
            on boolean default={"bool":true}
        "#]],
    );
}

#[test]
fn default_of_bool_that_is_text() {
    check(
        r#"#[field(default = "yes")] on: bool"#,
        expect![[r#"
            `"yes"`: expected `true` or `false` for `default`, found the text "yes"
        "#]],
    );
}

#[test]
fn default_of_integer() {
    check(
        "#[field(default = -5)] count: i32",
        expect![[r#"
            count integer default={"int":-5}
        "#]],
    );
}

#[test]
fn default_of_integer_out_of_range() {
    check(
        "#[field(default = 300)] count: u8, #[field(default = -1)] more: u32",
        expect![[r#"
            `300`: expected a whole number from 0 to 255 for `default`, found the number 300
            `-1`: expected a whole number from 0 to 4294967295 for `default`, found `-1`
        "#]],
    );
}

#[test]
fn default_of_integer_that_is_text() {
    check(
        r#"#[field(default = "5")] count: i32"#,
        expect![[r#"
            `"5"`: expected a whole number for `default`, found the text "5"
        "#]],
    );
}

#[test]
fn default_of_integer_with_a_fraction() {
    check(
        "#[field(default = 1.5)] count: i32",
        expect![[r#"
            `1.5`: expected a whole number for `default`, found the number 1.5
        "#]],
    );
}

#[test]
fn default_of_float() {
    check(
        "#[field(default = 1.5)] a: f64, #[field(default = 2)] b: f64",
        expect![[r#"
            a float default={"float":1.5}
            b float default={"float":2.0}
        "#]],
    );
}

#[test]
fn default_of_decimal_keeps_its_zeros() {
    check(
        r#"#[field(max_digits = 6, decimal_places = 2, default = 3.50)] a: Decimal, #[field(max_digits = 6, decimal_places = 2, default = "-0.10")] b: Decimal"#,
        expect![[r#"
            a decimal decimal_places=2 default={"text":"3.50"} max_digits=6
            b decimal decimal_places=2 default={"text":"-0.10"} max_digits=6
        "#]],
    );
}

#[test]
fn default_of_decimal_that_does_not_fit() {
    check(
        r#"#[field(max_digits = 3, decimal_places = 2, default = "12.5")] a: Decimal, #[field(max_digits = 3, decimal_places = 1, default = 1.25)] b: Decimal"#,
        expect![[r#"
            `"12.5"`: expected at most 1 digits before the point and 2 after it for `default`, found the text "12.5"
            hint: raise `max_digits` or `decimal_places`
            `1.25`: expected at most 2 digits before the point and 1 after it for `default`, found the number 1.25
            hint: raise `max_digits` or `decimal_places`
        "#]],
    );
}

#[test]
fn default_of_decimal_that_is_a_word() {
    check(
        r#"#[field(max_digits = 3, decimal_places = 2, default = "free")] a: Decimal"#,
        expect![[r#"
            `"free"`: expected a decimal for `default`, found the text "free"
            hint: write `default = "0.00"`
        "#]],
    );
}

#[test]
fn default_of_dates_and_times() {
    check(
        r#"#[field(default = "2025-01-31")] a: Date, #[field(default = "08:30")] b: Time, #[field(default = "2025-01-31T08:30:00Z")] c: DateTime"#,
        expect![[r#"
            a date default={"text":"2025-01-31"}
            b time default={"text":"08:30"}
            c date_time default={"text":"2025-01-31T08:30:00Z"}
        "#]],
    );
}

#[test]
fn default_of_date_in_another_form() {
    check(
        r#"#[field(default = "31.1.2025")] a: Date, #[field(default = 5)] b: Date"#,
        expect![[r#"
            `"31.1.2025"`: expected the text of a date field for `default`, found the text "31.1.2025"
            hint: write `default = "2025-01-31"`, or name a function
            `5`: expected the text of a date field for `default`, found the number 5
            hint: write `default = "2025-01-31"`, or name a function
        "#]],
    );
}

#[test]
fn default_of_uuid_and_address() {
    check(
        r#"#[field(default = "6fa459ea-ee8a-3ca4-894e-db77e160355e")] a: Uuid, #[field(default = "::1")] b: IpAddr"#,
        expect![[r#"
            a uuid default={"text":"6fa459ea-ee8a-3ca4-894e-db77e160355e"}
            b ip_address default={"text":"::1"} protocol="both"
        "#]],
    );
}

#[test]
fn default_of_uuid_and_address_in_another_form() {
    check(
        r#"#[field(default = "6fa459")] a: Uuid, #[field(default = "::1")] b: Ipv4Addr"#,
        expect![[r#"
            `"6fa459"`: expected the text of a UUID field for `default`, found the text "6fa459"
            hint: write `default = "00000000-0000-0000-0000-000000000000"`, or name a function
            `"::1"`: expected the text of an IP address field for `default`, found the text "::1"
            hint: write `default = "127.0.0.1"`, or name a function
        "#]],
    );
}

#[test]
fn default_of_json() {
    check(
        r#"#[field(default = "{}")] a: Json, #[field(default = 5)] b: Json"#,
        expect![[r#"
            a json default={"json":"{}"}
            b json default={"json":"5"}
        "#]],
    );
}

#[test]
fn default_of_binary() {
    check(
        r#"#[field(default = b"x")] a: Vec<u8>"#,
        expect![[r#"
            `b"x"`: expected a function for `default`, found bytes
            hint: name one that takes no arguments
        "#]],
    );
}

#[test]
fn default_of_duration() {
    check(
        "#[field(default = 5)] a: Duration",
        expect![[r#"
            `5`: expected a function for `default`, found the number 5
            hint: name one that takes no arguments
        "#]],
    );
}

#[test]
fn default_by_function() {
    check(
        "#[field(default = Uuid::new_v4)] a: Uuid, #[field(default = crate::today)] b: Date",
        expect![[r#"
            a uuid default={"function":"Uuid::new_v4"}
            b date default={"function":"crate::today"}
        "#]],
    );
}

#[test]
fn default_by_constant() {
    check(
        "#[field(default = i32::MAX)] a: i32, #[field(default = LIMIT)] b: i32",
        expect![[r#"
            `i32::MAX`: expected a value or a function for `default`, found the path `i32::MAX`
            hint: write the value of a constant itself, or a function that returns it
            `LIMIT`: expected a value or a function for `default`, found the path `LIMIT`
            hint: write the value of a constant itself, or a function that returns it
        "#]],
    );
}

#[test]
fn default_none_is_no_default() {
    check(
        "#[field(default = None)] a: Option<i32>",
        expect![[r#"
            a integer blank null
        "#]],
    );
}

#[test]
fn default_none_on_a_field_that_may_not_be_null() {
    check(
        "#[field(default = None)] a: i32",
        expect![[r#"
            `None`: `default = None` needs a field that may be NULL, `a` may not
            hint: write the type as `Option<...>`
        "#]],
    );
}

#[test]
fn default_without_a_value() {
    check(
        "#[field(default)] a: i32",
        expect![[r#"
            `default`: expected a value for `default`, found no value
            hint: write `default = ...`: a literal, a variant or a function's name
        "#]],
    );
}

#[test]
fn default_that_is_a_call() {
    check(
        "#[field(default = today())] a: i32",
        expect![[r#"
            `today()`: expected a value for `default`, found an expression
            hint: name the function without calling it: `default = today`
        "#]],
    );
}

#[test]
fn default_of_many_to_many() {
    check(
        "#[field(default = 1)] tags: ManyToMany<Tag>",
        expect![[r#"
            `default`: `default` does not apply to `tags`, a many-to-many field
            hint: it understands `related_name`, `through`, `db_table`, `symmetrical`, `blank`, `verbose_name`, `help_text`, `editable`, `renamed_from`
        "#]],
    );
}

#[test]
fn another_path_is_an_enum_of_choices() {
    check(
        "#[field(default = Status::Draft)] status: Status",
        expect![[r#"
            status text
            choices: [{"default":"Draft","field":"status"}]
        "#]],
    );
}

#[test]
fn choices_with_a_length() {
    check(
        "#[field(max_length = 20)] status: Option<super::Status>",
        expect![[r#"
            status text blank null
            choices: [{"field":"status","max_length":20}]
        "#]],
    );
}

#[test]
fn default_of_choices_by_function() {
    check(
        "#[field(default = Status::usual)] status: Status",
        expect![[r#"
            status text default={"function":"Status::usual"}
            choices: [{"field":"status"}]
        "#]],
    );
}

#[test]
fn default_of_choices_that_is_text() {
    check(
        r#"#[field(default = "draft")] status: Status"#,
        expect![[r#"
            `"draft"`: expected a variant for `default`, found the text "draft"
            hint: write `default = Status::Variant`
        "#]],
    );
}

#[test]
fn flatten_stands_in_place() {
    check(
        "name: String, #[field(flatten)] times: Times, last: bool",
        expect![[r#"
            name text
            last boolean
            bases: [{"position":2}]
        "#]],
    );
}

#[test]
fn flatten_has_no_other_word() {
    check(
        "#[field(flatten, unique)] times: Times",
        expect![[r#"
            `unique`: unknown word `unique` in a flattened field
            hint: known: `flatten`
        "#]],
    );
}

#[test]
fn flatten_of_an_option() {
    check(
        "#[field(flatten)] times: Option<Times>",
        expect![[r#"
            `flatten`: expected a struct to flatten in `times`
            hint: name the struct that has `#[model(abstract)]`
        "#]],
    );
}

#[test]
fn every_error_at_once() {
    check(
        "#[field(uniqe)] a: String, b: usize, c: Decimal, d: ForeignKey<X>",
        expect![[r#"
            `uniqe`: unknown word `uniqe` in `#[field(...)]`
            hint: did you mean `unique`?
            `usize`: no column holds a `usize`
            hint: the widest integers of the databases are `i64` and `u64`
            `c`: `c` is a `Decimal` without `max_digits`, `decimal_places`
            hint: write `#[field(max_digits = 10, decimal_places = 2)]`
            `d`: `d` is a foreign key without `on_delete`
            hint: write `#[field(on_delete = "cascade")]`, or one of `protect`, `restrict`, `set_null`, `set_default`, `do_nothing`
        "#]],
    );
}
