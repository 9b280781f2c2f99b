"""Which papers a model that can judge is asked, and what becomes of what it writes of each."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.answering.clock import Clock
from assistant.answering.composing import Composer
from assistant.answering.writer import Writer
from assistant.events import Checked, Claim, Event, Note, Progress, Quote, Source
from assistant.models import Message
from assistant.models.trials import Trial
from assistant.settings import Settings
from assistant.verification.verifier import Verifier
from store.embedding import Embedder
from store.records import Hit, Paper
from tests.scripted import ScriptedModel

ABLE = Trial("scripted", {"answering": (1, 1), "each": (1, 1), "judging": (1, 1)})


class JudgingModel(ScriptedModel):
    """Says "Yes" with the log-odds that are given for the title in the prompt."""

    def __init__(self, odds: dict[str, float], replies: Sequence[Sequence[str]]) -> None:
        super().__init__(replies)
        self._odds = odds
        self.judged: list[str] = []

    def chances(
        self, messages: Sequence[Message], options: Sequence[str], *, stop: Callable[[], bool]
    ) -> tuple[float, ...]:
        title = next(title for title in self._odds if f"Title: {title}\n" in messages[-1].text)
        self.judged.append(title)
        return (self._odds[title], 0.0)


def source(number: int, title: str) -> Source:
    sentence = f"{title} melts in April."
    return Source(number, Hit(number, Paper(title, sentence), 1.0, ""), (Quote(number, sentence, 0, len(sentence)),))


SNOW, ICE, HAIL = source(1, "Snow"), source(2, "Ice"), source(3, "Hail")


Written = Callable[..., tuple[list[Event], list[Claim]]]


@pytest.fixture
def written(embedder: Embedder) -> Written:
    """What a model writes of sources, each sentence held by the verifier against its own."""

    def run(
        model: ScriptedModel, *sources: Source, several: bool = False, trial: Trial | None = ABLE
    ) -> tuple[list[Event], list[Claim]]:
        composer, settings = Composer(sources), Settings(Path("unused"))
        verifier, clock = Verifier(embedder), Clock()
        writer = Writer(model, trial, verifier, settings, "When does it melt?", several, clock, lambda: False)
        return list(writer.events(sources, composer)), composer.claims

    return run


def test_one_answer_comes_from_the_first_paper_that_surely_states_it(written: Written) -> None:
    model = JudgingModel({"Snow": -1.0, "Ice": 2.0, "Hail": 3.0}, [["Ice melts in April."]])
    _, claims = written(model, SNOW, ICE, HAIL)
    assert model.judged == ["Snow", "Ice"]
    assert [(claim.text, claim.sources, claim.support) for claim in claims] == [
        ("Ice melts in April.", (2,), "supported")
    ]


def test_where_none_is_sure_it_comes_from_the_likeliest(written: Written) -> None:
    model = JudgingModel({"Snow": 0.6, "Ice": 0.9, "Hail": 0.7}, [["Ice melts in April."]])
    assert [claim.sources for claim in written(model, SNOW, ICE, HAIL)[1]] == [(2,)]


def test_nothing_is_written_where_no_paper_states_the_answer(written: Written) -> None:
    model = JudgingModel({"Snow": -1.0, "Ice": -2.0}, [["Snow melts in April."]])
    events, claims = written(model, SNOW, ICE)
    assert claims == []
    assert [(event.done, event.total) for event in events if isinstance(event, Progress)] == [(0, 2), (1, 2)]
    assert model.prompts == []


def test_each_of_several_papers_that_states_an_answer_is_asked_alone(written: Written) -> None:
    replies = [["Snow melts in April. And more. "], ["Hail melts in April."]]
    model = JudgingModel({"Snow": 2.0, "Ice": -2.0, "Hail": 2.0}, replies)
    _, claims = written(model, SNOW, ICE, HAIL, several=True)
    assert [(claim.text, claim.sources) for claim in claims] == [
        ("Snow melts in April.", (1,)),
        ("Hail melts in April.", (3,)),
    ]
    assert all(sum(f"Title: {t}" in prompt[-1].text for t in ("Snow", "Ice", "Hail")) == 1 for prompt in model.prompts)


def test_a_model_that_was_not_tried_is_asked_of_the_chosen_papers_and_never_judges(written: Written) -> None:
    model = JudgingModel({}, [["Snow melts in April."]])
    assert [claim.sources for claim in written(model, SNOW, ICE, trial=None)[1]] == [(1,)]
    assert model.judged == []


def test_a_sentence_that_is_not_backed_is_replaced_by_a_quote_of_the_same_paper(written: Written) -> None:
    events, claims = written(ScriptedModel([["Roses bloom in May."]]), ICE, SNOW, trial=None)
    assert [(claim.text, claim.support) for claim in claims] == [("Ice melts in April.", "quoted")]
    settled = [event for event in events if isinstance(event, Checked)]
    assert [event.draft for event in settled] == ["Roses bloom in May."]


@pytest.mark.parametrize(
    ("draft", "texts"),
    [
        ("Fog comes at night.", ["Fog comes at night."]),
        ("Fog lifts at noon.", ["Fog lifts at noon.", "Fog comes at night."]),
    ],
)
def test_the_best_sentence_follows_where_the_prose_does_not_rest_on_it(
    draft: str, texts: list[str], written: Written
) -> None:
    abstract = "Fog comes at night. Fog lifts at noon."
    quotes = Quote(1, "Fog comes at night.", 0, 19), Quote(1, "Fog lifts at noon.", 20, 38)
    fog = Source(1, Hit(1, Paper("Fog", abstract), 1.0, ""), quotes)
    assert [claim.text for claim in written(ScriptedModel([[draft]]), fog, trial=None)[1]] == texts


def test_a_model_that_can_judge_and_not_write_chooses_the_papers_that_are_quoted(written: Written) -> None:
    model = JudgingModel({"Snow": 2.0, "Ice": -2.0, "Hail": 2.0}, [["Never written."]])
    trial = Trial("scripted", {"answering": (1, 1), "each": (0, 1), "judging": (1, 1)})
    _, claims = written(model, SNOW, ICE, HAIL, several=True, trial=trial)
    assert [(claim.sources, claim.support) for claim in claims] == [((1,), "quoted"), ((3,), "quoted")]
    assert model.prompts == []


def test_a_context_too_small_to_judge_in_is_said_and_is_no_refusal(written: Written) -> None:
    model = JudgingModel({"Snow": 2.0}, [["Never written."]])
    model.context_size = 5
    events, claims = written(model, SNOW)
    assert any(isinstance(event, Note) and "context of 5 tokens" in event.text for event in events)
    assert [claim.support for claim in claims] == ["quoted"]
