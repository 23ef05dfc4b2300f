"""Any mail: what its writer wrote anew, under the subject of the conversation."""

from __future__ import annotations

from connectors.mailbox.letter import Letter
from connectors.mailbox.quoting import new_words
from connectors.mailbox.told import Told, topic


def read(letter: Letter) -> Told:
    """Take a mail as a comment by its sender."""
    text = new_words(letter.text, answer=bool(letter.answers))
    name = letter.name or letter.address or "(not named)"
    return Told(name, text, topic(letter.subject), author_id=letter.address or None)
