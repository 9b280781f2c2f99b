"""Between a turn and what is kept of it: the answer as the command line prints it, and its papers whole.

The papers are kept with the answer so that its marks resolve when the library has lost or changed them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from assistant.conversation import Turn
from assistant.events import Answer, Claim, Quote, Source
from store.conversations import StoredTurn
from store.records import Filters, Hit, Paper, Why

_BESIDE = ("abstract", "arxiv", "kind", "note", "tags", "source", "extra", "status")
"""Fields of a paper that a hit's JSON lacks."""


def stored(turn: Turn) -> StoredTurn:
    """What is kept of a turn."""
    answer = turn.answer
    said = answer.as_json()
    said["claims"] = [_claim_json(claim) for claim in answer.claims if claim.support != "catalogue"]
    said["sources"] = [{"number": source.number, **_hit_json(source.hit)} for source in answer.sources]
    said["closest"] = [_hit_json(hit) for hit in answer.closest]
    said["stopped"] = answer.stopped
    said["filters"] = asdict(answer.filters)
    return StoredTurn(_encodable(turn.question), said, _encodable(answer.rewritten), answer.model)


def restored(turn: StoredTurn) -> Turn:
    """The turn that was kept; what an older version did not keep is empty."""
    said = turn.answer
    answer = Answer(
        question=said.get("question", turn.question),
        answered=said.get("answered", False),
        text=said.get("text", ""),
        claims=(
            *(_claim(claim) for claim in said.get("claims", ())),
            *(Claim(fact["text"], tuple(fact["sources"]), "catalogue", ()) for fact in said.get("facts", ())),
        ),
        sources=tuple(Source(source["number"], _hit(source)) for source in said.get("sources", ())),
        closest=tuple(_hit(hit) for hit in said.get("closest", ())),
        model=turn.model,
        seconds=dict(said.get("seconds", {})),
        tokens=dict(said.get("tokens", {})),
        stopped=said.get("stopped", False),
        rewritten=turn.rewritten,
        filters=_filters(said.get("filters", {})),
    )
    return Turn(turn.question, answer)


def _claim_json(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "sources": list(claim.sources),
        "support": claim.support,
        "quotes": [asdict(quote) for quote in claim.quotes],
    }


def _claim(said: Mapping[str, Any]) -> Claim:
    quotes = tuple(Quote(**quote) for quote in said["quotes"])
    return Claim(said["text"], tuple(said["sources"]), said["support"], quotes)


def _hit_json(hit: Hit) -> dict[str, Any]:
    paper = {name: value for name, value in asdict(hit.paper).items() if name in _BESIDE}
    return {**hit.as_json(), **paper, "row": hit.number}


def _hit(said: Mapping[str, Any]) -> Hit:
    paper = Paper(
        title=said["title"],
        authors=tuple(said["authors"]),
        tags=tuple(said.get("tags", ())),
        **{name: said[name] for name in ("year", "venue", "doi", "url", "key", "id")},
        **{name: said[name] for name in _BESIDE if name in said and name != "tags"},
    )
    why = said.get("why", {})
    found = Why(
        why.get("meaning", 0.0), tuple(why.get("words", ())), tuple(why.get("notes", ())), why.get("sentence", "")
    )
    return Hit(said.get("row", 0), paper, said["score"], said["passage"], found)


def _filters(said: Mapping[str, Any]) -> Filters:
    first, last = said.get("years", (None, None))
    return Filters(**{**said, "years": (first, last)})


def _encodable(text: str) -> str:
    """The text without the halves of characters that a broken terminal encoding leaves."""
    return text.encode("utf-8", "replace").decode("utf-8")
