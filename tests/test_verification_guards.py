"""Each guard: what it vetoes, and the true rewritings that it must let pass."""

import pytest

from assistant.verification.guards import vetoes
from assistant.verification.language import statement
from assistant.verification.quantities import quantities
from assistant.verification.records import Verdict
from store.sentences import sentences

ABSTRACT = (
    "Bread keeps longer when it is frozen. We baked 1,200 loaves in 36 ovens and froze a quarter of them within 2 h."
    " Frozen loaves scored 71 % for taste and 88 % for crust. Rye bread outperforms wheat bread in crust, and two of"
    " five tasters preferred it. Sugar increases the volume of small loaves. Salt did not change the colour."
    " Steam may improve the crust of sourdough. We will test whether malt reduces mould. In mice, old bread was"
    " associated with weight gain. Most tasters liked the rye loaves. Yeast activates the enzyme Amy1."
    " The Baking Quality Index (BQI) rose from 62 to 71 points. It ranked 3rd for aroma and 5th for colour."
)
TITLE = "Freezing bread in Helsinki"


def kinds(claim: str) -> set[str]:
    return {veto.kind for veto in vetoes(claim, [s.text for s in sentences(ABSTRACT)], TITLE)}


TRUE = """
1200 loaves were baked in thirty-six ovens.
25 % of the loaves were frozen within two hours.
One in four loaves was frozen within 120 minutes.
Crust scored 88 % and taste 71 % in frozen loaves.
Frozen loaves scored roughly 70 % for taste.
More than 85 % was scored for crust.
Taste was scored at seven out of ten.
Nearly nine in ten was the score for crust.
40 % of the tasters preferred rye bread.
In crust, wheat bread is outperformed by rye bread.
The volume of small loaves grows with sugar.
Salt left the colour unchanged.
The colour was not changed by salt.
Steam might improve sourdough's crust.
The authors plan to test whether malt reduces mould.
Old bread was linked to weight gain in mice.
The majority of tasters liked the rye loaves.
The enzyme Amy1 is activated by yeast.
The BQI rose by 9 points.
BQI went from 62 to 71.
It took the third place for aroma.
In Helsinki bread was frozen.
"""

WRONG = {
    "number": """
        1,300 loaves were baked in 36 ovens.
        36 loaves were baked in 1,200 ovens.
        A third of the loaves were frozen within 2 h.
        A quarter of them were frozen within 2 min.
        Frozen loaves scored 88 % for taste and 71 % for crust.
        1.2 million loaves were baked.
        It ranked 5th for aroma and 3rd for colour.
        """,
    "name": "The enzyme GLX4 is activated by yeast. | In Madrid bread was frozen.",
    "negation": "Salt changed the colour. | Sugar does not increase the volume of small loaves.",
    "direction": "Sugar decreases the volume of small loaves. | Yeast inhibits the enzyme Amy1.",
    "comparison": "Wheat bread outperforms rye bread in crust. | Rye bread is outperformed by wheat bread in crust.",
    "hedge": "Steam improves the crust of sourdough.",
    "quantifier": "All tasters liked the rye loaves. | Few tasters liked the rye loaves.",
    "only": "Only yeast activates the enzyme Amy1. | It is the first freezing of bread.",
    "subjects": "Old bread was associated with weight gain in adults.",
    "cause": "Old bread caused weight gain in mice.",
}


@pytest.mark.parametrize("claim", TRUE.strip().splitlines())
def test_a_true_rewriting_is_not_vetoed(claim: str) -> None:
    assert kinds(claim) == set()


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        (kind, claim.strip())
        for kind, text in WRONG.items()
        for claim in (text.splitlines() if "\n" in text else text.split("|"))
        if claim.strip()
    ],
)
def test_a_wrong_claim_is_vetoed_by_its_guard(kind: str, claim: str) -> None:
    assert kind in kinds(claim)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a fifth of 1,024", [(0.2, "share"), (1024, "")]),
        ("twice as fast, a factor of 4", [(2, "times"), (4, "times")]),
        ("halved", [(0.5, "share")]),
        ("2.5 million in 3 days", [(2.5e6, ""), (259200, "time")]),
        ("10-20 %", [(0.1, "share"), (0.2, "share")]),
        ("8.4\\% and 14.2%", [(0.084, "share"), (0.142, "share")]),
        ("5 x 10(7) cells, 2 times 10^4", [(5e7, ""), (2e4, "")]),
        ("GPT-4, CD28 and H100 with R2", []),
        ("1.5B parameters, 25k", [(1.5e9, ""), (25000, "")]),
        ("three orders of magnitude", [(1000, "times")]),
        ("sixth and 4th", [(6, "rank"), (4, "rank")]),
    ],
)
def test_quantities_have_a_value_and_a_dimension(text: str, found: list[tuple[float, str]]) -> None:
    assert [(pytest.approx(q.value), q.dimension) for q in quantities(statement(text))] == found


def test_a_reason_can_be_read_and_says_which_way() -> None:
    (veto,) = vetoes("It scored 88 %.", ["It scored 71 %."], "")
    assert (veto.reason, veto.verdict) == ("the abstract has 71 where the claim has 88", Verdict.CONTRADICTED)


def test_what_the_abstract_does_not_speak_of_is_not_stated() -> None:
    (veto,) = vetoes("Loaves weigh 412.5 g.", ["Bread is baked."], "")
    assert (veto.reason, veto.verdict) == ("the abstract does not have 412.5 g", Verdict.NOT_STATED)


@pytest.mark.parametrize("text", ["", " ", "²", "…", "(", "%", "-", "−", "5", ".5.", "1,2,3", "a\u0301", "\u0301"])
def test_any_text_can_be_read(text: str) -> None:
    assert vetoes(text, [text, "It scored 71 %."], text) is not None
    assert vetoes("It scored 71 %.", [text], text) is not None
