"""The checker: no sentence reaches the reader as supported that its quote does not support."""

import pytest

from assistant.answering.checking import Checker, parsed, supports
from assistant.events import Source
from store.embedding import Embedder
from store.records import Hit, Paper
from store.sentences import sentences

EVIDENCE = (
    "Experiments on 5 public data sets show that GraphRAG outperforms the flat index by 12.2% and reduces the memory"
    " of Tencent's servers."
)


@pytest.mark.parametrize(
    "draft",
    [
        EVIDENCE,
        "Experiments on five public data sets show that GraphRAG outperforms the flat index by 12.2%.",
        "GraphRAG reduces the memory of Tencent's servers.",
        "GraphRAG outperforms the flat index by 12.2%.",
    ],
)
def test_a_sentence_that_says_what_the_quote_says_is_supported(draft: str) -> None:
    assert supports(draft, EVIDENCE, "GraphRAG")


@pytest.mark.parametrize(
    "draft",
    [
        "GraphRAG outperforms the flat index by 12.3%.",
        "Experiments on 6 public data sets show that GraphRAG outperforms the flat index.",
        "Experiments on four public data sets show that GraphRAG outperforms the flat index.",
        "GraphRAG does not outperform the flat index by 12.2%.",
        "GraphRAG increases the memory of Tencent's servers.",
        "The flat index outperforms GraphRAG by 12.2%.",
        "GraphRAG outperforms the flat index by 12.2% on Google's servers.",
        "GraphRAG reduces the memory of Tencent's servers and cures common cold infections.",
        "Jazz was born in New Orleans.",
        "",
    ],
)
def test_a_changed_number_name_negation_direction_or_addition_is_not(draft: str) -> None:
    assert not supports(draft, EVIDENCE, "GraphRAG")


@pytest.mark.parametrize(
    ("sentence", "text", "cited"),
    [
        ("It works well [1].", "It works well.", (1,)),
        ("It works. [1, 2]", "It works.", (1, 2)),
        ("It works [2][1] well.", "It works well.", (2, 1)),
        ("As shown [Smith 2020] it works (Jones et al., 2021).", "As shown it works.", ()),
        ("**It** `works` <b>well</b> [1]", "It works well", (1,)),
        ("It \x1b[31mworks\x07 [99999999999999999999].", "It works.", ()),
    ],
)
def test_marks_and_markup_are_taken_out_of_a_draft(sentence: str, text: str, cited: tuple[int, ...]) -> None:
    draft = parsed(sentence)
    assert (draft.text, draft.cited) == (text, cited)


@pytest.fixture
def checker(embedder: Embedder) -> Checker:
    abstracts = [
        "We train sparse autoencoders on chess transcripts. Accuracy rises by 14 points over the linear probe.",
        "Koopman operators make the dynamics linear. Long rollouts drift after 200 steps without re-encoding.",
    ]
    papers = [Paper(f"Paper {n}", abstract, key=f"p{n}") for n, abstract in enumerate(abstracts, start=1)]
    sources = [Source(n, Hit(n, paper, 1.0, "")) for n, paper in enumerate(papers, start=1)]
    split = {n: sentences(paper.abstract) for n, paper in enumerate(papers, start=1)}
    vectors = {n: (found, embedder.passages([s.text for s in found])) for n, found in split.items()}
    return Checker(embedder, sources, vectors)


def test_a_supported_sentence_comes_with_the_exact_quote(checker: Checker) -> None:
    claim = checker.check(parsed("Accuracy rises by 14 points over the linear probe [1]."))
    assert claim is not None
    assert (claim.support, claim.sources) == ("supported", (1,))
    assert claim.quotes[0].text == "Accuracy rises by 14 points over the linear probe."


def test_a_sentence_cited_to_the_wrong_paper_is_not_supported(checker: Checker) -> None:
    assert checker.check(parsed("Accuracy rises by 14 points over the linear probe [2].")) is None


def test_a_mark_of_a_paper_that_does_not_exist_supports_nothing(checker: Checker) -> None:
    assert checker.check(parsed("Accuracy rises by 14 points over the linear probe [7].")) is None


def test_of_two_cited_papers_only_the_one_that_backs_the_sentence_is_kept(checker: Checker) -> None:
    claim = checker.check(parsed("Accuracy rises by 14 points over the linear probe [1, 2]."))
    assert claim is not None
    assert claim.sources == (1,)


def test_a_sentence_without_a_mark_is_given_the_paper_that_backs_it(checker: Checker) -> None:
    claim = checker.check(parsed("Long rollouts drift after 200 steps without re-encoding."))
    assert claim is not None
    assert claim.sources == (2,)


def test_a_sentence_that_says_too_little_claims_nothing(checker: Checker) -> None:
    assert checker.check(parsed("Accuracy rises [1].")) is None
