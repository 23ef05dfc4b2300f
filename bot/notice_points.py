"""What the policy asks a page to say about itself, and how pages say it: rules as data, for `bot.notice`.

In a way of saying, ``<who>`` is the Department, ``<contact>`` and ``<site>`` are its own as far as they are configured,
``<visitors>`` is what visitors write, and ``<to>`` is a stretch within one sentence. Texts are compared in lower case,
with plain quotation marks.
"""

from __future__ import annotations

from dataclasses import dataclass

Ways = tuple[str, ...]
"""Regular expressions, each of which says the same."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a page is to say."""

    key: str
    says: str
    """What it is, to follow "does not seem to say"."""
    clause: str
    """Where the policy asks for it."""
    parts: tuple[Ways, ...]
    """Each part has to be said, in one of its ways."""
    suggestion: str
    """Wording that says it; ``{name}``, ``{contact}`` and ``{site}`` are the Department's."""


_PLACE = (
    r"(?:page|account|site|website|channel|profile|feed|presence|subreddit|group|blog|wiki|stream|photostream|facebook"
    r"|instagram|twitter|x|bluesky|youtube|threads|mastodon|flickr|linkedin|reddit|community|talk page)"
)
_NOT = r"(?!not\b|never\b|hardly\b)"
_DO = r"(?!not\b|never\b|do\b|don't\b|cannot\b|can't\b)"
_WATCHED = r"(?:comments?|posts?|page|site|account|replies|channel|content|messages)"
_LOOKED_AT = r"(?:monitored|moderated|reviewed)"
_RECORDS_LAW = (
    r"(?:disclosure|public records?|open records|records? (?:laws?|act|requests?)|sunshine|foia|freedom of information)"
)

POINTS = (
    Point(
        "maintained",
        "that it is maintained by the Department",
        "5.04 A.3.b",
        (
            (
                r"(?:maintained|run|operated|managed|administered|provided|owned|hosted) (?:and \w+ )?by <who>",
                rf"(?<![\w-])official (?:[\w-]+ ){{0,3}}?{_PLACE} (?:of|for|from) <who>",
                rf"<who>(?:'s?)?(?:,| is| -|:)?(?: the| our)? official (?:[\w-]+ ){{0,3}}?{_PLACE}\b",
                r"<who> (?:maintains|runs|operates|manages|administers) this",
            ),
        ),
        "This page is maintained by the {name}.",
    ),
    Point("contact", "how to contact the Department", "5.04 A.3.b", ((r"<contact>",),), "Contact: {contact}."),
    Point(
        "site", "where the Department's official website is", "5.04 A.1", ((r"<site>",),), "Official website: {site}"
    ),
    Point(
        "opinions",
        "that visitors' opinions do not reflect those of the Department",
        "5.04 A.3.d",
        (
            (
                r"<visitors>\b<to>\b(?:do|does|may|are|is)(?: not|n't) <to>(?:reflect|represent|endorsed|those of)",
                r"\b(?:does|do)(?: not|n't) (?:necessarily )?(?:endorse|agree with|adopt|share) <to><visitors>\b",
            ),
        ),
        "The opinions expressed by visitors to this page do not reflect the opinions of the {name}.",
    ),
    Point(
        "monitored",
        "that posted comments are monitored",
        "5.04 A.3.d(1)",
        (
            (
                rf"\b{_WATCHED}\b(?: {_NOT}\w+){{0,5}}? (?:are|is|be)(?: {_NOT}\w+){{0,3}}? {_LOOKED_AT}",
                rf"<who> (?:{_NOT}\w+ ){{0,2}}?(?:monitors?|moderates?|reviews?) ",
                rf"\bwe (?:{_DO}\w+ ){{0,2}}?(?:monitor|moderate|review) (?:\w+ ){{0,4}}?{_WATCHED}\b",
            ),
        ),
        "Posted comments will be monitored.",
    ),
    Point(
        "removal",
        "that obscenities, off-topic comments and personal attacks may be removed",
        "5.04 A.3.d(1)",
        (
            (
                r"the right to (?:\w+,? ){0,6}?(?:remove|delete|hide|take down)",
                rf"\b(?:may|will|can|is|are|shall)(?: {_NOT}\w+){{0,3}}? (?:removed|deleted|hidden|taken down)\b",
                r"\bsubject to (?:removal|deletion|being (?:removed|deleted|hidden))",
                rf"\b(?:we|<who>) (?:{_DO}\w+ ){{0,2}}?(?:removes?|deletes?|hides?) ",
            ),
            (r"obscen", r"profan", r"vulgar", r"indecen"),
            (r"off[- ]?topic", r"irrelevant", r"\bunrelated\b", r"\bnot (?:related|relevant)\b"),
            (r"personal(?:ly)? attack", r"\battacks? (?:on|against)\b", r"\binsult", r"\babusive\b", r"\bharass"),
        ),
        "The {name} reserves the right to remove obscenities, off-topic comments, and personal attacks.",
    ),
    Point(
        "disclosure",
        "that whatever is posted is subject to public disclosure",
        "5.04 A.3.d(2)",
        (
            (
                rf"\bsubject to (?:[\w']+ ){{0,6}}?{_RECORDS_LAW}",
                r"\b(?:is|are|be|becomes?|constitutes?|considered|as) (?:an? |part of the )?(?:\w+ )?public records?\b",
                r"\b(?:may|can|will|must) be (?:publicly )?(?:disclosed|released)\b<to>(?:public|request)",
            ),
        ),
        "Any content posted or submitted for posting is subject to public disclosure.",
    ),
)
