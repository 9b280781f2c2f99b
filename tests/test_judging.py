"""The judge: for, against, or not enough, from words and vectors alone."""

import tomllib
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.answering import judging
from assistant.answering.checking import Checker, parsed
from assistant.answering.judging import RELEVANCE, STANCE, Abstract, FittedJudge, Judgement, Verdict, abstract_of
from assistant.answering.polarity import counterclaims, lexicon, opposed, words
from assistant.answering.regression import Regression
from assistant.answering.weighing import rarity
from assistant.events import Source
from store.embedding import Embedder
from store.records import Hit, Paper
from store.sentences import sentences

TITLE = "Regular walking and blood pressure in older adults"
ABSTRACT = (
    "Whether walking lowers blood pressure in older adults was studied in 480 participants over two years."
    " Regular walking reduced systolic blood pressure by 8 mm Hg in older adults."
    " Sleep quality did not change."
)


def held(embedder: Embedder, title: str = TITLE, text: str = ABSTRACT) -> Abstract:
    split = sentences(text)
    return abstract_of(title, split, embedder.passages([s.text for s in split]), embedder)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("Regular walking reduces blood pressure in older adults.", Verdict.SUPPORT),
        ("Regular walking lowers systolic blood pressure by 8 mm Hg in older adults.", Verdict.SUPPORT),
        ("Regular walking increases blood pressure in older adults.", Verdict.CONTRADICT),
        ("Regular walking does not reduce blood pressure in older adults.", Verdict.CONTRADICT),
        ("Chess engines prune their search trees with alpha-beta bounds.", Verdict.NOT_ENOUGH),
    ],
)
def test_a_claim_is_for_against_or_beside_what_the_abstract_says(
    claim: str, verdict: Verdict, embedder: Embedder
) -> None:
    (judgement,) = FittedJudge(embedder).judge(claim, [held(embedder)])
    assert judgement.verdict is verdict, (judgement.about, judgement.speaks_for)


def test_a_changed_figure_is_never_supported(embedder: Embedder) -> None:
    claims = [f"Regular walking reduced systolic blood pressure by {n} mm Hg in older adults." for n in (8, 9)]
    judge = FittedJudge(embedder)
    found = [judge.judge(claim, [held(embedder)])[0].verdict is Verdict.SUPPORT for claim in claims]
    assert found == [True, False]


def test_the_sentence_to_show_comes_first(embedder: Embedder) -> None:
    (judgement,) = FittedJudge(embedder).judge("Walking reduces systolic blood pressure.", [held(embedder)])
    assert judgement.sentences[0].text.startswith("Regular walking reduced")
    assert ABSTRACT[judgement.sentences[0].start : judgement.sentences[0].end] == judgement.sentences[0].text


def test_a_paper_without_an_abstract_says_nothing(embedder: Embedder) -> None:
    (judgement,) = FittedJudge(embedder).judge("Walking reduces blood pressure.", [held(embedder, TITLE, "")])
    assert (judgement.verdict, judgement.sentences) == (Verdict.NOT_ENOUGH, ())


@pytest.mark.parametrize("claim", ["", "?", "of the", "α → β ∉ γ", "not " * 300, "increase " * 200])
def test_any_text_can_be_judged(claim: str, embedder: Embedder) -> None:
    (judgement,) = FittedJudge(embedder).judge(claim, [held(embedder)])
    assert 0 <= judgement.about <= 1
    assert 0 <= judgement.speaks_for <= 1


def test_the_file_of_weights_has_every_figure_and_no_other() -> None:
    path = judging.files("assistant.answering").joinpath("judge.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(table["relevance"]) == {"bias", *RELEVANCE}
    assert set(table["stance"]) == {"bias", *STANCE}


def test_a_regression_is_the_logistic_function_of_its_scaled_figures() -> None:
    regression = Regression(0.5, {"a": (1.0, 2.0, 3.0), "b": (0.0, 1.0, -1.0)})
    assert regression.chance([2.0, 1.0]) == pytest.approx(1 / (1 + np.exp(-(0.5 + 1.5 - 1.0))))
    with pytest.raises(ValueError, match="zip"):
        regression.chance([1.0])


def test_a_negation_turns_the_words_after_it_round() -> None:
    ways = {
        word.text: word.way for word in words("Loss of Cdc42 does not increase UCP1-independent growth, or survival")
    }
    assert (ways["loss"], ways["increase"], ways["ucp1-independent"], ways["growth"]) == (-1, -1, 1, -1)
    assert words("It failed to increase")[-1].turned
    assert not words("It did not fail to increase")[-1].turned


def test_a_counterclaim_replaces_one_word_in_the_same_form() -> None:
    assert counterclaims("Increased dose reduces pain") == [
        (0, "Decreased dose reduces pain"),
        (2, "Increased dose elevates pain"),
    ]
    assert counterclaims("Owls see at night") == []


def test_the_lexicon_knows_each_pair_from_both_sides() -> None:
    known = lexicon()
    assert len(known.opposites) > 1000
    assert all(known.ways[word] in {1, -1} for word in known.ways)
    assert [opposed("increas", "decreas"), opposed("decreas", "increas"), opposed("increas", "increas")] == [
        True,
        True,
        False,
    ]


def test_a_rare_word_weighs_more() -> None:
    weigh = rarity(100, {"common": 90, "rare": 2}.get)  # type: ignore[arg-type]
    weigh_unknown = rarity(100, lambda _: 0)
    assert 0 <= weigh("common") < weigh("rare") < weigh_unknown("new") <= 1


class Against:
    """A judge that finds everything contradicted."""

    def judge(self, claim: str, abstracts: Sequence[Abstract]) -> list[Judgement]:
        assert claim
        return [Judgement(Verdict.CONTRADICT, 1.0, 0.0, each.sentences) for each in abstracts]


@pytest.mark.parametrize(("judge", "kept"), [(None, True), (Against(), False)])
def test_a_drafted_sentence_that_the_abstract_speaks_against_is_not_kept(
    judge: Against | None, kept: bool, embedder: Embedder
) -> None:
    split = sentences(ABSTRACT)
    source = Source(1, Hit(1, Paper(TITLE, ABSTRACT, key="walking"), 1.0, ""))
    vectors = embedder.passages([s.text for s in split])
    checker = Checker(embedder, [source], {1: (split, vectors)}, judge)
    draft = "Regular walking reduced blood pressure by 8 mm Hg in older adults [1]."
    assert (checker.check(parsed(draft)) is not None) is kept
