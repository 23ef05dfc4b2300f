"""What a comment is, how it is scored, and what follows from the scores.

No input or output beyond reading the shipped weights, no clock, no network.
"""
