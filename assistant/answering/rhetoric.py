"""What part a sentence plays in an abstract, read from its wording, and what kind of fact a question wants.

Abstracts move from background to contribution to result (Swales, 1990; Teufel and Moens, 2002). A
question is rarely answered by the background, whose words are often the nearest to it.
"""

import re

from assistant.answering.words import numbers

_OWN = re.compile(r"\b(we|our|ours|this (?:paper|work|study|article)|here)\b", re.IGNORECASE)
_CONTRIBUTION = re.compile(
    r"\b(propos|introduc|present|develop|show|demonstrat|find|found|prov|achiev|outperform|reveal|validat|identif|"
    r"establish|design|discover|enabl|consist|integrat|use[sd]?\b|using|employ)",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"^(however|recent|existing|current|while|although|despite|in recent|traditional|unlike|conventional|to address|"
    r"understanding|thanks to|driven by|over the (?:past|last)|with the (?:rapid|recent|growing)|the (?:recent|rapid))"
    r"|\b(remains?|challeng|limited|difficult|suffer|struggle|existing|previous)\b"
    r"|\b(?:received|attracted|gained) (?:\w+ )?(?:attention|interest|popularity)\b"
    r"|\b(?:a|an) (?:\w+ )?(?:important|crucial|key|central|fundamental|vital) (?:role|task|problem|challenge)\b",
    re.IGNORECASE,
)
_AVAILABILITY = re.compile(r"https?://|\b(?:code|project page|data) (?:is|are|at)\b", re.IGNORECASE)
_ASKS_FOR_CODE = re.compile(r"\b(code|data ?sets?|github|repository|available|download|url|link)\b", re.IGNORECASE)
_WANTS_NUMBER = re.compile(
    r"\b(how (?:many|much|large|big|fast|long|well|far)|by what|what (?:factor|percentage|margin|size|number)|"
    r"percent|factor|margin)\b",
    re.IGNORECASE,
)
_WANTS_NAME = re.compile(
    r"\b(?:where (?:is|are|was|were|did|do|does)|(?:in|from|at) (?:which|what) (?:countr|cit|place|region|site)|who)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,(] )(?!The |We |Our )[A-Z][a-z]{2,}")
_WANTS_SUCCESS = re.compile(
    r"\b(?:good (?:for|at)|helps?|benefits?|on (?:which|what) (?:tasks?|data|benchmarks?)|applications?|how well|"
    r"results?|(?:does|do) it work)\b",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:results?|experiments?|outperform\w*|improve\w*|tasks|benchmarks?|performance|applications?|superior|gains?)\b",
    re.IGNORECASE,
)


def prior(sentence: str, place: float, question: str) -> float:
    """What a sentence's part in the abstract adds to its score; `place` runs from 0 (first) to 1 (last)."""
    score = 0.05 * place
    score += 0.1 if _OWN.search(sentence) else 0.0
    score += 0.05 if _CONTRIBUTION.search(sentence) else 0.0
    score -= 0.1 if _BACKGROUND.search(sentence) else 0.0
    score -= 0.15 if place == 0 else 0.0
    score -= 1.0 if _AVAILABILITY.search(sentence) and not _ASKS_FOR_CODE.search(question) else 0.0
    score += 0.2 if _WANTS_NUMBER.search(question) and numbers(sentence) else 0.0
    score += 0.15 if _WANTS_NAME.search(question) and _NAME.search(sentence) else 0.0
    score += 0.15 if _WANTS_SUCCESS.search(question) and _SUCCESS.search(sentence) else 0.0
    return score
