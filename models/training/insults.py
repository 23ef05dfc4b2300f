"""Insults written for this project: how commenters put each other down, most of them without a listed word.

The labelled sets know the words of insults well and their turns of phrase badly. Each sentence is labelled as an
attack and as not obscene; beside them stand clean sentences of the same make, so that *you* alone tells nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

_NOUNS = (
    "idiot", "moron", "loser", "clown", "fool", "imbecile", "coward", "liar", "hypocrite", "troll", "crybaby",
    "bootlicker", "sheep", "parasite", "creep", "snowflake", "halfwit", "dimwit", "nitwit", "buffoon", "weasel",
    "lowlife", "scumbag", "dirtbag", "maggot", "brat", "drama queen", "know-it-all", "waste of space", "dunce",
    "numbskull", "pig", "rat", "cockroach", "piece of trash", "pathetic excuse for a man", "bigot", "simpleton",
)  # fmt: skip
_ADJECTIVES = (
    "stupid", "dumb", "ignorant", "pathetic", "clueless", "brainless", "disgusting", "ugly", "fat", "lazy",
    "delusional", "spineless", "two-faced", "uneducated", "miserable", "worthless", "crazy", "braindead", "illiterate",
    "gutless",
)  # fmt: skip
_WITH_NOUN = (
    "you are a {}", "you're such a {}", "what a {} you are", "shut up you {}", "only a {} would write that",
    "spoken like a true {}", "go away {}", "ur a {} lol", "nobody asked you {}", "{}s like you are the problem",
    "look at this {} talking again", "he is a {} and so is his brother", "your wife married a {}",
    "hey {} learn to read", "congratulations, you are the biggest {} on here", "you sound like a {}",
    "the guy above me is a {}", "you always were a {} and you always will be",
    "is there a bigger {} in this thread than you?",
)  # fmt: skip
_WITH_ADJECTIVE = (
    "you are {}", "how {} can one person be?", "you must be really {} to believe that",
    "are you {} or just pretending?", "you {} little man", "she is as {} as she looks",
    "your comment is {} and so are you", "you people are {}", "your whole family is {}", "wow, just how {} are you",
    "only {} people think like you",
)  # fmt: skip
_PUT_DOWNS = (
    "Do you even have a brain?", "Try using your brain for once in your life.", "You have the IQ of a doorknob.",
    "Crawl back under your rock.", "Go back to your mother's basement.", "Get a life, and a job while you are at it.",
    "Did your mother drop you on your head?", "Learn to spell before you lecture anybody.", "Were you born yesterday?",
    "You would not know the truth if it hit you in the face.", "Grow up, little boy.", "Who let you out of your cage?",
    "You make me sick.", "No wonder your wife left you.", "No wonder nobody likes you.", "What planet are you from?",
    "I have met smarter rocks than you.", "Do the world a favor and never have children.", "Go cry to your mommy.",
    "You should be embarrassed to show your face.", "You are a disgrace to your family.", "Take your meds.",
    "Somebody forgot to take his pills today.", "You clearly failed third grade.", "Keep drooling, genius.",
    "You are what is wrong with this country.", "People like you should not be allowed to breed.", "Dumb as a post.",
    "Bless your tiny little brain.", "You are not the sharpest tool in the shed, are you?",
    "Your parents must be so proud.", "Hope you choke on it.", "Nobody cares what you think, keyboard warrior.",
    "Go play in traffic.", "You are too ignorant to understand the answer.", "Put down the crack pipe.",
    "You reek of desperation.", "You obviously can't read.", "Typical comment from an inbred.",
    "Your stupidity is showing.", "Lay off the booze.", "The village called, they want their idiot back.",
    "I feel sorry for your kids.", "You could not find your own feet.", "Another genius heard from.",
    "You don't have a clue what you are talking about, do you, simpleton?",
)  # fmt: skip
_CLEAN = (
    "You are right about that.", "You are welcome.", "You're such a help, thank you.", "What a day you must have had.",
    "You must be really proud of your team.", "Are you open on Sunday or just on weekdays?",
    "You people do a great job.", "How long can one road stay closed?", "Your comment is fair and I agree.",
    "Your whole family is in our prayers.", "Do you even have a record of my call?",
    "Did your officer drop the charges?", "I feel sorry for your loss.", "I feel sorry for the kids.",
    "You should be proud to serve.", "You would know better than I do.",
    "You should read the report before the meeting.", "You don't have to agree, but please read the ordinance.",
    "Do you have any idea when the trial begins?", "I think you have this wrong, the vote was on Tuesday.",
    "You keep saying that, but where are the numbers?", "Could you please post the agenda earlier?",
    "You missed my point: the budget went up.", "I could not disagree with you more.",
    "Who let the dogs out on Elm Street?", "You lost my vote.", "Were you at the meeting yesterday?",
    "What plan are you talking about?", "You can read it online.",
    "Somebody forgot to lock the gate at the park today.", "You work for us, remember.",
    "You owe the public an answer.", "Grown up here and never saw it this bad.",
    "People like you make this town better.", "You made my day.",
    "My kids go back to school on Monday, will you be at the crossing?",
    "Nobody asked the neighbors before this vote.", "Do you think the new chief will listen?",
    "Your parents must be so worried, I hope she is found soon.", "He was a police officer and so is his brother.",
    "The guy above me is right.", "Take your time, officers.",
)  # fmt: skip
_EVERY = 3
"""Of all combinations of pattern and word one in so many is kept, chosen at random."""
_SEED = 5


def attack_sentences() -> Iterator[str]:
    """Give every insult, in a fixed order."""
    made = [pattern.format(noun) for pattern, noun in product(_WITH_NOUN, _NOUNS)]
    made += [
        pattern.format(f"{adjective} {noun}")
        for pattern, adjective, noun in product(_WITH_NOUN[:6], _ADJECTIVES[:8], _NOUNS[:9])
    ]
    made += [pattern.format(adjective) for pattern, adjective in product(_WITH_ADJECTIVE, _ADJECTIVES)]
    yield from random.Random(_SEED).sample(made, len(made) // _EVERY)
    yield from _PUT_DOWNS


def clean_counterparts() -> Iterator[str]:
    """Give the clean sentences that look like them."""
    yield from _CLEAN
