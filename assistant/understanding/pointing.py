"""What a question points back to: papers by their place or mark, pronouns, and what it says besides."""

import re
from collections.abc import Sequence

from assistant.answering.words import names, words
from store.records import Paper

_PLACES = {
    word: place
    for place, ordinals in enumerate(
        "first 1st former,second 2nd latter,third 3rd,fourth 4th,fifth 5th,sixth 6th,seventh,eighth,ninth,tenth".split(
            ","
        )
    )
    for word in ordinals.split()
}
_NOUN = "(?:one|paper|work|study|article|method|model|approach|source|reference|abstract)s?"
_PLACE = re.compile(
    rf"\b(?:the|and|or|only|just) (?P<place>{'|'.join(_PLACES)}|last)(?: (?P<noun>{_NOUN}))?(?:['’]s?)?"
    rf"(?=\s*(?P<after>$|[?.,;:!)]|(?:and|or|with|against|say|do|does|did|is|was|are|use[sd]?|about|alone)\b))",
    re.IGNORECASE,
)
_NAMED_PLACE = re.compile(
    rf"\b(?:the )?(?P<place>{'|'.join(_PLACES)}|last) (?:one|paper|work|study|article|source|reference)\b(?:['’]s?)?",
    re.I,
)
_MARK = re.compile(
    r"\[(\d{1,2})\]|\b(?:paper|source|number|reference|no\.?) ?#?(\d{1,2})\b|#(\d{1,2})\b", re.IGNORECASE
)
_FIRST_FEW = re.compile(
    r"\bthe first (?P<count>two|three|2|3)(?: ones| papers)?"
    r"(?=\s*(?:$|[?.,;:]|(?:do|have|differ|and|use|say|are|were)\b))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:both(?: of (?:them|these|those))?|the two(?: of them)?|(?:all|any|each|which|some|none|neither|either|one)"
    r" of (?:them|these|those)|(?:between|among) (?:them|these|those))\b",
    re.IGNORECASE,
)
_THAT_PAPER = re.compile(r"\b(?:this|that|the(?: same)?) (?:paper|work|study|article|abstract)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|his|her|"
    r"(?:this|that|these|those)(?= (?:one|ones|two|three|papers?|works?|stud(?:y|ies)|methods?|models?|approach(?:es)?"
    r"|data ?sets?|results?|techniques?|systems?|frameworks?|authors?|experiments?)\b)|"
    r"(?:do|does|did|can|could|will|would|has) (?:this|that)|"
    r"(?:on|for|about|in|with|of|by|to|from|than) (?:this|that)(?=\s*[?.!]*$)|"
    r"these|those|the (?:same|(?:other) (?:one|paper|method|model)))\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\bthe (?:authors?|method|model|approach|paper|study|work|framework|system|data ?sets?|experiments?|results?"
    r"|baselines?|evaluation)(?=\s*(?:$|[?.,;:!'’]|(?:is|was|are|were|do|does|did|has|have|can|trained|evaluated|used?"
    r"|based|in|on|for|and|work|perform|report|compare|improve|propose)\b))",
    re.IGNORECASE,
)
_IDLE = re.compile(r"\b(?:is|was) it (?:true|possible|known|clear|likely|the case)\b", re.I)

FRAME = frozenset(
    "compare compared comparison differ differs different difference differences versus vs contrast tell explain say"
    " says said do does did one ones both two them they it this that these those first second third fourth fifth sixth"
    " seventh eighth ninth tenth"
    " last former latter other others papers paper work works study article method methods model models approach"
    " approaches source reference please now then and or but so of the a an to with from between in on for about what"
    " how which who is are was were be there any anything all each more me us can could you i would like want show give"
    " only just also same how's what's s".split()
)
"""Words of a follow-up that say nothing of their own."""


def own_words(text: str) -> list[str]:
    """The words that a follow-up does not owe to the question before."""
    return [
        word for word in words(text) if word.removesuffix("'s").removesuffix("’s") not in FRAME and not word.isdigit()
    ]


def picked(question: str, papers: int) -> tuple[int, ...] | None:
    """Places (from 0) of the papers that are named by place or mark, in the question's order; None where none is.

    A place beyond the last of `papers` is given as it is.
    """
    found = [(match.start(), match) for cue in (_PLACE, _NAMED_PLACE, _MARK) for match in cue.finditer(question)]
    places = []
    for _, match in sorted(found, key=lambda pair: pair[0]):
        word = match.groupdict().get("place")
        number = next((group for group in match.groups() if group and group.isdigit()), "")
        place = (papers - 1 if word.lower() == "last" else _PLACES[word.lower()]) if word else int(number or 0) - 1
        places.append(max(0, place))
    if few := _FIRST_FEW.search(question):
        return tuple(range(2 if few["count"].lower() in {"two", "2"} else 3))
    if not places and _ALL.search(question):
        return tuple(range(papers))
    return tuple(dict.fromkeys(places)) or None


def with_titles(question: str, titles: Sequence[str]) -> str:
    """The question with these titles in place of what names their papers by place; "" where it has none of them.

    `titles` are those of all papers of the last answer, in order.
    """

    def title(match: re.Match[str]) -> str:
        place = picked(f"the {match[0]}", len(titles))
        if not place or place[0] >= len(titles):
            return match[0]
        kept = match[0].split(" ", 1)[0] if match[0].lower().startswith(("and ", "or ", "only ", "just ")) else ""
        return f"{kept} “{titles[place[0]]}”".strip() + ("’s" if match[0].endswith(("'s", "’s", "'", "’")) else "")

    said = question
    for cue in (_PLACE, _MARK):
        said = cue.sub(title, said)
    return said if said != question else ""


def without_places(question: str) -> str:
    """The question without the words that name papers by place or mark."""
    for cue in (_FIRST_FEW, _PLACE, _NAMED_PLACE, _MARK, _ALL, _THAT_PAPER):
        question = re.sub(rf"(?:\b(?:in|of|from|for|by|with|between)\s+)?(?:{cue.pattern})", " ", question, flags=re.I)
    return " ".join(question.split()).strip(" ,")


def of_that_paper(question: str) -> bool:
    """Whether it asks about "that paper" and no other."""
    return _THAT_PAPER.search(question) is not None


def has_pronoun(question: str, papers: Sequence[Paper]) -> bool:
    """Whether a pronoun stands for something said before, and not for a name in the same question."""
    found = _PRONOUN.search(question)
    if not found or (_IDLE.search(question) and not _PRONOUN.search(_IDLE.sub(" ", question))):
        return False
    before = question[: found.start()]
    known = {word for paper in papers for word in words(f"{paper.title} {paper.abstract}")}
    return not names(before) - known


def selects(question: str) -> bool:
    """Whether it asks which of the papers, not of each of them."""
    return (
        re.search(r"\b(?:which|any|some|none|neither|either|one) of (?:them|these|those)\b", question, re.I) is not None
    )


def spoken_of(question: str) -> int:
    """How many papers there must be for the question to make sense."""
    places = picked(question, 1)
    several = _ALL.search(question) or re.search(
        r"\b(?:they|these|those|them) (?:differ|compare)|\bcompare (?:them|these|those)\b|\bin common\b", question, re.I
    )
    return max(2 if several else 1, max(places or (0,)) + 1)


def is_subject(question: str) -> bool:
    """Whether what a pronoun stands for does or has what is asked: "did they ...", "is it ..."."""
    helping = "do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|might|may"
    return (
        re.search(rf"\b(?:{helping}) (?:it|they|he|she|this|that|these|those)\b", question, re.IGNORECASE) is not None
    )


def is_stub(question: str) -> bool:
    """Whether it is too short to say what it is about: "how many parameters?", "which data sets?"."""
    stub = (
        r"(?:and )?(?:how (?:many|much|large|big|fast|long|accurate|well|good|often)|what|which)(?: [a-z][\w-]*){0,2}"
    )
    said = question.strip(" ?.!")
    return re.fullmatch(stub, said, re.I) is not None and not re.search(r"\b(?:is|are|was|were|do|does|did)\b", said)


def has_definite(question: str) -> bool:
    """Whether it speaks of "the method" or the like, without saying of which paper."""
    return _DEFINITE.search(question) is not None
