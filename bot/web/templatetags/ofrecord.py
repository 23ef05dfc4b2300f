"""Filters that put hostile text on a page safely."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bot.web.visible import name_of, pieces

register = template.Library()

_NOTHING = mark_safe("")


@register.filter
def shown(text: str | None) -> SafeString:
    """Escape a text, isolate its direction, and show its unseen characters as labelled marks."""
    return format_html('<bdi dir="auto">{}</bdi>', marked(text))


@register.filter
def marked(text: str | None) -> SafeString:
    """As `shown`, for a piece of a text that is isolated as a whole."""
    return format_html_join("", "{}", ((_piece(unseen, piece),) for unseen, piece in pieces(text or "")))


def _piece(unseen: bool, piece: str) -> str:  # noqa: FBT001
    if not unseen:
        return piece
    return format_html('<span class="unseen-char" title="{}">{}</span>', name_of(piece), piece)


@register.simple_tag(takes_context=True)
def kbd(context: template.Context, key: str) -> SafeString:
    """Show the key of a button, when the person has keys switched on."""
    person = context.get("person")
    return format_html(" <kbd>{}</kbd>", key) if person and person.user.single_keys else _NOTHING
