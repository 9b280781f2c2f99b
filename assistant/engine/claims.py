"""A claim checked against papers that are named, or against the nearest."""

from assistant.drafts.records import Backing
from assistant.engine.messages import CheckClaim
from assistant.events import ClaimChecked
from assistant.understanding.question import asked
from assistant.verification.records import Judgement
from assistant.verification.verifier import Verifier
from store.library import Library
from store.records import Filters, Hit
from store.search import Found
from store.sentences import Sentence, sentences

NEAREST = 3
"""Papers that a claim is checked against where none is named."""


def claim_checked(library: Library, verifier: Verifier, task: CheckClaim) -> ClaimChecked:
    """What each paper says of each sentence of the claim; raises `NoSuchPaper` and `BadQuestion`."""
    claim = asked(task.claim)
    numbers = [library.catalogue.number_of(key) for key in task.keys]
    if not numbers:
        numbers = [found.number for found in library.ranking(claim, limit=NEAREST, filters=Filters())]
    hits = library.hits([Found(number, 0.0, 0.0, 0.0, (0, 0)) for number in dict.fromkeys(numbers)]) if numbers else []
    texts = [sentence.text for sentence in sentences(claim)]
    columns = [[_backing(hit, said) for said in verifier.verify(texts, hit.paper)] for hit in hits]
    return ClaimChecked(tuple((text, tuple(column[row] for column in columns)) for row, text in enumerate(texts)))


def _backing(hit: Hit, judgement: Judgement) -> Backing:
    best = judgement.evidence[0] if judgement.evidence else Sentence(0, 0, "")
    chances = judgement.support, judgement.contradiction
    return Backing(hit, judgement.verdict.value, best.text, *chances, judgement.reasons, best.start, best.end)
