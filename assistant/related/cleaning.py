"""What a sentence of an abstract sheds before it can stand in another text: labels, connectives, pointers back."""

import re

from assistant.section import CITED

_PAPER = (
    r"(?:paper|work|article|study|report|contribution|letter|survey|thesis|note|manuscript|research|investigation"
    r"|technical report|short paper|position paper|tutorial|chapter|review|project)"
)
_LABEL = re.compile(
    r"^(?:BACKGROUND|OBJECTIVES?|AIMS?|PURPOSE|METHODS?|MATERIALS? AND METHODS|DESIGN|SETTING|PARTICIPANTS"
    r"|INTERVENTIONS?"
    r"|MEASUREMENTS?|RESULTS?|FINDINGS|PRINCIPAL FINDINGS|METHODOLOGY/PRINCIPAL FINDINGS|MAIN RESULTS"
    r"|CONCLUSIONS?(?:[/ ](?:SIGNIFICANCE|INTERPRETATION))?|INTERPRETATION|SIGNIFICANCE|CONTEXT|IMPORTANCE"
    r"|RATIONALE|SUMMARY"
    r"|Background|Objectives?|Methods?|Results?|Conclusions?|Findings|Interpretation|Purpose|Aims?)"
    r"(?: AND [A-Z]+)*(?:\s*[:—–-]\s+|(?<=[A-Z]{4})\s+(?=[A-Z]))|^(?:ABSTRACT|SUMMARY|Abstract)[.:—–-]?\s+"
)
_OTHERS_SAY = re.compile(
    r"\b(?:[A-Z][\w'’.-]*\s+){1,3}(?:et al\.? )?"
    r"(?:suggest|argue|claim|state|note|write|believe|report|assert|remark)(?:s|d|ed)?\b"
    r"|\baccording to [A-Z]"
)
_PLANNED = re.compile(
    r"\b(?:panel|panelists?|tutorial|talk|session|audience|attendees|participants) (?:[\w-]+ ){0,6}?will\b"
)
_CONNECTIVE = re.compile(
    rf"^(?:(?:In|Within|Throughout|With|Through) (?:this|the (?:present|current)|our) (?:\w+ )?{_PAPER}s?(?:,|(?= ))"
    r"|(?:Specifically|In particular|Particularly|Concretely|More (?:specifically|precisely|importantly"
    r"|concretely)|Moreover"
    r"|Furthermore|Further|Additionally|In addition|Also|Besides|However|Nevertheless|Nonetheless|Instead"
    r"|Conversely|In contrast"
    r"|By contrast|Importantly|Notably|Interestingly|Surprisingly|Remarkably|Crucially|Empirically|Overall"
    r"|In (?:summary|conclusion|short|fact|general|this setting|this context|this regard)|Similarly|Likewise"
    r"|Meanwhile|Again"
    r"|On (?:the one|the other|one) hand|Indeed|Subsequently|At the same time|Taken together|Together|Collectively"
    r"|For (?:instance|example)|As (?:an|one) example|In other words|That is|To do (?:so|this)|In so doing|As a result"
    r"|(?:To|Toward|Towards|For) (?:this|that) (?:end|goal|purpose|aim)|Last but not least),"
    r"|(?:Here(?:in)?|Hence|Finally|Thus|Therefore|Then|Next|Consequently|Accordingly|First(?:ly)?"
    r"|Second(?:ly)?|Third(?:ly)?"
    r"|Lastly|And|But|So|Yet|Also|Furthermore|Moreover|Specifically|(?:To|Toward|Towards|For) (?:this|that)"
    r" (?:end|goal|purpose|aim))"
    r"(?:,|(?= (?:we|I|our)\b)))\s+",
    re.IGNORECASE,
)
_POINTING_CLAUSE = re.compile(
    r"^(?:[^,]{0,200}\b(?:this|these|those|that|such|its?|they|them|their|above|aforementioned|latter|former"
    r"|previous|same|so)\b"
    r"[^,]{0,200},\s+){1,2}(?=(?:we|I)\b)",
    re.IGNORECASE,
)
_IN_THIS_PAPER = re.compile(
    rf",? (?:in|within|throughout) (?:this|the (?:present|current)) {_PAPER}\b,?"
    r"|(?<=ed) here(?:in)?\b",
    re.IGNORECASE,
)
_AVAILABLE = re.compile(
    r"https?://|www\.|\b(?:code|data ?sets?|models?|implementations?|project page|demo|software|resources?"
    r"|materials?|videos?|weights|"
    r"checkpoints|scripts|benchmark)\b[^.]{0,80}\b(?:available|released?|open[- ]sourced?|found"
    r"|download\w*)\b|\bcopyright\b|©",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    rf"^(?:It(?! (?:is|was|has been) (?:\w+ )?\w+ that)|They|He|She|This(?! (?:\w+ )?{_PAPER}\b)"
    r"|These|That|Those|Such|Both|Its|Their|The (?:former|latter|same|proposed"
    r"|resulting|above|first|second|third|other|others|key idea|idea|goal|aim))\b"
    r"|^(?:Neither|Each|Another|One|Another)\b (?!of the)",
)
_THIS_PROBLEM = re.compile(
    r"\b[Tt]his(?= (?:problem|question|task|issue|challenge|setting|gap|phenomenon|limitation|goal|hypothesis"
    r"|tradeoff|trade-off|area|field|topic)\b)"
)
_POINTING = re.compile(
    r"\b(?:this|these|those|such(?! as| that)|the (?:latter|former|same|above|proposed|resulting))\b", re.IGNORECASE
)
_NEEDS_MORE = re.compile(
    r"\b(?:as follows|the following|aforementioned|above-mentioned|see (?:Fig|Sec|Tab)\w*|respectively"
    r" below)\b|[:;,]$",
    re.I,
)
_OWN_CONTEXT = 10
"""Words of a sentence after which "this" most likely means something in it."""

_OTHERS_MARKS = re.compile(r"\s*\((?:e\.g\.,? )?[A-ZÀ-Þ][^()]*\b(?:19|20)\d\d[a-z]?\)|\s*\[\d+(?:[,–-]\s*\d+)*\]")
_SPACED_MARK = re.compile(r"\s+([.,;:])(?=\s|$)")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def labelled(sentence: str) -> int:
    """How many characters a label at the beginning takes ("RESULTS: ")."""
    found = _LABEL.match(sentence)
    return found.end() if found else 0


def linked(sentence: str) -> int:
    """How many characters a label and the connectives after it take ("RESULTS: However, ")."""
    end = labelled(sentence)
    while found := _CONNECTIVE.match(sentence[end:]):
        end += found.end()
    return end


def tells_of_others(sentence: str) -> bool:
    """Whether the sentence reports what somebody else says, or what a meeting will be about."""
    return (_OTHERS_SAY.search(sentence) or _PLANNED.search(sentence)) is not None


def about_availability(sentence: str) -> bool:
    """Whether the sentence says where code or data lie, which a section does not repeat."""
    return _AVAILABLE.search(sentence) is not None


def points_back(sentence: str) -> bool:
    """Whether the sentence needs the one before it to be understood."""
    return _POINTS_BACK.search(sentence) is not None or _NEEDS_MORE.search(sentence) is not None


def points_outside(claim: str) -> bool:
    """Whether "this", "these" or "such" come so early that what they mean must have been said before."""
    return any(len(claim[: found.start()].split()) < _OWN_CONTEXT for found in _POINTING.finditer(_unpointed(claim)))


def unlinked(sentence: str) -> str:
    """The sentence without connectives at its beginning: what it follows may not be what its author had before it."""
    before, text = "", sentence
    while before != text:
        before, text = text, _CONNECTIVE.sub("", text)
    return _capitalised(text)


def shed(sentence: str) -> str:
    """The sentence without its label ("RESULTS:"), its connectives and clauses that point back before "we"."""
    text = _LABEL.sub("", _PRIVATE.sub(" ", _SPACED_MARK.sub(r"\1", " ".join(sentence.replace(CITED, " ").split()))))
    before = None
    while before != text:
        before = text
        text = _POINTING_CLAUSE.sub("", _CONNECTIVE.sub("", text))
    return _capitalised(_unpointed(_IN_THIS_PAPER.sub("", _OTHERS_MARKS.sub("", text))))


def _unpointed(text: str) -> str:
    """ "This problem" as "the problem": what it is follows from the section."""
    return _THIS_PROBLEM.sub(lambda found: "The" if found[0][0] == "T" else "the", text)


def _capitalised(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
