"""A second writing process: a moderator who answers the queue at random, until killed.

``python -m tests.e2e.crash_moderator CONFIG``. It writes as the review application does, through `bot.review`.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from bot.config import load
from bot.events import Actor
from bot.moments import utc_now
from bot.records import Records, StaleError
from bot.review import CANNOT_DECIDE, HIDE, LEAVE_UP, ReviewError, decide, open_flag, refer, undo
from models.policy import Ground

MODERATOR = Actor("human", "u_crash", role="moderator")
_PAUSE = 0.04


def answer_one(records: Records, dice: random.Random, answered: list[str]) -> None:
    """Answer a comment of the queue, or take an earlier answer back."""
    if answered and dice.random() < 0.15:
        undo(records, ref=dice.choice(answered), user=MODERATOR)
        return
    flags = records.open_flags(limit=30)
    if not flags:
        return
    ref = dice.choice(flags).ref
    open_flag(records, ref=ref, user=MODERATOR, now=utc_now())
    state = records.comment(ref)
    assert state is not None
    if dice.random() < 0.1:
        refer(records, ref=ref, user=MODERATOR, matter="tip", role="Detectives")
    if dice.random() < 0.3:
        time.sleep(_PAUSE)  # long enough for the daemon to come first: the answer is stale then
    decision = dice.choice([LEAVE_UP, LEAVE_UP, HIDE, CANNOT_DECIDE])
    ground = Ground.OBSCENITY if decision == HIDE else None
    seen = state.last_seq
    decide(records, ref=ref, user=MODERATOR, decision=decision, seen_seq=seen, policy="2010-08", ground=ground)
    answered.append(ref)


def main() -> None:
    """Answer until killed."""
    config, dice, answered = load(Path(sys.argv[1])), random.Random(), list[str]()
    with Records.create(config.store_dir, config.department.origin) as records:
        sys.stdout.write("at work\n")
        sys.stdout.flush()
        while True:
            try:
                answer_one(records, dice, answered)
            except (StaleError, ReviewError):
                continue
            time.sleep(dice.random() * _PAUSE)


if __name__ == "__main__":
    main()
