"""The engine process: it may die, the front end does not."""

import os
import signal
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.engine.death import described
from assistant.engine.messages import Browse, CountPapers
from assistant.errors import BadQuestion, EngineDied, ExpectedError, ModelFailed
from assistant.events import Done, Drafted, Event, Finished, Found, Imported, Note, Page, Retrieved, Total
from assistant.settings import Settings
from store.records import Progress
from tests import scripted
from tests.conftest import SAMPLE, able_starter
from tests.scripted import write_script

QUESTION = "How does LoRA make fine-tuning cheaper?"
TRUE = "Low-rank adaptation (LoRA) freezes the pre-trained weights. [1]"


@pytest.fixture
def assistant(sample_copy: Path) -> Generator[Assistant, None, None]:
    write_script(sample_copy, [TRUE])
    with Assistant(Settings(sample_copy), serve=scripted.serve) as assistant:
        yield assistant


def restarted(assistant: Assistant, *replies: list[str]) -> None:
    """Give the scripted model another script; the next task starts a new engine."""
    assistant.close()
    write_script(assistant.settings.home, *replies)


def finished(events: list[Event]) -> Finished:
    (last,) = [event for event in events if isinstance(event, Finished)]
    return last


def test_a_question_goes_all_the_way_through_the_process(assistant: Assistant) -> None:
    events = list(assistant.ask(QUESTION))
    assert any(isinstance(event, Retrieved) for event in events)
    assert finished(events).answer.claims[0].text == TRUE.removesuffix(" [1]")


def test_search_and_add_and_rebuild_go_through_the_same_door(assistant: Assistant) -> None:
    (found,) = [event for event in assistant.search("attention", limit=3) if isinstance(event, Found)]
    assert len(found.hits) == 3
    (imported,) = [event for event in assistant.add([SAMPLE]) if isinstance(event, Imported)]
    assert imported.report.unchanged == 40
    assert list(assistant.rebuild())[-1] == Done()


def test_an_expected_failure_comes_out_with_its_hint(assistant: Assistant) -> None:
    with pytest.raises(BadQuestion) as refused:
        list(assistant.ask(""))
    assert refused.value.hint
    assert finished(list(assistant.ask(QUESTION)))


def kill_in_the_middle(assistant: Assistant, number: signal.Signals) -> None:
    for event in assistant.ask(QUESTION):
        if isinstance(event, Drafted):
            assert assistant.engine_pid is not None
            os.kill(assistant.engine_pid, number)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_engine_is_named_and_the_next_question_is_answered(
    assistant: Assistant, number: signal.Signals
) -> None:
    write_script(assistant.settings.home, ["Low-rank ", "{wait}"])
    with pytest.raises(EngineDied, match=number.name) as died:
        kill_in_the_middle(assistant, number)
    assert "whole" in died.value.hint
    write_script(assistant.settings.home, [TRUE])
    assert finished(list(assistant.ask(QUESTION))).answer.claims


def test_after_two_crashes_in_a_row_the_engine_starts_in_safe_mode(assistant: Assistant) -> None:
    write_script(assistant.settings.home, ["{segv}"])
    for _ in range(2):
        with pytest.raises(EngineDied):
            list(assistant.ask(QUESTION))
    write_script(assistant.settings.home, [TRUE])
    events = list(assistant.ask(QUESTION))
    assert any(isinstance(event, Note) and "safe mode" in event.text for event in events)
    assert finished(events).answer.claims
    assert not any(isinstance(event, Note) for event in assistant.ask(QUESTION))


def test_stop_from_another_thread_ends_the_answer_and_keeps_its_text(assistant: Assistant) -> None:
    restarted(assistant, [TRUE, " Then", "{wait}"])
    events = []
    for event in assistant.ask(QUESTION):
        events.append(event)
        if isinstance(event, Drafted) and event.text == "Then":
            threading.Thread(target=assistant.stop).start()
    answer = finished(events).answer
    assert answer.stopped
    assert answer.claims


def test_a_reader_that_goes_away_leaves_the_engine_ready(assistant: Assistant) -> None:
    restarted(assistant, ["Low-rank ", "{wait}"])
    for event in assistant.ask(QUESTION):
        if isinstance(event, Drafted):
            break
    (found,) = [event for event in assistant.search("attention") if isinstance(event, Found)]
    assert found.hits


def test_a_look_waits_for_no_task(assistant: Assistant) -> None:
    restarted(assistant, ["Low-rank ", "{wait}"])
    looked = []
    for event in assistant.ask(QUESTION):
        if isinstance(event, Drafted):
            looked += [assistant.look(CountPapers()), assistant.look(Browse("lora", "author", 0, 10))]
            assistant.stop()
    total, page = looked
    assert total == Total(40)
    assert isinstance(page, Page)
    assert [entry.key for entry in page.entries] == ["hu2022lora"]


def test_a_look_at_a_damaged_catalogue_is_an_expected_failure(home: Path) -> None:
    (home / "library").mkdir()
    (home / "library" / "catalogue.sqlite3").write_bytes(b"no database" * 1000)
    with Assistant(Settings(home)) as assistant, pytest.raises(ExpectedError, match="damaged"):
        assistant.look(CountPapers())


def test_the_engine_ends_with_the_front_end(assistant: Assistant) -> None:
    list(assistant.search("attention"))
    pid = assistant.engine_pid
    assert pid is not None
    assistant.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_engine_that_only_loads_ends_by_itself_in_the_middle(
    sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.engine.running._PATIENCE", 120)  # a busy machine takes its time
    assistant = Assistant(Settings(sample_copy), serve=scripted.serve_loading)
    events = assistant.warm_up()
    while not (isinstance(event := next(events), Progress) and event.step.startswith("Loading SmolLM2")):
        pass
    running = assistant._engine._engine
    assert running is not None
    assistant.close()
    assert running.exit_code() == 0  # it was not killed


def test_a_model_file_removed_meanwhile_is_named(sample_copy: Path) -> None:
    settings = Settings(sample_copy, model=str(sample_copy / "gone.gguf"))
    with Assistant(settings) as assistant, pytest.raises(ModelFailed, match="no such file"):
        list(assistant.ask(QUESTION))


def test_a_damaged_model_is_named_and_the_engine_lives_on(sample_copy: Path) -> None:
    path = sample_copy / "cut.gguf"
    path.write_bytes(b"GGUF\x03\x00\x00\x00" + b"\x01\x00\x00\x00\x00\x00\x00\x00" * 2 + b"rest")
    with Assistant(Settings(sample_copy, model=str(path))) as assistant:
        with pytest.raises(ModelFailed, match="cannot be loaded"):
            list(assistant.ask(QUESTION))
        assert [event for event in assistant.search("attention") if isinstance(event, Found)]


def test_a_missing_embedder_is_named(sample_copy: Path) -> None:
    settings = Settings(sample_copy, embedder=str(sample_copy / "none"))
    with Assistant(settings) as assistant, pytest.raises(ExpectedError, match="sentence-transformers"):
        list(assistant.search("attention"))


def test_the_starter_model_answers_for_real_where_it_may(sample_copy: Path) -> None:
    with Assistant(Settings(able_starter(sample_copy))) as assistant:
        events = list(assistant.ask(QUESTION))
    answer = finished(events).answer
    assert answer.model.startswith("SmolLM2")
    assert answer.tokens["completion"] > 0
    assert any(isinstance(event, Drafted) for event in events)
    assert answer.sources[0].hit.paper.key == "hu2022lora"


def test_the_starter_model_whose_trial_shows_that_it_cannot_write_is_not_asked(sample_copy: Path) -> None:
    with Assistant(Settings(sample_copy)) as assistant:
        events = list(assistant.ask(QUESTION))
    assert not any(isinstance(event, Drafted) for event in events)
    assert {claim.support for claim in finished(events).answer.claims} == {"quoted"}


@pytest.mark.parametrize(
    ("code", "words"),
    [(-11, "SIGSEGV"), (-9, "memory"), (-4, "instruction"), (3, "exit code 3"), (None, "answer"), (-99, "signal 99")],
)
def test_exit_codes_are_put_into_words(code: int | None, words: str) -> None:
    assert words in described(code)
