"""What private things look like: telephone numbers, addresses, numbers of papers and plates, dates, children's names.

Patterns on the text as written, since capitals and punctuation tell. Every repetition in them is bounded.
"""

from __future__ import annotations

import re

PHONE = re.compile(
    r"(?<![\w$.#/-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-]?)(?:\d{3}[ .-]|[2-9]\d{2})\d{4}(?![\w-])"
)
SHORT_PHONE = re.compile(r"(?<![\w$.#/-])[2-9]\d{2}[ .-]\d{4}(?![\w-])")
TOLL_FREE = re.compile(r"^\D{0,6}1?\D{0,4}8(?:00|33|44|55|66|77|88)")
EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,62}){0,3}\.[A-Za-z]{2,10}\b"
)
PUBLIC_DOMAIN = re.compile(
    r"(?:\.gov|\.mil|\.us|\.edu|police\.\w+|pd\.\w+|sheriff\.\w+)$|@(?:[\w-]{1,62}\.){0,4}(?:gov|mil)\.", re.IGNORECASE
)
PUBLIC_NAME = re.compile(
    r"^(?:info|tips?|records|contact|office|help|support|press|media|clerk|admin|police|news|jobs)@", re.IGNORECASE
)

# Numbers of papers, plates and accounts.
SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
PLAIN_SSN = re.compile(
    r"(?:ssn|social(?: security(?: number)?)?|seguro social)\W{0,3}(?:is |es |number |# ?)?"
    r"\d{3}[ -]?\d{2}[ -]?\d{4}(?!\d)",
    re.IGNORECASE,
)
_NUMBER = r"(?: (?:number|no\.?|n[uú]mero))?:?(?: (?:is|was|es|#))? ?#?"
PLATE = re.compile(
    rf"\b(?:[Ll]icense [Pp]lates?|[Pp]lates?|[Tt]ag|[Pp]laca|[Mm]atr[ií]cula){_NUMBER}"
    r"(?=[A-Z-]{0,5} ?-?\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}\b"
)
PAPER = re.compile(
    r"(?:driver'?s? licen[cs]e|passport|licencia(?: de conducir)?|pasaporte|green card)"
    rf"{_NUMBER}[A-Z]{{0,3}}-?\d{{6,12}}\b",
    re.IGNORECASE,
)
ACCOUNT = re.compile(
    rf"(?:account|acct|routing|cuenta(?: bancaria| de banco)?){_NUMBER}\d{{8,17}}\b",
    re.IGNORECASE,
)
CARD = re.compile(r"(?<![\w.-])[3-6]\d{3}[ -]?\d{4,6}[ -]?\d{4,5}(?:[ -]?\d{4})?(?![\w-])")
BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|fecha de nacimiento|nacid[oa](?: el)?)[: ]{1,2}"
    r"(?:is |es |was )?\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}\b",
    re.IGNORECASE,
)

# Addresses: a number, up to three words, and a word for a street. "2 blocks down this road" counts things.
_COUNTED = (
    r"(?:more |other |of |or |to )?(?:people|persons|blocks?|miles?|minutes?|mins?|hours?|houses?|homes|cars?|men|women"
    r"|kids|doors?|feet|yards|lanes?|times?|years?|days?|weeks?|months?|cops|officers|families|percent)\b"
)
_STREET = (
    r"(?:[Ss]treet|[Ss]t|[Aa]venue|[Aa]ve|[Rr]oad|[Rr]d|[Dd]rive|[Dd]r|[Ll]ane|[Ll]n|[Cc]ourt|[Cc]t|[Bb]oulevard|[Bb]lvd"
    r"|[Ww]ay|[Cc]ircle|[Cc]ir|[Pp]lace|[Pp]l|[Tt]errace|[Tt]rail|[Hh]ighway|[Pp]arkway|[Ll]oop)\b"
)
ADDRESS = re.compile(
    rf"(?<![\w$.#/-])\d{{1,5}}(?! {_COUNTED})(?: ?[NSEW]\.?)?"
    rf"(?: (?:[A-Z][a-z]{{1,15}}|\d{{1,3}}(?:st|nd|rd|th)|[a-z]{{3,15}})){{1,3}} {_STREET}"
)
BARE_ADDRESS = re.compile(
    r"(?:\b[Ll]ives?|\b[Ss]tays|[Ll]iving|[Hh]ouse is|[Hh]ome is|[Aa]ddress is) (?:at |on |in )?"
    rf"\d{{1,5}}(?! {_COUNTED}) [A-Z][a-z]{{2,15}}\b"
)
SPANISH_ADDRESS = re.compile(
    r"(?:[Vv]iven?|[Vv]iv[ií]a|[Ss]u casa|[Dd]irecci[oó]n|[Dd]omicilio)\b[^.!?\n]{0,25}?\b"
    r"(?:[Cc]alle|[Aa]venida|[Aa]v\.?|[Cc]arrera|[Cc]arretera|[Cc]ol(?:onia|\.)|[Pp]asaje)\b"
    r"[^.!?\n\d]{1,40}\d{1,5}"
)

# A person with the address of their home: "Bill Harper, 214 Maple Street". Names of offices and shops look the same.
_NO_PERSON = (
    r"(?:(?:[A-Z]\w{0,15} ){0,2}(?:Street|St|Road|Avenue|Lane|Drive|Park|School|Lodge|Inn|Hotel|Center|Hall|Church|Bar"
    r"|Grill|Cafe|Market|House|Bank|Hardware|Brewing|Bakery|Museum|Theater|Club)\b"
    r"|(?:Chief|Officer|Sgt|Sergeant|Lt|Captain|Deputy|Sheriff|Detective|Mayor|Judge|The|At|On|In|Near)\b)"
)
_PERSON = rf"(?!{_NO_PERSON})[A-Z][a-z]{{1,14}} (?:[A-Z]\.? )?[A-Z][a-z]{{1,14}}\b"
_HOME = rf"\d{{1,5}}(?: [NSEW]\.?)?(?: (?:[A-Z][a-z]{{1,15}}|\d{{1,3}}(?:st|nd|rd|th))){{1,3}} {_STREET}"
NAMED_ADDRESS = re.compile(
    rf"\b{_PERSON},? (?:at |of |from |on )?{_HOME}"
    rf"|\b(?:[Nn]eighbors?|[Gg]uy|[Cc]reep|[Dd]ealer|[Oo]ffender|[Tt]hief) (?:at|from|in|on) {_HOME},? {_PERSON}"
)

# Children.
_NAME = r"[A-ZÁÉÍÓÚÑ][a-zà-ÿ]{1,14} (?:[A-Z]\.? )?[A-ZÁÉÍÓÚÑ][a-zà-ÿ]{1,14}\b"
_IS = r"(?:,| is| was| named| called|'s name is)? (?:is |was |named )?"
_AGE = r"(?:[1-9]|1[0-7])"
_MINOR = rf"\b(?:{_AGE}[ -]year[ -]old|juvenile|minor)(?:'s name)?(?: (?:arrested|charged|involved))?"
_ROLE = r"(?:son|daughter|boy|girl|kid|child|student|suspect|victim|driver|shooter|teen|freshman|sophomore)"
_PLACE = (
    r"[A-Z][a-z]+ (?:[A-Z]\.? )?(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Highway|County|Park|School|Bowl|Day|Hole"
    r"|Hall|Route|Unit|Ward|District|Patrol)\b"
)
_AGED = (
    rf"(?: \({_AGE}\)|, {_AGE}(?=,|\.?$)"
    rf"|,?(?: and| who)?(?: s?he)? (?:is|was) (?:only |just )?{_AGE}(?=[.!,]?$|,| and | years?| yrs?))"
)
CHILD = re.compile(
    rf"{_MINOR}(?: {_ROLE})?{_IS}{_NAME}"
    rf"|\b{_ROLE}{_IS}{_NAME},? (?:is |\(|aged? |only ){{0,2}}{_AGE}\b(?! ?%)"
    rf"|\b(?:kid|child)(?: who [^.!?\n]{{1,30}}?)? (?:is|was) (?:named |called )?{_NAME}"
    rf"|\b(?!{_PLACE}){_NAME}{_AGED}"
    rf"|\b(?:ni[ñn][oa]|menor)(?: de {_AGE} a[ñn]os)?,?(?: es| se llama)? (?:se llama )?{_NAME}"
)
