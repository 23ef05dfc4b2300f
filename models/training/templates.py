"""Clean sentences written for this project: what a police page hears every day and no model may flag.

Criticism, questions, tips, thanks, news wording, and innocent words and names that look like listed ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from models.training.look_alikes import LOOK_ALIKES

_OFFICIALS = (
    "the police", "these cops", "the officers", "our police chief", "the sheriff", "the mayor", "the town council",
    "this department", "the detectives", "internal affairs", "the judge", "the district attorney",
)  # fmt: skip
_CRITICISM = (
    "{} lied to the public and should resign.", "{} should be ashamed of this.", "I do not trust {} any more.",
    "{} are corrupt and everybody in town knows it.", "{} used excessive force again.", "Fire {} now.",
    "{} never answer the phone when you need help.", "What a disgrace, {} let a killer walk free.",
    "{} covered it up and then blamed the victim.", "Stop wasting our taxes on {}.", "{} are useless and lazy.",
    "{} cost us another lawsuit.", "Vote {} out.", "Nobody believes a word that {} say.", "Hold {} accountable.",
    "{} shot an unarmed man in the back.", "{} act like an occupying army.", "Shame on {}.", "{} are a joke.",
    "You people protect your own, just like {}.", "Defund {}.", "Hey {}, release the body camera footage.",
    "Incompetent from top to bottom, starting with {}.", "{} are cowards.", "I hate how {} treat poor people.",
)  # fmt: skip
_THANKS = (
    "Thank you {} for keeping us safe.", "Great work by {} tonight.", "Proud of {}.", "God bless {}.",
    "Prayers for {} and their families.", "Does anyone know when {} will reopen the road?",
)  # fmt: skip
_TOLD = (
    "You", "You guys", "You people", "You all", "All of you", "Officers, you", "Council, you", "Chief, you",
)  # fmt: skip
_TOLD_OF = (
    "the worst", "cowards", "a disgrace", "a joke", "an embarrassment", "a failure", "incompetent", "corrupt",
    "useless", "crooks", "tyrants", "shameful", "a waste of money", "the worst ever", "no help at all",
)  # fmt: skip
_TOLD_ENDINGS = ("", "and it shows", "and you should resign", "thanks for nothing", "again", "and we pay for it")
_PLAIN = (
    "I saw a grey truck with no plates behind the school around midnight, who do I call?",
    "What time does the parade start and where can we park?", "That dog is adorable, is he up for adoption?",
    "The teacher faces two counts of rape and is held without bail.",
    "Shots were fired near the gas station and two people were taken to hospital.",
    "He was arrested for possession of heroin and drunk driving.", "She was stabbed and later died of her wounds.",
    "The victim told the court how he touched her.", "The body was found naked in the river.",
    "Rape kits should be tested within thirty days.", "My grandfather was killed by a drunk driver on that road.",
    "The killer was sentenced to life in prison.", "Police are looking for a man who exposed himself in the park.",
    "This traffic is killing me.", "Kudos, you are killing it with the new bike patrol.",
    "Shoot me a message if you find the keys.", "My old dumb phone does not get the alerts.",
    "What an idiotic place for a stop sign.", "That intersection is stupid and dangerous.", "This new law is garbage.",
    "I was such an idiot to leave my car unlocked.", "The trash was not picked up on our street this week.",
    "Those poor animals, what a sick thing to do to a dog.", "It is disgusting how much litter is in the park.",
    "The homeless need help, not tickets.", "Black lives matter.", "Back the blue.", "All lives matter.",
    "Gay pride parade on Saturday, please plan for closed roads.", "The Muslim community center was vandalized.",
    "The Jewish cemetery was defaced with swastikas.", "A Mexican restaurant was broken into on Third Street.",
    "A Black man in his twenties was stopped for no reason.", "My trans daughter was harassed at the bus stop.",
    "Lesbian couple attacked on the bus, any witnesses please call.", "Old white guy in a red hat took the package.",
)  # fmt: skip
_NAMES = (
    "Dick Johnson coached my son for years.", "Is Dick Miller still the fire chief?",
    "I bought it at Dick's downtown.", "Dick Van Dyke was in that movie.", "Uncle Dick says thank you officers.",
    "Detective Dick Harmon was very kind.", "The weather cock on the church roof blew down.",
    "Turn the stop cock to shut off the water main.", "The gun was found at full cock in the glove box.",
    "Cocktail hour was shut down by the fire marshal.", "The pussy cat is stuck in the tree again.",
    "Here pussy, pussy, my cat ran off near the mill.", "A blue tit nested in the mailbox.",
    "Great tits and finches at my feeder today.", "He graduated summa cum laude.",
    "The ass and the cart belong to the petting zoo.", "Donkeys, or asses, are allowed in the parade.",
    "The assessment of the class was passed to the assistant.", "Mr. Hancock and Mrs. Babcock live on Peacock Lane.",
    "Officer Cockburn visited Scunthorpe.", "Deputy Butts read to the children.", "John Lee Hooker played here once.",
    "Sergeant Wang and Officer Fuchs were at the fair.", "Shih tzu puppies were stolen from the farm stand.",
    "Grand Teton is closed because of snow.", "The chicken breast at the fundraiser was delicious.",
    "The bitch and her puppies were taken to the shelter.", "Female dogs and bitches must be licensed by March.",
    "The dam at Damariscotta held.", "Hell's Canyon road is closed.", "Moby Dick is on at the library.",
    "Philip K. Dick wrote the story.", "There are screws in the road by the bridge, I got a flat tire.",
    "They were throwing balls at passing cars.", "The butt of the rifle was found in the ditch.",
    "Cigarette butts started the brush fire.", "Sex offender registration is on the county website.",
    "The porn shop on Route Nine was raided.", "The prick of the needle did not hurt at the blood drive.",
)  # fmt: skip
_SPOKEN_OF = ("asshole", "bitch", "idiot", "the n-word", "moron", "slut", "scumbag", "faggot", "dick", "retard")
"""Words that are quoted, reported or asked about: clean whoever says so."""
_REPORTED = (
    'The man called the officer an "{}" and was charged with disorderly conduct.', 'He was cited for yelling "{}".',
    'Is "{}" a word that gets a comment removed here?', 'Why was my comment with the word "{}" hidden?',
    "My son was called {} at school and nobody did anything.", 'The court held that saying "{}" is protected speech.',
    'Someone sprayed "{}" on our garage door.', "According to the report, the driver shouted {} and left.",
)  # fmt: skip
_CIVIC = (
    "The city should build more protected bike lanes on main roads.", "I oppose the new tax on property.",
    "Rents are too high and wages are too low.", "Immigrants deserve the same services as everybody else.",
    "We should not pay for a stadium while schools fall apart.", "Guns are the problem, not the people.",
    "Religion has no place in public schools.", "Drug users need treatment and not jail.",
    "Abortion is a private matter.", "Landlords who ignore the code should be fined.",
    "Our water tastes like metal, when was it last tested?", "The council voted against its own staff again.",
    "Sexual health should be taught in every school.", "Homeless camps make the river unsafe for children.",
    "White people are the majority on the council.", "Men and women should be paid the same.",
    "Old people cannot get to the clinic since the bus was cut.", "Fat and sugar in school lunches are a scandal.",
    "The police union has too much power in this state.", "We need fewer officers with rifles and more with training.",
    "Stop-and-frisk is racist and does not work.", "They arrested the wrong man because he is Black.",
    "That officer should be in prison.", "Who trains these people?", "This is police brutality, plain and simple.",
    "The chief is a liar and the mayor covers for him.", "Another cover-up by a corrupt department.",
    "All they do is hand out tickets and sit in the parking lot.", "You shot a dog in front of a child.",
    "You people kicked in the wrong door.", "Your officers are bullies.", "Every one of you should lose your badge.",
    "You are paid by us and you treat us like dirt.",
)  # fmt: skip


def clean_sentences() -> Iterator[str]:
    """Give every sentence, in a fixed order."""
    for pattern in (*_CRITICISM, *_THANKS):
        for official in _OFFICIALS:
            sentence = pattern.format(official)
            yield sentence[0].upper() + sentence[1:]
    yield from _CIVIC
    yield from _PLAIN
    yield from _NAMES
    yield from LOOK_ALIKES


def told_sentences() -> Iterator[str]:
    """Give criticism that is said to the Department's face: *you* and a harsh word, and no insult of a person."""
    for told, word, ending in product(_TOLD, _TOLD_OF, _TOLD_ENDINGS):
        yield f"{told} are {word} {ending}".strip()


def reported_sentences() -> Iterator[str]:
    """Give the sentences in which a listed word is quoted, reported or asked about; single words cannot tell them."""
    for pattern in _REPORTED:
        yield from (pattern.format(word) for word in _SPOKEN_OF)
