"""The verbs in which papers say what they do, and their forms."""

BASES = frozenset(
    "achieve adapt add address adopt advance aim align allow analyse analyze answer apply argue ask assess"
    " assume attempt"
    " benchmark bridge build call capture characterise characterize classify collect combine compare"
    " complement compute"
    " conclude conduct confirm conjecture connect consider construct contribute create define deliver"
    " demonstrate deploy"
    " derive describe design detect determine develop devise discover discuss display elucidate employ enable encode"
    " enhance ensure establish estimate evaluate examine exhibit exploit explore express extend extract find"
    " focus follow"
    " formalise formalize formulate generalise generalize generate give go help highlight hypothesise"
    " hypothesize identify"
    " illustrate implement improve incorporate indicate infer integrate interpret introduce investigate"
    " isolate join know"
    " launch learn leverage link look make map measure mitigate model modify motivate need note observe obtain offer"
    " optimise optimize outline outperform overcome parameterise parameterize perform pose posit predict present probe"
    " produce propose prove provide publish quantify reach recommend reconstruct reduce reexamine"
    " reformulate relate release"
    " rely reinterpret report represent require resolve reveal review revisit run seek select set shed shift"
    " show simulate"
    " solve speculate state stress study substantiate suggest summarise summarize support survey tackle take"
    " test trace"
    " train transfer transform translate treat uncover understand undertake unify unravel unveil use utilise utilize"
    " validate verify view visualise visualize yield".split()
)
"""Base forms. A word that is not here may be a verb too, but nothing is done to it."""

PAST = frozenset(
    "began built chose drew found gave had held kept knew led left made met put ran read saw set showed"
    " sought spent stood"
    " took taught thought told understood used went were wrote".split()
)
"""Past forms that do not end in -ed; they are the same for one author and for several, but for "were"."""

MODALS = frozenset("can could may might must shall should will would did cannot".split())

_IRREGULAR = {"have": "has", "are": "is", "were": "was", "do": "does", "go": "goes", "am": "is"}
_BASE_IN_ED = frozenset("need feed embed exceed proceed seed shed speed succeed".split())
_BASE_OF = {"has": "have", "is": "are", "was": "were", "does": "do", "goes": "go"}
_OF_SHOWN = {
    "shown": "show", "found": "find", "demonstrated": "demonstrate", "concluded": "conclude", "proved": "prove",
    "proven": "prove", "argued": "argue", "suggested": "suggest", "observed": "observe", "proposed": "propose",
    "noted": "note", "established": "establish", "reported": "report", "confirmed": "confirm",
}  # fmt: skip


def is_past(verb: str) -> bool:
    """Whether this is a past form."""
    return verb in PAST or (verb.endswith("ed") and verb not in _BASE_IN_ED)


def for_one(verb: str) -> str | None:
    """The form of a verb after "we" that one person takes: show, shows; None where the word is not known as a verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in MODALS or is_past(verb):
        return verb
    return third(verb) if verb in BASES else None


def third(base: str) -> str:
    """The third person singular of a base form."""
    if base.endswith(("s", "x", "z", "ch", "sh")):
        return f"{base}es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}s"


def for_several(verb: str) -> str | None:
    """The form of a verb after "this paper" that several people take: shows, show; None where it is not known."""
    if verb in _BASE_OF:
        return _BASE_OF[verb]
    if verb in MODALS or is_past(verb):
        return verb
    return _THIRDS.get(verb)


def saying(participle: str) -> str | None:
    """The base form of what "it is ... that" says: shown, show."""
    return _OF_SHOWN.get(participle)


_THIRDS = {third(base): base for base in BASES}
