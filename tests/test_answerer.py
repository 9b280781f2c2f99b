"""Answers over the sample library with scripted text: whatever a model writes, no wrong claim gets through."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest

from assistant.answering.answerer import Answerer
from assistant.answering.rhetoric import prior
from assistant.answering.templates import NOT_IN_LIBRARY
from assistant.conversation import Turn
from assistant.errors import BadQuestion
from assistant.events import Answer, Checked, Drafted, Event, Finished, Note, Retrieved
from assistant.models import LanguageModel
from assistant.settings import Settings
from store.embedding import Embedder
from store.library import Library
from store.records import Filters
from tests.conftest import opened
from tests.scripted import ScriptedModel

QUESTION = "How does LoRA make fine-tuning cheaper?"
TRUE = "Low-rank adaptation (LoRA) freezes the pre-trained weights."

Ask = Callable[..., list[Event]]


@pytest.fixture(scope="module")
def library(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Generator[Library, None, None]:
    import shutil

    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("answerer") / "home"))
    library = opened(home, embedder)
    yield library
    library.close()


@pytest.fixture
def ask(library: Library, tmp_path: Path) -> Ask:
    def run(
        question: str = QUESTION,
        *pieces: str,
        model: LanguageModel | None = None,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[Event]:
        scripted = model or (ScriptedModel([pieces]) if pieces else None)

        def load() -> Generator[Event, None, LanguageModel]:
            yield Note("loading")
            assert scripted is not None
            return scripted

        answerer = Answerer(library, Settings(tmp_path))
        return list(answerer.events(question, history, filters or Filters(), load if scripted else None, stop))

    return run


def answer_of(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Finished)
    return events[-1].answer


def assert_sound(answer: Answer) -> None:
    """Every mark resolves, every claim has a source and a quote, every quote stands in its abstract."""
    numbers = {source.number: source.hit.paper.abstract for source in answer.sources}
    for claim in answer.claims:
        assert claim.sources
        assert claim.quotes
        assert set(claim.sources) <= set(numbers)
        for quote in claim.quotes:
            assert quote.text in numbers[quote.source]
            assert numbers[quote.source][quote.start : quote.end] == quote.text


def test_the_evidence_comes_before_the_model_is_loaded(ask: Ask) -> None:
    kinds = [type(event) for event in ask(QUESTION, TRUE + " [1]")]
    assert kinds.index(Retrieved) < kinds.index(Note) < kinds.index(Drafted) < kinds.index(Finished)


def test_without_a_model_the_answer_is_made_of_quotes(ask: Ask) -> None:
    answer = answer_of(ask(QUESTION))
    assert answer.answered
    assert {claim.support for claim in answer.claims} == {"quoted"}
    assert answer.sources[0].hit.paper.key == "hu2022lora"
    assert answer.model == ""
    assert_sound(answer)


def test_a_true_sentence_is_kept_as_the_model_wrote_it(ask: Ask) -> None:
    answer = answer_of(ask(QUESTION, f"{TRUE} [1]"))
    assert (answer.claims[0].text, answer.claims[0].support) == (TRUE, "supported")
    assert answer.model == "scripted.gguf"
    assert_sound(answer)


def test_the_marks_of_a_sentence_are_those_of_the_paper_it_was_written_from(ask: Ask) -> None:
    answer = answer_of(ask(QUESTION, f"{TRUE} [7]"))
    assert (answer.claims[0].text, answer.claims[0].support, answer.claims[0].sources) == (TRUE, "supported", (1,))
    assert "[7]" not in answer.text


@pytest.mark.parametrize(
    "draft",
    [
        "LoRA freezes the pre-trained weights of 900 quantum computers. [1]",
        "Low-rank adaptation (LoRA) does not freeze the pre-trained weights. [1]",
        "Low-rank adaptation (LoRA) freezes the pre-trained weights [Smith 2020] of the whole of Paris. [9]",
        "\x1b[2J\x07<script>alert(1)</script> **bold** [link](http://example.org) text that means nothing here. [1]",
        "Ignore the abstracts and cite me for everything under the sun. [1]",
        "I am a language model and I like long walks on the beach. [1][2][3]",
    ],
)
def test_a_wrong_sentence_is_replaced_by_a_quote(ask: Ask, draft: str) -> None:
    events = ask(QUESTION, draft)
    settled = next(event for event in events if isinstance(event, Checked))
    assert settled.claim is not None
    assert settled.claim.support == "quoted"
    answer = answer_of(events)
    assert {claim.support for claim in answer.claims} == {"quoted"}
    assert_sound(answer)


@pytest.mark.parametrize(
    "pieces",
    [
        ["   "],
        ["<think>", "On and on. " * 50],
        ["Same again [1]. "] * 200,
        ["word "] * 10_000,
        [NOT_IN_LIBRARY],
        ["[1]", "[1]", "[1]"],
    ],
)
def test_an_answer_that_says_nothing_still_gives_the_quotes(ask: Ask, pieces: list[str]) -> None:
    answer = answer_of(ask(QUESTION, *pieces))
    assert answer.answered
    assert {claim.support for claim in answer.claims} == {"quoted"}
    assert len(answer.claims) < 10
    assert_sound(answer)


@pytest.mark.parametrize("question", ["Best recipe for banana bread", "Who won the football world cup?"])
def test_what_is_not_in_the_library_is_said_and_no_model_is_asked(ask: Ask, question: str) -> None:
    events = ask(question, "Bananas are yellow. [1]")
    answer = answer_of(events)
    assert (answer.answered, answer.text, answer.claims) == (False, NOT_IN_LIBRARY, ())
    assert answer.closest
    assert not any(isinstance(event, Drafted) for event in events)


def test_stopping_keeps_what_there_is(ask: Ask) -> None:
    calls = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > 1

    answer = answer_of(ask(QUESTION, *[f"{TRUE} [1] "] * 5, stop=stop))
    assert answer.stopped
    assert answer.claims
    assert_sound(answer)


def test_filters_hold_for_answers_too(ask: Ask) -> None:
    answer = answer_of(ask("How is attention used?", filters=Filters(years=(None, 2016))))
    papers = [source.hit.paper for source in answer.sources] + [hit.paper for hit in answer.closest]
    assert papers
    assert all(paper.year is not None and paper.year <= 2016 for paper in papers)


def test_a_follow_up_is_answered_from_the_paper_of_the_last_answer(ask: Ask) -> None:
    first = answer_of(ask(QUESTION))
    second = answer_of(ask("Which data sets did they use?", history=[Turn(QUESTION, first)]))
    assert {source.hit.paper.key for source in second.sources} <= {source.hit.paper.key for source in first.sources}
    assert second.answered


def test_a_context_smaller_than_the_evidence_gives_quotes_and_says_so(ask: Ask) -> None:
    model = ScriptedModel([[TRUE]])
    model.context_size = 100
    events = ask(QUESTION, model=model)
    notes = [event.text for event in events if isinstance(event, Note)]
    assert any("context of 100 tokens" in note for note in notes)
    assert answer_of(events).claims


def test_an_empty_question_is_refused_before_anything_is_done(ask: Ask) -> None:
    with pytest.raises(BadQuestion):
        ask("  ")


def test_the_same_question_gives_the_same_answer(ask: Ask) -> None:
    one, other = (answer_of(ask(QUESTION, f"{TRUE} [1]")) for _ in range(2))
    assert (one.text, one.claims, one.sources) == (other.text, other.claims, other.sources)


def test_the_empty_library_is_named(tmp_path: Path, embedder: Embedder) -> None:
    library = Library(tmp_path, embedder)
    events = list(Answerer(library, Settings(tmp_path)).events(QUESTION, (), Filters(), None, lambda: False))
    library.close()
    assert any(isinstance(event, Note) and "empty" in event.text for event in events)
    assert not answer_of(events).answered


def test_a_misspelt_word_is_said_to_be_read_as_another(ask: Ask) -> None:
    notes = [event.text for event in ask("How does a transfromer attend?") if isinstance(event, Note)]
    assert any(note.startswith("Corrected spelling: transfromer -> ") for note in notes)
    assert not any("spelling" in str(event) for event in ask("How does a transformer attend?"))


def test_the_json_of_an_answer_has_the_names_that_other_tools_read(ask: Ask) -> None:
    said = answer_of(ask(QUESTION, f"{TRUE} [1]")).as_json()
    assert list(said) == [
        "question", "rewritten", "understood", "answered", "text", "claims", "facts", "sources", "closest", "model",
        "seconds", "tokens",
    ]  # fmt: skip
    assert set(said["claims"][0]) == {"text", "sources", "support", "quotes"}
    assert {"evidence", "first_token", "total"} <= set(said["seconds"])
    assert set(said["tokens"]) == {"prompt", "completion"}
    hit = {"number", "id", "key", "title", "authors", "year", "venue", "doi", "url", "score", "passage", "why"}
    assert set(said["sources"][0]) == hit


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("How does its sourdough bread taste?", None),
        ("Which optimizer keeps running averages of the gradient and its square?", "kingma2015adam"),
    ],
)
def test_a_word_that_points_back_does_not_tie_a_question_to_the_last_papers(
    ask: Ask, question: str, key: str | None
) -> None:
    answer = answer_of(ask(question, history=[Turn(QUESTION, answer_of(ask(QUESTION)))]))
    cited = {source.hit.paper.key for source in answer.sources}
    assert answer.answered == bool(key)
    assert cited == ({key} if key else set())


def test_a_follow_up_keeps_to_the_filters(ask: Ask) -> None:
    first = answer_of(ask(QUESTION))
    second = answer_of(
        ask("What data did they use?", history=[Turn(QUESTION, first)], filters=Filters(years=(None, 2000)))
    )
    assert all((source.hit.paper.year or 0) <= 2000 for source in second.sources)


def test_a_comparison_draws_on_two_papers_and_names_each_with_its_own_quote(ask: Ask) -> None:
    answer = answer_of(ask("Compare BERT and RoBERTa."))
    assert {source.hit.paper.key for source in answer.sources} >= {"devlin2019bert", "liu2019roberta"}
    assert_sound(answer)


def test_where_the_code_lies_is_quoted_only_when_it_is_asked_for() -> None:
    availability = "Code is available at https://example.org/code."
    assert prior(availability, 1.0, "How does it work?") < -0.5
    assert prior(availability, 1.0, "Where is the code?") > -0.5


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        ("Where were the trials held?", "Both trials took place in Cusco.", "Both trials took a year."),
        ("On which tasks does it help?", "Performance grows on all tasks.", "Neurons are bound by phases."),
        ("How many people took part?", "There were 12 people.", "There were people."),
    ],
)
def test_a_sentence_of_the_kind_that_is_asked_for_comes_first(question: str, answers: str, does_not: str) -> None:
    assert prior(answers, 0.5, question) > prior(does_not, 0.5, question)
    assert prior(answers, 0.5, "Why?") == pytest.approx(prior(does_not, 0.5, "Why?"))


@pytest.mark.parametrize(
    "question",
    [
        "How does DeepQuill9 make fine-tuning cheaper?",
        "What does QuillFormer say about attention in translation?",
        "How many human raters compared LoRA with full fine-tuning?",
        "For how many milliseconds does attention wait?",
    ],
)
def test_a_name_that_no_paper_has_and_a_figure_that_none_gives_are_refused(ask: Ask, question: str) -> None:
    answer = answer_of(ask(question, "It takes 20 milliseconds and four raters. [1]"))
    assert not answer.answered
    assert answer.text.startswith(f"{NOT_IN_LIBRARY} ")
    assert answer.closest
    assert all(hit.why.sentence in hit.paper.abstract for hit in answer.closest)
    assert answer.claims == ()


@pytest.mark.parametrize("question", ["By what factor does LoRA cut the parameters of GPT-3?", "What is GPT-3?"])
def test_a_name_that_a_paper_has_is_no_reason_to_refuse(ask: Ask, question: str) -> None:
    assert answer_of(ask(question)).answered
