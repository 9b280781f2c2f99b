"""True rewritings of a sentence: what they give follows from the sentence they were made of."""

import random
import re
from collections.abc import Callable

SAME = """
show shows showed shown|demonstrate demonstrates demonstrated demonstrated
propose proposes proposed proposed|put_forward puts_forward put_forward put_forward
present presents presented presented|introduce introduces introduced introduced
describe describes described described|present presents presented presented
achieve achieves achieved achieved|reach reaches reached reached
obtain obtains obtained obtained|get gets got got
improve improves improved improved|raise raises raised raised
use uses used used|employ employs employed employed
utilize utilizes utilized utilized|use uses used used
outperform outperforms outperformed outperformed|do_better_than does_better_than did_better_than done_better_than
outperform outperforms outperformed outperformed|surpass surpasses surpassed surpassed
outperform outperforms outperformed outperformed|beat beats beat beaten
investigate investigates investigated investigated|examine examines examined examined
explore explores explored explored|look_into looks_into looked_into looked_into
require requires required required|need needs needed needed
reduce reduces reduced reduced|lower lowers lowered lowered
increase increases increased increased|raise raises raised raised
enable enables enabled enabled|allow allows allowed allowed
contain contains contained contained|hold holds held held
develop develops developed developed|build builds built built
construct constructs constructed constructed|build builds built built
evaluate evaluates evaluated evaluated|assess assesses assessed assessed
collect collects collected collected|gather gathers gathered gathered
find finds found found|observe observes observed observed
help helps helped helped|assist assists assisted assisted
perform performs performed performed|carry_out carries_out carried_out carried_out
select selects selected selected|choose chooses chose chosen
address addresses addressed addressed|tackle tackles tackled tackled
employ employs employed employed|make_use_of makes_use_of made_use_of made_use_of
"""
WORDS = """
approach|method
method|approach
novel|new
new|novel
dataset|data set
datasets|data sets
significantly|markedly
substantially|considerably
however,|
moreover,|
furthermore,|
in addition,|besides,
additionally,|also,
in order to|to
due to|because of
because of|owing to
compared to|in comparison with
compared with|relative to
in contrast to|unlike
such as|for example
as well as|and also
based on|built on
without|with no
approximately|about
about|roughly
nearly|almost
a number of|several
several|a number of
various|different
the majority of|most of
crucial|essential
important|key
difficult|hard
challenging|difficult
state-of-the-art|best known
large-scale|large
publicly available|freely available
freely available|open to the public
via|through
through|by means of
regarding|about
despite|in spite of
although|even though
consists of|is made up of
comprises|consists of
is able to|can
are able to|can
a variety of|different
a wide range of|many
in particular,|
to our knowledge,|as far as the authors know,
performance|results
robust|sturdy
multiple|several
automatically|without manual work
manually|by hand
simultaneously|at the same time
therefore|hence
thus|so
often|frequently
frequently|often
mainly|chiefly
primarily|mostly
sufficient|enough
errors|mistakes
concerning|about
participants|people taking part
associated with|linked to
linked to|associated with
individuals|people
physicians|doctors
prior work|earlier work
previous work|earlier research
recent years|the last years
nowadays|today
whether|if
"""
SPELLED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SHARES = {"50": "half", "25": "a quarter", "75": "three quarters", "20": "a fifth", "33": "a third", "10": "a tenth"}


def _word_pairs() -> list[tuple[re.Pattern[str], str]]:
    pairs = []
    for line in SAME.split("\n"):
        if line:
            left, right = (side.split() for side in line.split("|"))
            pairs += [(one, other.replace("_", " ")) for one, other in zip(left, right, strict=True)]
    pairs += [(a, b) for a, b in (line.split("|") for line in WORDS.split("\n") if line)]
    return [(re.compile(rf"(?<![\w-]){re.escape(a)}(?![\w-])", re.I), b) for a, b in pairs]


PAIRS = _word_pairs()


def synonyms(text: str, chance: random.Random) -> str | None:
    """Up to four words or phrases in other words."""
    made = text
    left = chance.choice([1, 2, 3, 4])
    for pattern, other in chance.sample(PAIRS, len(PAIRS)):
        found = pattern.search(made)
        if found and left:
            word = other[:1].upper() + other[1:] if found[0][:1].isupper() else other
            made = made[: found.start()] + word + made[found.end() :]
            left -= 1
    made = re.sub(r"\s+", " ", made).strip()
    return capital(made) if made != text else None


SUBJECTS = ("The authors", "The authors", "The paper", "This paper", "The study", "The researchers", "This work")


def third_person(text: str, chance: random.Random) -> str | None:
    """The first person told in the third."""
    if not re.search(r"\b(we|our|us|i|my)\b", text, re.I):
        return None
    who = chance.choice(SUBJECTS)
    one = who.split()[1] in ("paper", "study", "work")
    made = re.sub(
        r"^(?:in|with) th(?:is|e present) (?:paper|work|article|study|thesis|report),? we ", "We ", text, flags=re.I
    )

    def told(found: re.Match[str]) -> str:
        return f"{who if found.start() == 0 else who.lower()} {_singular(found[1]) if one else found[1]}"

    made = re.sub(r"\b[Ww]e ((?:also |then |first |further )?[a-z]+)", told, made)
    made = re.sub(r"\b[Ww]e\b", "the authors", made)
    made = re.sub(r"\bour\b", chance.choice(("their", "the")), made)
    made = re.sub(r"\bOur\b", chance.choice(("Their", "The")), made)
    made = re.sub(r"\bus\b", "them", made)
    return capital(made) if made != text else None


def _singular(verb: str) -> str:
    *before, last = verb.split()
    if last in ("have", "are", "were", "do"):
        last = {"have": "has", "are": "is", "were": "was", "do": "does"}[last]
    elif not re.search(r"(ed|ought|ound|ade|was|wn|an|ay|ould|ill)$", last):
        last += "es" if re.search(r"(s|sh|ch|x|z|o)$", last) else "s"
        last = re.sub(r"([^aeiou])ys$", r"\1ies", last)
    return " ".join([*before, last])


def passive(text: str, chance: random.Random) -> str | None:
    """A thing proposed, in the passive."""
    found = re.match(
        r"^(?:In this \w+, |Here,? |Thus,? |Therefore,? )?[Ww]e (?:also |then |further )?"
        r"(propose|present|introduce|describe|develop|evaluate|analy[sz]e|investigate|examine|use|compare|study|explore|build|collect|apply|train) "
        r"((?:an?|the|two|three|several|new|novel|our) [^,;:.()]+?)"
        r"(?=( that | which | to | for | in | on | with | by | using | from |, |\.$|; ).*$)(.*)$",
        text,
    )
    if not found:
        return None
    verb, thing, rest = found[1], found[2], found[4]
    forms = {"build": "built", "apply": "applied", "study": "studied"}
    done = forms.get(verb, verb + ("d" if verb.endswith("e") else "ed"))
    plural = bool(re.match(r"(two|three|several|new|novel|our)\b", thing)) or bool(re.search(r"[^s]s$", thing))
    end = chance.choice(("", "", " by the authors", " here"))
    return capital(f"{re.sub('^our ', 'the ', thing)} {'are' if plural else 'is'} {done}{end}{rest}")


OPENINGS = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Additionally|Specifically|In particular|Finally|Therefore|Thus|Hence|"
    r"To this end|In this (?:paper|work|article|study)|Here|First|Second|Overall|In contrast|Nevertheless|As a result|"
    r"Consequently|Besides|For this purpose|In summary|In conclusion|Interestingly|Importantly|Notably),? +"
)
REPORTS = re.compile(
    r"^(?:(?:[Oo]ur |[Tt]he |[Ee]xtensive |[Ee]mpirical )*(?:experiments?|results?|experimental results|evaluations?|analys[ie]s|findings|studies)"
    r"(?: [^,.]{0,60}?)? (?:shows?|showed|demonstrates?|demonstrated|reveals?|revealed|indicates?|confirms?|find|found) that|"
    r"[Ww]e (?:also |then |further )?(?:show|find|demonstrate|found|showed|report|observe|observed) that) +"
)
PREFIXES = (
    "The authors report that",
    "According to the paper,",
    "It is reported that",
    "The paper states that",
    "The abstract says that",
    "The authors write that",
    "The results show that",
)


def opening_dropped(text: str, chance: random.Random) -> str | None:
    """Without the connecting words at its front."""
    del chance
    made = OPENINGS.sub("", text)
    return capital(made) if made != text else None


def report_dropped(text: str, chance: random.Random) -> str | None:
    """What was found, without 'we find that'."""
    del chance
    made = REPORTS.sub("", text)
    return capital(made) if made != text else None


def reported(text: str, chance: random.Random) -> str | None:
    """As something that the authors say."""
    if re.match(r"(We|In|Our|The authors|This|Th)\b", text) and chance.random() < 0.7:
        return None
    return f"{chance.choice(PREFIXES)} {uncapital(OPENINGS.sub('', text))}"


CUTS = (
    re.compile(r" \([^()]{2,80}\)"),
    re.compile(r", which [^,.;]{8,120}(?:,(?= )|(?=\.$))"),
    re.compile(r", (?:thus|thereby|hence)? ?[a-z]+ing [^,.;]{8,120}(?=\.$)"),
    re.compile(r", (?:including|such as|e\.g\.,?|for example,?|i\.e\.,?|especially|particularly) [^.;]{5,160}(?=\.$)"),
    re.compile(r", (?:while|whereas|although|but|and|so|as) [^.;]{12,160}(?=\.$)"),
    re.compile(r"; [^.;]{12,200}(?=\.$)"),
    re.compile(
        r" and (?:thus |also |then |hence )?(?:is|are|can|has|have|show|shows|shown|find|evaluate|provide|provides|demonstrate|compare|discuss|present|propose|report|achieve|achieves) [^,.;]{8,160}(?=\.$)"
    ),
    re.compile(
        r"(?<=[a-z]) (?:very|highly|particularly|extremely|largely|quite|mainly|effectively|efficiently|successfully|simply|respectively)(?= [a-z])"
    ),
    re.compile(
        r"^(?:In|On|For|By|With|During|Using|To|As|While|When|Since|Because|Although|Despite|Given|Unlike) [^,.;]{6,120}, (?=[a-zA-Z])"
    ),
)


def compressed(text: str, chance: random.Random) -> str | None:
    """Without a part that can be left out."""
    made = text
    for cut in chance.sample(CUTS, len(CUTS)):
        shorter = cut.sub("", made, count=1)
        if shorter != made and len(shorter.split()) >= 6 and not shorter.startswith(("that ", "which ")):
            made = shorter
            if chance.random() < 0.6:
                break
    return capital(made) if made != text else None


def shortened(text: str, chance: random.Random) -> str | None:
    """Without a part of four words or more that carries a detail."""
    for cut in chance.sample(CUTS[1:7], 6):
        shorter = cut.sub("", text, count=1)
        if len(text.split()) - len(shorter.split()) >= 4 and len(shorter.split()) >= 6:
            return shorter
    tails = list(
        re.finditer(
            r" (?:on|with|using|by|for|in|from|over|across|without|under) (?:the |an? )?[\w-]+(?: (?!and |or |on |in |for |with |by )[\w-]+){0,4}(?=\.$)",
            text,
        )
    )
    return text[: tails[0].start()] + "." if tails and len(text[: tails[0].start()].split()) >= 6 else None


def turned(text: str, chance: random.Random) -> str | None:
    """A phrase moved from the front to the end."""
    del chance
    found = re.match(
        r"^((?:In|On|For|By|With|During|Using|While|When|Since|Because|Although|Despite|Unlike) [^,.;]{6,100}), ([a-zA-Z][^.;]{15,200})\.$",
        text,
    )
    return capital(f"{found[2]}, {uncapital(found[1])}.") if found else None


def numbers(text: str, chance: random.Random) -> str | None:
    """One or all numbers in another form."""
    made = text

    def percent(found: re.Match[str]) -> str:
        if found[1] in SHARES and chance.random() < 0.5 and text[found.end() : found.end() + 4] == " of ":
            return SHARES[found[1]]
        return found[1] + chance.choice((" percent", " per cent", " %", "%"))

    def spelled(found: re.Match[str]) -> str:
        number = int(found[1])
        return SPELLED[number] if number < len(SPELLED) else found[1]

    ways: list[Callable[[str], str]] = [
        lambda t: re.sub(r"(\d+(?:\.\d+)?) ?(?:%|percent\b|per cent\b)", percent, t),
        lambda t: re.sub(r"\b(\d{1,3}),(\d{3})\b", r"\1\2", t),
        lambda t: re.sub(r"\b(\d{1,3})(\d{3})\b(?=(?! ?[%)])(?! ?(?:19|20)\d\d) [a-z])", r"\1,\2", t),
        lambda t: re.sub(r"\b(\d{1,3}),000\b", r"\1 thousand", t),
        lambda t: re.sub(r"\b(\d{1,3}),000,000\b", r"\1 million", t),
        lambda t: re.sub(r"\b(\d+)\.(\d) million\b", r"\1,\g<2>00,000", t),
        lambda t: re.sub(r"(?<![\w.,-])(\d{1,2})(?= [a-z]{3,})", spelled, t),
        lambda t: re.sub(
            r"\b(two|three|four|five|six|seven|eight|nine|ten)\b(?= [a-z])", lambda f: str(SPELLED.index(f[1])), t
        ),
        lambda t: re.sub(r"\btwo times\b|\btwofold\b|\b2x\b", "twice", t),
        lambda t: re.sub(r"\btwice as\b", "two times as", t),
        lambda t: re.sub(r"\bdoubled\b", "rose to twice its value", t),
        lambda t: re.sub(r"\bhalf of\b", "50% of", t),
        lambda t: re.sub(
            r"\b(\d+\.\d)\d\b(?= ?(?:%|percent|points|BLEU|F1))",
            lambda f: "about " + f"{float(f[0]):.1f}" if f[0][-1] != "5" else f[0],
            t,
        ),
    ]
    for way in chance.sample(ways, len(ways)):
        made = way(made)
        if made != text and chance.random() < 0.4:
            break
    return capital(made) if made != text else None


ALL = (synonyms, third_person, passive, opening_dropped, report_dropped, reported, compressed, turned, numbers)


def rewritten(text: str, chance: random.Random, *, steps: int) -> str:
    """`text` after up to `steps` different rewritings, in a random order; `text` itself where none fits."""
    made, done = text, 0
    for way in chance.sample(ALL, len(ALL)):
        if way is reported and chance.random() < 0.75:
            continue
        step = way(made, chance)
        if step:
            made, done = step, done + 1
        if done == steps:
            break
    return made


def capital(text: str) -> str:
    """With a capital at its front."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """With a small letter at its front, unless the first word is a name."""
    first = text.split(" ")[0]
    return text if not first[1:].islower() and len(first) > 1 else text[:1].lower() + text[1:]
