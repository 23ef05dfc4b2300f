"""How Django knows this application."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The review application and its accounts."""

    name = "bot.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let sign-ins, sign-outs and failures reach the log."""
        from bot.web import access

        access.connect()
