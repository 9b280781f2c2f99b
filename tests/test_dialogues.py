"""Whole conversations over real libraries; the answers are made of quotes, so nothing in them is scripted."""

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.answering.answerer import Answerer
from assistant.answering.templates import NOT_IN_LIBRARY
from assistant.conversation import Turn
from assistant.events import Answer, Finished, Note, Retrieved
from assistant.settings import Settings
from store.embedding import Embedder
from store.library import Library
from store.records import Filters
from tests.conftest import opened


@dataclass(frozen=True)
class Said:
    """An answer, the keys it cites in order, and the notes beside it."""

    answer: Answer
    keys: list[str]
    notes: str

    @property
    def text(self) -> str:
        return self.answer.text


Talk = Callable[..., list[Said]]


def talking(library: Library, home: Path) -> Talk:
    answerer = Answerer(library, Settings(home))

    def talk(*questions: str) -> list[Said]:
        history: list[Turn] = []
        said = []
        for question in questions:
            events = list(answerer.events(question, history, Filters(), None, lambda: False))
            assert isinstance(events[-1], Finished)
            answer = events[-1].answer
            (retrieved,) = [event for event in events if isinstance(event, Retrieved)]
            assert retrieved.rewritten == answer.rewritten
            history.append(Turn(question, answer))
            notes = " ".join(event.text for event in events if isinstance(event, Note))
            said.append(Said(answer, [source.hit.paper.key for source in answer.sources], notes))
        return said

    return talk


@pytest.fixture(scope="module")
def landmarks(
    sample_home: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Talk, None, None]:
    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("landmarks") / "home"))
    library = opened(home, embedder)
    yield talking(library, home)
    library.close()


@pytest.fixture(scope="module")
def dynamics(
    seed_home: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Talk, None, None]:
    home = Path(shutil.copytree(seed_home, tmp_path_factory.mktemp("dynamics") / "home"))
    library = opened(home, embedder)
    yield talking(library, home)
    library.close()


def test_the_catalogue_is_asked_who_when_and_where(landmarks: Talk) -> None:
    _, who, when, where, bert = landmarks(
        "How does LoRA make fine-tuning cheaper?", "who wrote it?", "when was it published?",
        "where was it presented?", "what about BERT?",
    )  # fmt: skip
    assert "Edward J. Hu" in who.text
    assert "2022" in when.text
    assert "International Conference on Learning Representations" in where.text
    for fact in (who, when, where):
        assert fact.keys == ["hu2022lora"]
        assert {claim.support for claim in fact.answer.claims} == {"catalogue"}
        assert fact.answer.as_json()["claims"] == []
        assert [said["sources"] for said in fact.answer.as_json()["facts"]] == [[1]]
        assert "[1]" in fact.text
    assert bert.answer.rewritten == "How does BERT make fine-tuning cheaper?"
    assert "hu2022lora" not in bert.keys


def test_years_limit_what_is_found_and_the_newest_is_told(landmarks: Talk) -> None:
    first, after, newest, none, back = landmarks(
        "Which papers are on language models?", "only those after 2018", "which of them is newest?",
        "only those after 2090", "and before 2019?",
    )  # fmt: skip
    assert first.answer.answered
    years = [source.hit.paper.year or 0 for source in after.answer.sources]
    assert years
    assert min(years) > 2018
    assert newest.answer.sources[0].hit.paper.year == max(years)
    assert "newest" in newest.text
    assert (none.answer.answered, none.text) == (False, NOT_IN_LIBRARY)
    assert "No paper" in none.notes
    assert all((source.hit.paper.year or 9999) < 2019 for source in back.answer.sources)


def test_papers_are_compared_picked_and_told_apart(dynamics: Talk) -> None:
    both, second, which, differ = dynamics(
        "Compare NeuroCine and Mind-Animator.", "and the second one?", "which of them uses contrastive learning?",
        "how do they differ?",
    )  # fmt: skip
    assert both.keys == differ.keys == ["neurocinedecoding", "animateyour"]
    assert second.keys == ["animateyour"]
    assert "neurocinedecoding" in which.keys
    assert "contrastive" in which.text


def test_a_refusal_between_does_not_lose_the_paper(dynamics: Talk) -> None:
    _, bread, factor, why = dynamics(
        "How does KOROL get around needing ground-truth object states?", "Best recipe for banana bread",
        "By what factor did it beat Diffusion Policy?", "why?",
    )  # fmt: skip
    assert not bread.answer.answered
    assert factor.keys == why.keys == ["korollearning"]
    assert "1.16" in factor.text


def test_more_is_what_was_not_told_yet(dynamics: Talk) -> None:
    first, more = dynamics("How does KOROL get around needing ground-truth object states?", "tell me more")
    assert more.keys == first.keys == ["korollearning"]
    assert {claim.text for claim in more.answer.claims}.isdisjoint(claim.text for claim in first.answer.claims)


def test_others_are_others(dynamics: Talk) -> None:
    first, others = dynamics("Which papers use Koopman operators?", "any others?")
    assert first.keys
    assert others.keys
    assert set(first.keys).isdisjoint(others.keys)


def test_a_place_that_no_paper_has_does_not_end_the_talk_of_the_others(dynamics: Talk) -> None:
    first, ninth, second = dynamics(
        "Which papers use Koopman operators?", "and the ninth one?", "what does the second one say about robots?"
    )
    assert len(first.keys) > 1
    assert not ninth.answer.answered
    assert "there is no number 9" in ninth.notes
    assert second.keys == first.keys[1:2]


def test_the_fourth_of_two_is_refused_with_the_two(dynamics: Talk) -> None:
    first, fourth = dynamics("Compare NeuroCine and Mind-Animator.", "compare the first and the fourth")
    assert not fourth.answer.answered
    assert "there is no number 4" in fourth.notes
    assert [hit.paper.key for hit in fourth.answer.closest] == first.keys


def test_a_new_name_brings_its_own_paper(dynamics: Talk) -> None:
    _, techniques, other, modules = dynamics(
        "What happens to policy entropy when RL for LLM reasoning is scaled up?",
        "Which two techniques do they suggest against it?", "What about AAMDM?", "What are its two modules?",
    )  # fmt: skip
    assert techniques.keys == ["entropymechanism"]
    assert "Clip-Cov" in techniques.text
    assert other.keys == modules.keys == ["aamdmaccelerated"]
    assert "Polishing Module" in modules.text


def test_a_paper_is_held_against_another_by_name(dynamics: Talk) -> None:
    _, differ = dynamics(
        "Anything on fast, diverse motion synthesis for games with diffusion models?",
        "How does it differ from Policy-Guided Diffusion?",
    )
    assert differ.keys == ["aamdmaccelerated", "policyguided"]


def test_another_subject_does_not_drag_the_last_paper_along(dynamics: Talk) -> None:
    _, taste, decoding, hands = dynamics(
        "How does Autoformer decompose time series?", "does it taste of sourdough?",
        "what about speculative decoding?", "How are dexterous robot hands controlled with Koopman operators?",
    )  # fmt: skip
    assert not taste.answer.answered
    assert "autoformerdecomposition" not in decoding.keys
    assert hands.keys == ["korollearning"]


def test_that_paper_alone_answers_or_nobody(dynamics: Talk) -> None:
    _, gpus, needs = dynamics(
        "How does CODE combat hallucination?", "in that paper, how many GPUs were used?", "does it need fine-tuning?"
    )
    assert not gpus.answer.answered
    assert needs.keys == ["codecontrasting"]


def test_what_the_catalogue_does_not_know_is_not_made_up(dynamics: Talk) -> None:
    _, who = dynamics("How does CODE combat hallucination?", "who wrote it?")
    assert (who.answer.answered, who.text, who.keys) == (False, NOT_IN_LIBRARY, [])
    assert "does not say" in who.notes
