"""From "We propose X" to "Li et al. propose X": sentences in the third person, or none where that is not safe.

Every form is built from the parts of the sentence and never from a guess: a pattern that is not known
for certain gives None, and the caller takes another sentence or quotes this one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.related.cleaning import points_back, points_outside, shed
from assistant.related.naming import Authors
from assistant.related.verbs import BASES, for_one, for_several, is_past, saying, third
from assistant.section import CITED

LONGEST = 60
"""Words of a sentence that can still be read in a section."""

_PAPER = (
    r"(?:paper|work|article|study|report|survey|review|letter|thesis|note|manuscript|chapter|research|investigation)"
)
_WE = re.compile(r"^(?P<lead>(?:[^,;:.]{3,160}, ){0,2}?)(?P<who>[Ww]e|I) (?P<rest>.+)$")
_ITSELF = re.compile(r"\bits\b")
"""Where the paper is spoken of again, it stays the subject."""
_PAPER_DOES = re.compile(rf"^(?:(?:This|The present|Our) (?:\w+ )?|The ){_PAPER} (?P<rest>.+)$")
_OUR = re.compile(r"^Our (?P<rest>.+)$")
_IT_IS_SHOWN = re.compile(r"^It (?P<be>is|was|has been) (?:also |further |then )?(?P<verb>\w+) that (?P<rest>.+)$")
_RESULTS_SHOW = re.compile(
    r"^(?P<what>(?:Extensive |Empirical |Experimental |Numerical |Comprehensive |Preliminary |The"
    r" )*(?:experiments?|results?|evaluations?|simulations?|findings|analys[ei]s|data))"
    r"(?P<on>(?: (?:on|in|with|from|across|over|of) [^,]{3,90}?)?) (?P<verb>show|demonstrate|indicate|suggest"
    r"|reveal|confirm|showed|demonstrated|indicated|suggested|revealed|confirmed) that (?P<rest>.+)$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were) (?:also |then |further |\w+ly )?(?:presented|derived|investigated|studied"
    r"|measured|determined|shown"
    r"|obtained|computed|evaluated|compared|analy[sz]ed|proposed|developed|described|examined|made|found"
    r"|given|discussed"
    r"|introduced|formulated|tested|calculated|conducted|performed|carried out|established|demonstrated"
    r"|observed|assessed"
    r"|reviewed|treated|extended|applied|solved|correlated|reported)\b"
)
_ADVERBS = (
    r"(?:(?:also|then|first|further|furthermore|now|thus|therefore|next|here|instead|again|hence|finally|both"
    r"|\w+ly) )*"
)
_VERB = re.compile(rf"^(?P<adverbs>{_ADVERBS})(?P<verb>[A-Za-z]+)\b(?P<tail>.*)$")
_ALSO_VERB = re.compile(rf"(?P<and>(?:,? and|, but|,) (?P<adverbs>{_ADVERBS}))(?P<verb>[a-z]+)\b(?P<that> that)?")
_NAMED = re.compile(
    r"^(?:\w+ly )?(?P<verb>introduce|propose|present|develop|describe|design|devise|build|create|offer|release) "
    r"(?P<name>(?:the )?[\w@+/-]*[A-Z][\w@+/-]*(?: [A-Z][\w@+/-]*){0,4}(?: \([^()]{1,60}\))?), (?P<what>(?:a"
    r"|an|the) .+)$"
)
_FUTURE = re.compile(r"^(?:will|shall|would like to|are going to|are able to) (?=\w+)")
_SPOKEN_TO = re.compile(r"\b(?:you|your|let us|let's)\b", re.IGNORECASE)
_INVERTED = re.compile(r"\b(?:can|could|do|did|should|would|may|might|must|will|are|were|have|shall) (?:we|I)\b")
_FIRST = re.compile(
    rf"\b(?:[Ww]e|[Oo]urs?|us|[Oo]urselves|[Mm]y|[Mm]e|[Mm]ine|[Mm]yself|[Ll]et's|[Tt]his {_PAPER}|[Tt]he"
    rf" present {_PAPER}|[Tt]he authors?)\b"
    r"|(?<![A-Za-z] )(?<!\()\bI\b(?=[ ',’])|\bI (?:am|was|have|show|propose|argue|present)\b"
)
_PRONOUNS = (
    (r"\bwe\b", "they"),
    (r"\bour\b", "their"),
    (r"\bours\b", "theirs"),
    (r"\bus\b", "them"),
    (r"\bourselves\b", "themselves"),
)
_LOWERED = frozenset(
    "a an the this these some several many most two three four five six both each all results experiments"
    " methods models data"
    " we our using based by for from in on with to at as if when while after during under given because since existing"
    " recent current new numerical theoretical experimental simple measurements calculations solutions"
    " analysis comparison"
    " tests expressions equations it there extensive empirical comprehensive preliminary evaluations"
    " simulations findings".split()
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sentence in the third person: `text` has `CITED` after the authors, `core` is what is claimed of the paper.

    `form` names the pattern: sentences of one form should not follow each other.
    """

    text: str
    core: str
    form: str
    authors: str = ""


def rewritten(sentence: str, authors: Authors, *, impersonal: bool = False) -> list[Rewritten]:
    """The ways in which a sentence of an abstract can be told of its authors, the plainest first; none where unsafe.

    `impersonal` where the abstract nowhere says "we": then "X was measured" is what its authors did.
    """
    text = shed(sentence)
    if not _readable(text):
        return []
    found = [form for form in _forms(text, authors, impersonal) if form and _is_clean(form)]
    return [form for form in found if len(form.text.split()) <= LONGEST and not points_outside(form.core)]


def followed_up(sentence: str, authors: Authors) -> list[Rewritten]:
    """The same for a second sentence on the same paper, whose authors are "they" by now."""
    text = shed(sentence)
    if not _readable(text) or authors.one:
        return []
    found: list[Rewritten | None] = []
    if we := _WE.match(text):
        found.append(_plain(f"{we['lead']}", "they" if we["lead"] else "They", we["rest"], "they"))
    elif our := _OUR.match(text):
        found.append(_stated(f"Their {our['rest']}", "their"))
    elif shown := _RESULTS_SHOW.match(text):
        what = shown["what"].removeprefix("The ").removeprefix("the ")
        found.append(
            _stated(f"Their {what[0].lower()}{what[1:]}{shown['on']} {shown['verb']} that {shown['rest']}", "their")
        )
    return [form for form in found if form and _is_clean(form) and len(form.text.split()) <= LONGEST]


def first_person(text: str) -> bool:
    """Whether a word of the first person, or "this paper", is left in the text."""
    return _FIRST.search(text) is not None


def _readable(text: str) -> bool:
    return (
        text.endswith((".", "!"))
        and not points_back(text)
        and not _INVERTED.search(text)
        and not _SPOKEN_TO.search(text)
        and text.count("(") == text.count(")")
    )


def _is_clean(form: Rewritten) -> bool:
    return not first_person(form.core) and form.text.count(CITED) <= 1


def _forms(text: str, authors: Authors, impersonal: bool) -> Iterator[Rewritten | None]:
    if we := _WE.match(text):
        yield from _of_we(we["lead"], we["rest"], authors)
    elif does := _PAPER_DOES.match(text):
        yield _of_paper(does["rest"], authors)
    elif our := _OUR.match(text):
        yield _of_ours(our["rest"], authors)
    elif shown := _IT_IS_SHOWN.match(text):
        yield _of_shown(shown, authors)
    elif results := _RESULTS_SHOW.match(text):
        yield _of_results(results, authors)
    elif impersonal and _PASSIVE.search(text) and (lowered := _lowered(text)):
        yield _of_passive(lowered, authors)


def _of_we(lead: str, rest: str, authors: Authors) -> Iterator[Rewritten | None]:
    if first_person(_third(lead)):
        return
    lead = _third(lead)
    named = None if lead else _NAMED.match(rest)
    subject = _subject(authors, begins=not lead)
    predicate = _agreeing(rest, authors)
    if predicate is not None:
        predicate = _third(predicate)
        yield Rewritten(f"{lead}{subject} {predicate}", f"{lead}{predicate}", "lead" if lead else "plain", authors.name)
        if not authors.name and not lead:
            yield Rewritten(f"The authors of {CITED} {predicate}", predicate, "of")
            if alone := _agreeing(rest, Authors("", one=True)):
                yield Rewritten(f"The work in {CITED} {_third(alone)}", _third(alone), "work")
    if named and not _joined(named["what"]):
        what, name = _third(named["what"]), named["name"]
        yield Rewritten(f"{_upper(name)} {CITED} is {what}", f"{name} is {what}", "name")
        if predicate is not None:
            verb = _agreeing(named["verb"], authors) or named["verb"]
            subject = _subject(authors, begins=False)
            yield Rewritten(f"With {name}, {subject} {verb} {what}", f"{name}, {what}", "with", authors.name)


def _plain(lead: str, subject: str, rest: str, form: str) -> Rewritten:
    predicate = _third(rest)
    return Rewritten(f"{_third(lead)}{subject} {predicate}", f"{_third(lead)}{predicate}", form)


def _stated(text: str, form: str) -> Rewritten:
    text = _third(text)
    return Rewritten(text, text, form)


def _of_paper(rest: str, authors: Authors) -> Rewritten | None:
    """ "This paper presents X" with its authors as the subject, or as the paper's."""
    found = _VERB.match(rest)
    if found is None:
        return None
    several, stays = for_several(found["verb"]), found["verb"] in {"is", "was"} or _ITSELF.search(rest)
    if several and authors.one and not stays and found["verb"] != "has":
        return Rewritten(f"{_subject(authors, begins=True)} {_third(rest)}", _third(rest), "plain", authors.name)
    if several and not stays and not authors.one and not _joined_thirds(found["tail"]):
        text = f"{found['adverbs']}{several}{_third(found['tail'])}"
        return Rewritten(f"{_subject(authors, begins=True)} {text}", text, "plain", authors.name)
    rest = _third(rest)
    whose = f"The work of {authors.name} {CITED}" if authors.name else f"The work in {CITED}"
    return Rewritten(f"{whose} {rest}", rest, "work", authors.name) if several else None


def _of_ours(rest: str, authors: Authors) -> Rewritten | None:
    """ "Our method achieves" becomes "The method of Li et al. achieves": only where the noun ends before a"
    " known verb."""
    words = rest.split()
    place = next((i for i in range(1, min(5, len(words))) if _agree(words[i - 1], words[i])), None)
    if place is None or any(_ends_a_noun(word) for word in words[:place]):
        return None
    noun, predicate = " ".join(words[:place]), _third(" ".join(words[place:]))
    whose = f"of {authors.name} {CITED}" if authors.name else f"in {CITED}"
    return Rewritten(f"The {noun} {whose} {predicate}", f"{noun} {predicate}", "ours", authors.name)


def _agree(noun: str, verb: str) -> bool:
    """Whether these can be the last word of a subject and its verb: results show, a result shows."""
    if noun.endswith("s") and not noun.endswith("ss"):
        return verb in BASES or verb in {"are", "have"}
    return verb in {"is", "has"} or (for_several(verb) is not None and verb.endswith("s") and not is_past(verb))


def _ends_a_noun(word: str) -> bool:
    return word in {"and", "of", "further", "thus", "also", "then", "hence", "now", "here"} or word.endswith(
        (",", "ly")
    )


def _of_shown(shown: re.Match[str], authors: Authors) -> Rewritten | None:
    base = saying(shown["verb"])
    if base is None:
        return None
    verb = third(base) if authors.one else base
    rest = _third(shown["rest"])
    return Rewritten(f"{_subject(authors, begins=True)} {verb} that {rest}", rest, "plain", authors.name)


def _of_results(results: re.Match[str], authors: Authors) -> Rewritten | None:
    what = results["what"]
    what = what if what.startswith(("The ", "the ")) else f"The {what[0].lower()}{what[1:]}"
    whose = f"of {authors.name} {CITED}" if authors.name else f"in {CITED}"
    if results["on"].startswith((" of", " in")):
        return None
    rest = f"{results['verb']} that {_third(results['rest'])}"
    return Rewritten(f"{what} {whose}{results['on']} {rest}", f"{what}{results['on']} {rest}", "results", authors.name)


def _of_passive(text: str, authors: Authors) -> Rewritten:
    whose = f"In the work of {authors.name} {CITED}," if authors.name else f"In {CITED},"
    text = _third(text)
    return Rewritten(f"{whose} {text}", text, "passive", authors.name)


def _subject(authors: Authors, *, begins: bool) -> str:
    if authors.name:
        return f"{authors.name} {CITED}"
    return f"{'In ' + CITED + ', the authors' if begins else 'the authors of ' + CITED}"


def _agreeing(rest: str, authors: Authors) -> str | None:
    """The predicate after "we" as one author or several take it; None where one cannot be sure of every verb."""
    rest = _FUTURE.sub("", rest)
    if not authors.one:
        return rest
    found = _VERB.match(rest)
    verb = for_one(found["verb"].lower()) if found else None
    if found is None or verb is None:
        return None
    tail = found["tail"]
    if not is_past(found["verb"]) and verb != found["verb"]:
        agreed = _joined_for_one(tail)
        if agreed is None:
            return None
        tail = agreed
    return f"{found['adverbs']}{verb}{tail}"


def _joined_for_one(tail: str) -> str | None:
    """Further verbs of the same subject in the singular; None where a verb may belong to something else."""
    for found in _ALSO_VERB.finditer(tail):
        if found["verb"] not in BASES:
            continue
        if found["that"] is None and re.search(r"\b(?:to|can|that|which|who|could|may|will)\b", tail[: found.start()]):
            return None
    return _ALSO_VERB.sub(
        lambda found: (
            f"{found['and']}{third(found['verb']) if found['verb'] in BASES else found['verb']}{found['that'] or ''}"
        ),
        tail,
    )


def _joined(text: str) -> bool:
    """Whether a further verb of "we" stands in the text: it would lose its subject."""
    return any(found["verb"] in BASES for found in _ALSO_VERB.finditer(text)) or " and we " in text


def _joined_thirds(text: str) -> bool:
    return any(for_several(found["verb"]) and not is_past(found["verb"]) for found in _ALSO_VERB.finditer(text))


def _third(text: str) -> str:
    for pattern, pronoun in _PRONOUNS:
        text = re.sub(pattern, pronoun, text)
    return text


def _lowered(text: str) -> str | None:
    """The sentence with a small first letter, where its first word is surely no name."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first.lower() in _LOWERED else None


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
