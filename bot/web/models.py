"""Who may sign in. Nothing about comments is kept here."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from bot.events import new_ref


def new_user_ref() -> str:
    """Make a random reference for a person, such as ``u_5d1f9a0b7c3e2f84``."""
    return new_ref("u")


class User(AbstractUser):
    """A person with an account. The log knows them only by `ref`, which says nothing about who they are."""

    ref = models.CharField(max_length=32, unique=True, editable=False, default=new_user_ref)
    single_keys = models.BooleanField(default=True)
    """Whether single letters act as keys (WCAG 2.1.4 lets a person switch them off)."""
