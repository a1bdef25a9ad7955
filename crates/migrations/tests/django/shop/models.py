"""The models of `models.rs`, in Django."""

from django.db import models


class Everything(models.Model):
    small = models.SmallIntegerField()
    int = models.IntegerField()
    big = models.BigIntegerField()
    positive_small = models.PositiveSmallIntegerField()
    positive = models.PositiveIntegerField()
    positive_big = models.PositiveBigIntegerField()
    chars = models.CharField(max_length=5)
    text = models.TextField()
    slug = models.SlugField()
    email = models.EmailField()
    url = models.URLField()
    flag = models.BooleanField()
    float = models.FloatField()
    decimal = models.DecimalField(max_digits=6, decimal_places=3)
    day = models.DateField()
    moment = models.DateTimeField()
    time = models.TimeField()
    length = models.DurationField()
    uuid = models.UUIDField()
    json = models.JSONField()
    maybe = models.JSONField(null=True, blank=True)
    bytes = models.BinaryField()
    address = models.GenericIPAddressField()
    maybe_positive = models.PositiveIntegerField(null=True, unique=True)


class Category(models.Model):
    name = models.CharField(max_length=80, unique=True)


class Tag(models.Model):
    label = models.SlugField(unique=True)


class Product(models.Model):
    name = models.CharField(max_length=200, db_index=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField()
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="products")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    tags = models.ManyToManyField(Tag)
    related = models.ManyToManyField("self")
    loose = models.ForeignKey(Tag, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_column="loose_tag")

    class Meta:
        unique_together = [("name", "price")]
        indexes = [
            models.Index(fields=["name", "-price"]),
            models.Index(fields=["category"]),
            models.Index(fields=["stock"], name="by_stock"),
        ]
        constraints = [
            models.UniqueConstraint(name="one_stock", fields=["stock", "category"]),
            models.CheckConstraint(name="stock_small", condition=models.Q(stock__lt=1000)),
        ]


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)


class City(models.Model):
    id = models.UUIDField(primary_key=True)
    country = models.ForeignKey(Country, on_delete=models.CASCADE)


class Mayor(models.Model):
    city = models.OneToOneField(City, on_delete=models.CASCADE, primary_key=True)


class Office(models.Model):
    id = models.SmallAutoField(primary_key=True)
    mayor = models.ForeignKey(Mayor, on_delete=models.CASCADE)
    number = models.OneToOneField("Number", on_delete=models.CASCADE)
    serial = models.ForeignKey("Serial", on_delete=models.CASCADE)

    class Meta:
        db_table = "the_offices"


class Number(models.Model):
    number = models.PositiveBigIntegerField(primary_key=True)


class Serial(models.Model):
    id = models.AutoField(primary_key=True)
    cities = models.ManyToManyField(City, db_table="serial_cities")


class SerialOfASupplierWithAnExtraordinarilyLongName(models.Model):
    another_field_with_an_extraordinarily_long_name = models.IntegerField(db_index=True)
    yet_another_field_with_an_extraordinarily_long_name = models.IntegerField()
    one_more_field_with_a_name_that_does_not_want_to_end = models.IntegerField()

    class Meta:
        unique_together = [
            (
                "another_field_with_an_extraordinarily_long_name",
                "yet_another_field_with_an_extraordinarily_long_name",
                "one_more_field_with_a_name_that_does_not_want_to_end",
            )
        ]
