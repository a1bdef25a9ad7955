"""A model of users of the shape that `accounts/models.rs` has."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("email address", unique=True)
    full_name = models.CharField(max_length=100)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]


class Note(models.Model):
    author = models.ForeignKey(User, models.CASCADE, related_name="notes")
    text = models.CharField(max_length=200)
