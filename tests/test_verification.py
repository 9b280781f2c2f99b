"""The verifier: what it takes as said, what it refuses, and what decides."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from assistant.models import Message
from assistant.verification.calibration import Regression, shipped
from assistant.verification.guards import vetoes
from assistant.verification.judge import LanguageJudge
from assistant.verification.records import Abstract, Judgement, Verdict
from assistant.verification.verifier import Verifier, without_citation
from store.embedding import Embedder
from store.records import Paper

PAPER = Paper(
    "Sparse attention for long documents",
    "In our experiments on four corpora, sparse attention halves the memory of a transformer. It reads 8,192 tokens in"
    " 14 ms, while full attention needs 31 ms per page. We show that accuracy drops by 0.4 points only."
    " If the text is short, nothing is gained. Entities at the start of a document may be missed.",
)


@pytest.fixture
def verifier(embedder: Embedder) -> Verifier:
    return Verifier(embedder)


def verdicts(verifier: Verifier, *claims: str) -> list[Verdict]:
    return [judgement.verdict for judgement in verifier.verify(claims, PAPER)]


def test_a_sentence_of_the_abstract_is_supported_as_it_stands(verifier: Verifier) -> None:
    for claim in (
        "It reads 8,192 tokens in 14 ms, while full attention needs 31 ms per page.",
        "it reads 8,192  tokens in 14 ms,\nwhile full attention needs 31 ms per page",
        "It reads 8,192 tokens in 14 ms, while full attention needs 31 ms per page [@long2020].",
        "It reads 8,192 tokens in 14 ms, while full attention needs 31 ms per page (Long et al., 2020).",
        "Sparse attention halves the memory of a transformer.",
        "Accuracy drops by 0.4 points only.",
        "The authors report that it reads 8,192 tokens in 14 ms, while full attention needs 31 ms per page.",
    ):
        (judgement,) = verifier.verify([claim], PAPER)
        assert (judgement.verdict, judgement.support) == (Verdict.SUPPORTED, 1.0), claim
        assert judgement.evidence[0].text in PAPER.abstract


def test_a_condition_cannot_be_dropped_as_an_opening(verifier: Verifier) -> None:
    paper = Paper("Short texts", "If the text is short enough, the sparse model gains nothing in speed at all.")
    (judgement,) = verifier.verify(["The sparse model gains nothing in speed at all."], paper)
    assert judgement.support < 1.0


@pytest.mark.parametrize(
    "claim",
    [
        "It reads 8,192 tokens in 31 ms, while full attention needs 14 ms per page.",
        "It reads 8,192 tokens in 14 s, while full attention needs 31 s per page.",
        "It reads 4,096 tokens in 14 ms, while full attention needs 31 ms per page.",
        "Sparse attention doubles the memory of a transformer.",
        "Entities at the start of a document are missed.",
        "Accuracy rises by 0.4 points only.",
        "Accuracy drops by 0.4 points only in LSTM networks.",
    ],
)
def test_no_corruption_of_a_sentence_is_supported(claim: str, verifier: Verifier) -> None:
    (judgement,) = verifier.verify([claim], PAPER)
    assert judgement.verdict is not Verdict.SUPPORTED
    assert judgement.support < 0.5


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("Experiments show that BERT outperforms ELMo on parsing, and that GPT is slower than both.", True),
        ("Experiments show that ELMo outperforms BERT on parsing, and that GPT is slower than both.", False),
        ("Experiments show that GPT outperforms ELMo on parsing, and that BERT is slower than both.", False),
    ],
)
def test_names_in_each_others_place_are_seen(claim: str, supported: bool, verifier: Verifier) -> None:
    paper = Paper(
        "Parsing", "Experiments show that BERT outperforms ELMo on parsing, and that GPT is slower than both."
    )
    (judgement,) = verifier.verify([claim], paper)
    assert (judgement.verdict is Verdict.SUPPORTED) == supported
    assert supported or any("where the claim has" in reason for reason in judgement.reasons)


@pytest.mark.parametrize(
    "claim", ["We train on Arabic and English, in two stages.", "In two stages, we train on English and Arabic."]
)
def test_a_list_in_another_order_and_a_phrase_moved_are_no_exchange(claim: str) -> None:
    held = "We train on English and Arabic, in two stages."
    assert [veto for veto in vetoes(claim, [held]) if veto.kind == "order"] == []


def test_the_reason_says_what_differs(verifier: Verifier) -> None:
    (judgement,) = verifier.verify(
        ["It reads 8,192 tokens in 19 ms, while full attention needs 31 ms per page."], PAPER
    )
    assert judgement.verdict is Verdict.CONTRADICTED
    assert judgement.reasons == ("the abstract has 14 where the claim has 19",)


def test_another_topic_is_not_stated(verifier: Verifier) -> None:
    assert verdicts(verifier, "Owls hunt small mammals by hearing alone.") == [Verdict.NOT_STATED]


def test_without_an_abstract_nothing_can_be_told(verifier: Verifier) -> None:
    assert verifier.verify(["Owls hunt."], Paper("Owls"))[0].verdict is Verdict.CANNOT_TELL
    assert verifier.verify([], PAPER) == []


def test_claims_keep_their_order_and_every_paper_is_asked(verifier: Verifier) -> None:
    claims = ["Owls hunt at night.", "We show that accuracy drops by 0.4 points only."]
    table = verifier.verify_each(claims, [PAPER, Paper("Owls", "Owls hunt at night.")])
    assert [[j.verdict is Verdict.SUPPORTED for j in row] for row in table] == [[False, True], [True, False]]


def test_every_judgement_has_chances_and_exact_sentences(verifier: Verifier) -> None:
    found: list[Judgement] = verifier.verify(["Memory is cut by half.", "Sparse attention is slower."], PAPER)
    for judgement in found:
        assert 0 <= judgement.support <= 1
        assert 0 <= judgement.contradiction <= 1
        assert all(PAPER.abstract[s.start : s.end] == s.text for s in judgement.evidence)


def test_a_citation_inside_a_claim_stays() -> None:
    assert without_citation("As [3] shows, it halves memory [3, 4].") == "As [3] shows, it halves memory."


class FixedScorer:
    def __init__(self, entail: float, contradict: float) -> None:
        self.row = [entail, contradict, 1 - entail - contradict]
        self.pairs: list[tuple[str, str]] = []

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        self.pairs += pairs
        return np.array([self.row] * len(pairs), dtype=np.float32)


def test_a_veto_stands_above_the_scorer(embedder: Embedder) -> None:
    scorer = FixedScorer(0.99, 0.005)
    said = Verifier(embedder, scorer).verify(["Memory is halved by sparsity.", "Reading takes 19 ms."], PAPER)
    assert [judgement.verdict is Verdict.SUPPORTED for judgement in said] == [True, False]
    assert {claim for _, claim in scorer.pairs} == {"Memory is halved by sparsity.", "Reading takes 19 ms."}


class FixedJudge:
    def __init__(self, support: float) -> None:
        self.support = support
        self.asked: list[str] = []

    def figures(self, claim: str, paper: Abstract) -> dict[str, float] | None:
        self.asked.append(claim)
        return {"model_support": self.support}


def test_the_language_model_is_asked_only_where_nothing_else_is_sure(embedder: Embedder) -> None:
    judge = FixedJudge(6.0)
    claims = ["The memory of a transformer is halved.", "Reading takes 19 ms.", "Accuracy drops by 0.4 points only."]
    Verifier(embedder).verify(claims, PAPER, judge)
    assert judge.asked == claims[:1]


def test_the_language_models_answer_moves_the_chance(embedder: Embedder) -> None:
    claim = "The memory of a transformer is halved."
    for_, against = (Verifier(embedder).verify([claim], PAPER, FixedJudge(s))[0] for s in (6.0, -6.0))
    assert for_.support > against.support


def test_the_judges_log_odds_are_those_of_its_words() -> None:
    class Words:
        context_size = 2048

        def tokens(self, messages: Sequence[Message]) -> int:
            assert "It halves memory." in messages[-1].text
            assert PAPER.abstract in messages[-1].text
            return 200

        def chances(self, messages: object, options: Sequence[str], *, stop: object) -> tuple[float, ...]:
            assert tuple(options) == ("Yes", "No")
            return -0.1, -3.0

    figures = LanguageJudge(Words(), lambda: False).figures("It halves memory.", PAPER)  # type: ignore[arg-type]
    assert figures == {"model_support": pytest.approx(2.9)}


def test_a_missing_figure_counts_as_its_mean() -> None:
    regression = Regression(0.0, {"cosine": (0.5, 0.1, 2.0)})
    assert regression.chance({}) == 0.5
    assert regression.chance({"cosine": 0.6}) > 0.85


@pytest.mark.parametrize("kind", ["scorer", "scorer+model"])
def test_every_calibration_is_there_and_its_lines_are_chances(kind: str) -> None:
    calibration = shipped(kind)
    assert 0.5 <= calibration.support_from <= 1
    assert 0.5 <= calibration.contradicted_from <= 1
