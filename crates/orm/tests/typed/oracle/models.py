"""The models of `models.rs` as Django has them: the same tables, columns and names."""

import uuid

from django.db import models


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=50)
    population = models.BigIntegerField()

    class Meta:
        ordering = ["name"]


class Publisher(models.Model):
    name = models.CharField(max_length=80, unique=True)
    country = models.ForeignKey(Country, models.SET_NULL, null=True)
    founded = models.SmallIntegerField(null=True)
    independent = models.BooleanField()

    class Meta:
        ordering = ["name", "id"]


class Author(models.Model):
    name = models.CharField(max_length=80)
    nickname = models.CharField(max_length=40, null=True)
    born = models.DateField(null=True)
    country = models.ForeignKey(Country, models.PROTECT, related_name="authors")
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")
    rating = models.FloatField()

    class Meta:
        ordering = ["name", "id"]


class Portrait(models.Model):
    author = models.OneToOneField(Author, models.CASCADE, primary_key=True)
    caption = models.TextField(blank=True)
    width = models.IntegerField()


class Genre(models.Model):
    label = models.SlugField(unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")

    class Meta:
        ordering = ["label"]


class Book(models.Model):
    title = models.CharField(max_length=120)
    subtitle = models.TextField(null=True)
    isbn = models.CharField(max_length=13, unique=True, null=True)
    pages = models.IntegerField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    discount = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    weight = models.FloatField(null=True)
    in_print = models.BooleanField()
    published = models.DateField(null=True)
    added = models.DateTimeField()
    sold = models.DateTimeField(null=True)
    listening = models.DurationField(null=True)
    code = models.UUIDField(unique=True, default=uuid.uuid4)
    data = models.JSONField(null=True)
    publisher = models.ForeignKey(Publisher, models.SET_NULL, null=True, related_name="books")
    genres = models.ManyToManyField(Genre, related_name="books")
    authors = models.ManyToManyField(Author, through="Authorship")
    follows = models.OneToOneField("self", models.SET_NULL, null=True, related_name="sequel")

    class Meta:
        ordering = ["title", "id"]


class Authorship(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    author = models.ForeignKey(Author, models.CASCADE)
    position = models.SmallIntegerField()
    role = models.CharField(max_length=20)

    class Meta:
        ordering = ["book", "position"]


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Author, models.SET_NULL, null=True)
    stars = models.SmallIntegerField()
    text = models.TextField(blank=True)
    written = models.DateTimeField()
    hour = models.TimeField()
    helpful = models.BooleanField(null=True)


class Shelf(models.Model):
    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=40)
    books = models.ManyToManyField(Book)

    class Meta:
        ordering = ["name"]
