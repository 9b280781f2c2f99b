"""Hard guards: each compares one kind of thing in claim and evidence, can explain itself, and can only veto."""

from collections.abc import Callable, Iterator, Sequence

from assistant.verification import names, numbers, order, polarity, strength
from assistant.verification.language import Statement, statement
from assistant.verification.records import Veto

Guard = Callable[[Statement, Sequence[Statement], Statement], Iterator[Veto]]

GUARDS: dict[str, Guard] = {
    "number": numbers.vetoes,
    "name": names.vetoes,
    "negation": polarity.negation,
    "direction": polarity.direction,
    "comparison": polarity.comparison,
    "order": order.exchanges,
    "hedge": strength.hedges,
    "quantifier": strength.quantifiers,
    "only": strength.exclusives,
    "subjects": strength.subjects,
    "cause": strength.causes,
}
"""Each guard by the kind of its vetoes."""


def vetoes(claim: str, sentences: Sequence[str], title: str = "") -> list[Veto]:
    """Every veto against calling a claim supported by these sentences; the title may lend words and names."""
    return read_vetoes(statement(claim), [statement(each) for each in sentences], statement(title))


def read_vetoes(claim: Statement, evidence: Sequence[Statement], title: Statement) -> list[Veto]:
    """The same for what has been read already."""
    return [veto for guard in GUARDS.values() for veto in guard(claim, evidence, title)]
