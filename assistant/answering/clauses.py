"""The clauses of a question: "Networks that forget - which data were they tried on?" asks only its second half."""

import re

LEAST_WORDS = 3
"""Words of a clause that can be understood without the others."""

MOST = 4
"""Clauses of a question that are looked up by themselves."""

_WH = r"(?:what|which|who|whose|whom|how|why|where|when)"
_AUXILIARY = r"(?:is|are|was|were|does|do|did|can|could|has|have)"
_BREAK = re.compile(
    rf"\s[-–—]+\s|[:;?!.](?:\s+|$)|,\s+(?=(?:and|but|or)\s+(?:{_WH}|{_AUXILIARY})\b)|,\s+(?={_WH}\b)"
    rf"|\s+and\s+(?=(?:{_WH}|is there|are there)\b)",
    re.IGNORECASE,
)
_ASKING = re.compile(rf"\b(?:{_WH}|{_AUXILIARY})\b", re.IGNORECASE)


def asking(question: str) -> list[str]:
    """The clauses that ask something, in order; the whole question where none does by itself."""
    clauses = [clause.strip() for clause in _BREAK.split(question) if len(clause.split()) >= LEAST_WORDS]
    return [clause for clause in clauses if _ASKING.search(clause)][:MOST] or [question]
