"""What a saved page holds besides titles and abstracts: buttons, dates, counts, links, names."""

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_COUNT = r"\d[\d.,]*\s?[km]?"
_COUNTED = (
    r"authors?|upvotes?|comments?|likes?|stars?|points?|votes?|papers?|citations?|replies|views?"
    r"|(?:second|minute|hour|day|week|month|year)s? ago"
)
_INVITATION = re.compile(r"get trending papers in your email inbox(?: once a day)?!", re.IGNORECASE)
_FRAME = (
    _INVITATION.pattern,
    r"subscribe|sign ?(?:up|in)|log ?(?:in|out)|new|home|menu|search|share|bookmark|community|upvotes?",
    r"abstract|(?:ai-generated )?summary|(?:daily |trending )?papers|trending",
    r"(?:next|previous|back)(?: page)?|page \d+.*",
    r"(?:view|show|load|read|see) (?:all|more|pdf|paper|arxiv).{0,30}",
    r"by\s?.{1,40} and the research community",
    r"(?:authors?|published|submitted|posted|updated|tags|keywords|categories)\s?:.*",
    r"(?:published|submitted|posted|updated|featured) (?:on|by|at) .*",
    rf"(?:{_WEEKDAY},?\s+)?(?:{_MONTH} \d{{1,2}}|\d{{1,2}}\.? {_MONTH})(?:,? \d{{4}})?|{_MONTH} \d{{4}}",
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}",
    rf"(?:arxiv|github|pdf|html|code|project page|hugging ?face|models?|datasets?|demo)\W*(?:{_COUNT})?",
    r"arxiv:\s?\d.*|(?:https?://|www\.)\S+|[@#]\S+|(?:©|copyright \W*\d).*",
    rf"[\W_]*{_COUNT}\W*(?:{_COUNTED})?",
    r"[\W_]+",
)
_DEBRIS = re.compile(rf"(?:{'|'.join(_FRAME)})\W{{0,3}}", re.IGNORECASE)
_PERSON = r"(?:[^\W\d_a-z][\w.'\u2019-]*\s+){1,3}[^\W\d_a-z][\w.'\u2019-]*"
_PEOPLE = re.compile(rf"{_PERSON}(?:\s*,\s*(?:and\s+)?{_PERSON})+,?(?:\s+(?:and\s+{_PERSON}|et al\.?))?")
_BUTTON = re.compile(r"Subscribe(?!(?:d|r|rs|s)?\b)")
_ENOUGH_TO_TELL = 300


def is_debris(line: str) -> bool:
    """Whether the line is a part of the page's frame and surely no title."""
    return _DEBRIS.fullmatch(line[:_ENOUGH_TO_TELL]) is not None


def is_people(line: str) -> bool:
    """Whether the line reads like a list of authors; a title may, too."""
    return _PEOPLE.fullmatch(line[:_ENOUGH_TO_TELL]) is not None


def is_invitation(line: str) -> bool:
    """Whether the line asks the visitor to subscribe; the button for it comes next."""
    return _INVITATION.match(line) is not None


def unglued(line: str) -> str:
    """The line without the invitation, or the button after one, that saving glued to its front."""
    # Asked only after an invitation, where the button is; "Subscribe to" and "Subscribers" are left whole.
    without = re.sub(rf"^{_INVITATION.pattern}\s*(?=\S)", "", line, flags=re.IGNORECASE)
    button = _BUTTON.match(without)
    return without[button.end() :] if button else without
