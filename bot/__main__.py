"""``python -m bot`` is the command ``ofrecord``."""

from bot.cli import main

main()
