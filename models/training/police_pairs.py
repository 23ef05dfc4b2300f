"""Comments under a Department's posts, written for this project: to measure off-topic by, never to fit it.

Each post has comments about it, and about something else. Thanks, prayers, jokes, questions and criticism are about it.
"""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """A comment under a post, and whether it is about something else."""

    post: str
    text: str
    off_topic: bool


_ABOUT: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Detectives ask for help: three houses on Alder Lane were broken into between Friday night and Sunday. If your "
    "doorbell camera looks at the street, please call 555-0143.": (
        (
            "We had somebody try our back door on Saturday, around two in the morning. Should I call that number?",
            "Third time this year. When are you going to patrol Alder at night instead of sitting at the donut shop?",
            "My Ring got a guy in a gray hoodie walking up driveways, I will send it in.",
            "Hope you catch them.",
        ),
        (
            "Selling two tickets for the country concert on the 14th, below face value, message me.",
            "The new season of that baking show is so boring, they should have kept the old judges.",
            "My sourdough never rises, does anybody here use rye flour for the starter?",
        ),
    ),
    "Main Street between 2nd and 5th is closed on Saturday from 8 to 1 for the Harvest Parade. Use Route 9.": (
        (
            "Is the library lot open for people who come early with kids?",
            "So the whole downtown shuts so the mayor can wave from a convertible. Our taxes at work.",
            "Can't wait! The marching band is the best part.",
            "Route 9 will be a mess again, last time it took me forty minutes to get to the pharmacy.",
        ),
        (
            "Vaccines were rushed and nobody will ever convince me otherwise.",
            "Anyone know a good orthodontist who takes payments? My insurance only covers half.",
            "Bitcoin is going to double before Christmas, mark my words.",
        ),
    ),
    "We are sad to tell you that retired Sergeant Alan Whitby died on Tuesday. He served our city for 27 years.": (
        (
            "Prayers for his family.",
            "He taught the drug class at my school in 1994 and we all loved him. Rest easy, Sarge.",
            "Sorry for your loss, and I still have not forgotten how his squad treated my brother.",
            "Gone too soon. He once changed my mom's tire in the rain.",
        ),
        (
            "Why does the cable company raise the price every six months?",
            "The quarterback should be benched, four interceptions in a single half is a disgrace.",
            "Check out my channel for guitar lessons, beginners welcome.",
        ),
    ),
    "Meet Officer Priya Nand and her new partner, K9 Biscuit! Biscuit finished sixteen weeks of training on Friday.": (
        (
            "What a good boy! Who is a good boy?",
            "How much did that dog cost, and what happened to the money for the crosswalk?",
            "Is he trained to find drugs or people?",
            "Great job, congratulations to both of you.",
        ),
        (
            "The senator voted against the farm bill again and nobody in this state is talking about it.",
            "My landlord raised the rent by three hundred dollars, is that even legal?",
            "Has anyone tried the new taco truck by the cinema? The salsa is amazing.",
        ),
    ),
    "We arrested a 34-year-old man after a chase on Highway 30 last night. Nobody was hurt. Charges are pending.": (
        (
            "He will be out by Monday, the judges here are a joke.",
            "Chasing at a hundred miles an hour past my house for a stolen plate. Who approves this? Reckless.",
            "Was this the one with the helicopter around eleven?",
            "So that's why the exit was blocked. Thank you for keeping us safe.",
        ),
        (
            "Free kittens, eight weeks old, litter trained, two gray and one orange.",
            "People who put pineapple on pizza have no respect for Italy.",
            "The moon landing was filmed in a studio and the shadows prove it.",
        ),
    ),
    "The body camera footage of Sunday's shooting on Fourth Avenue is out. An outside agency investigates.": (
        (
            "He had his hands up. I watched it three times. This is murder and you know it.",
            "Why did it take five days to release eighty seconds of video?",
            "Everyone wants to judge from the couch. Let them finish the investigation.",
            "Shame on this department.",
        ),
        (
            "Gas is two cents cheaper in the next county, worth the drive with a full tank.",
            "Our church choir is looking for tenors, rehearsal is on Thursday evening.",
            "I can't believe they cancelled my favorite series after one season on a cliffhanger.",
        ),
    ),
    "We are hiring! Starting pay for officers is now $61,000 with a signing bonus. Apply by the end of the month.": (
        (
            "Do you take people over forty, or with an old misdemeanor?",
            "Teachers here start at thirty-eight. Interesting where this town puts its money.",
            "Not for a million, the way you people treat your own.",
            "My daughter just sent in her application, wish her luck!",
        ),
        (
            "Climate change is a hoax to sell electric cars.",
            "Found a recipe for slow cooker chili that needs only five ingredients, delicious.",
            "Who else thinks the new phone is just the old phone with another camera?",
        ),
    ),
    "Scam alert: callers claim to be from our office and ask for gift cards to cancel a warrant. We never do that.": (
        (
            "They called my grandmother twice, the number looked like yours. She nearly paid.",
            "Ha, I told him I would pay in cookies and he hung up.",
            "Can you trace these numbers at all?",
            "And yet the real fines you send feel like a scam too.",
        ),
        (
            "Our lake house is free for the first week of August, sleeps eight, dock and canoe included.",
            "The school board should fire the football coach, we have not won a game since September.",
            "Immigration is ruining this country and both parties are asleep.",
        ),
    ),
    "Winter storm warning from 6 p.m. Stay off the roads, and do not park on Maple, Oak and Elm: plows must pass.": (
        (
            "Elm is a sheet of ice already, two cars in the ditch by the school.",
            "You tell us to stay home, my boss tells me to come in. Fun.",
            "Are the warming centers open tonight?",
            "Stay safe out there, guys.",
        ),
        (
            "That comedian's special was the funniest thing I have seen all year.",
            "Looking for a used clarinet for my son, he starts band next week.",
            "The central bank prints money and calls it growth, read about the gold standard.",
        ),
    ),
    "Have you seen Dorothy Kessler, 78? She left her home on Birch Court at noon, in a red coat. She has dementia.": (
        (
            "I think I saw her by the gas station at around one, she was walking toward the park.",
            "Praying she is found. Sharing.",
            "Why is there no silver alert yet? It has been five hours.",
            "Amen",
        ),
        (
            "Lost ten pounds in a month with this tea, ask me how.",
            "The referee was paid, no way that was a foul in the last minute.",
            "Could someone recommend a plumber? The kitchen sink has been leaking since we bought the house.",
        ),
    ),
}

PAIRS = [
    Pair(post, text, off_topic)
    for post, (about, other) in _ABOUT.items()
    for texts, off_topic in ((about, False), (other, True))
    for text in texts
]
