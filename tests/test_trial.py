"""The trial of a model, and what follows from its result."""

import json
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering import trial as trial_module
from assistant.answering.trial import cases, tried
from assistant.assistant import Assistant
from assistant.cli.main import main
from assistant.events import Done, Event, Progress, Tried
from assistant.models import Message
from assistant.models.files import find_starter
from assistant.models.llama import LlamaModel
from assistant.models.trials import FILE, Trial, fingerprint, keep, known
from assistant.settings import Settings
from store.embedding import Embedder
from tests import scripted
from tests.scripted import ScriptedModel, write_script


class Copyist(ScriptedModel):
    """Answers with the sentence of the evidence that holds the fact, or refuses: as good as a model can be."""

    def __init__(self) -> None:
        super().__init__([[]])

    def write(self, messages: Sequence[Message], **_: object) -> Iterator[str]:
        case = next(case for case in cases() if case.question in messages[-1].text)
        lines = [line for line in messages[-1].text.splitlines() if case.fact and case.fact in line]
        if lines:
            mark, _, sentence = lines[0].partition(" ")
            yield f"{sentence} {mark}"
        else:
            yield "The abstracts in this library do not answer this question."


def ended(steps: Generator[Event, None, Trial | None]) -> tuple[list[Event], Trial | None]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as over:
            return events, over.value


def never() -> bool:
    return False


def test_every_fact_stands_in_the_evidence_of_its_case_and_no_paper_is_named_twice() -> None:
    for case in cases():
        evidence = " ".join(quote.text for source in case.sources for quote in source.quotes)
        assert case.fact in evidence
        assert all(
            source.hit.paper.abstract[q.start : q.end] == q.text for source in case.sources for q in source.quotes
        )
    assert sum(not case.fact for case in cases()) == 2


def test_a_model_that_keeps_to_the_evidence_earns_prose(embedder: Embedder) -> None:
    events, trial = ended(tried(Copyist(), embedder, never))
    assert trial is not None
    assert (trial.cited, trial.supported, trial.answered, trial.refused, trial.stopped) == (1, 1, 1, 1, 1)
    assert trial.prose
    assert len([event for event in events if isinstance(event, Progress)]) == len(cases())


@pytest.mark.parametrize(
    "pieces",
    [
        ["It is 99 percent [1]. "],
        ["The animals went on moving at a period of 12.4 hours, the length of a tide. "],
        ["word "] * 1000,
        [""],
        ["<think>"] + ["hm "] * 1000,
    ],
)
def test_a_model_that_invents_or_cites_nothing_or_never_stops_earns_none(embedder: Embedder, pieces: list[str]) -> None:
    _, trial = ended(tried(ScriptedModel([pieces]), embedder, never))
    assert trial is not None
    assert not trial.prose
    assert trial.supported == 0


def test_a_stopped_trial_gives_no_result(embedder: Embedder) -> None:
    asked = iter([False] * 3)
    _, trial = ended(tried(Copyist(), embedder, lambda: next(asked, True)))
    assert trial is None


def test_the_starter_model_is_tried_for_real(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter = find_starter()
    assert starter is not None
    one = cases()[:1]
    monkeypatch.setattr(trial_module, "cases", lambda: one)
    _, trial = ended(tried(LlamaModel(starter, Settings(tmp_path, context_size=1024)), embedder, never))
    assert trial is not None
    assert trial.prefill > 0
    assert trial.decode > 0
    assert trial.model == starter.name


def test_a_result_is_kept_under_the_hash_of_the_file_and_those_of_others_stay(tmp_path: Path) -> None:
    good = Trial("good.gguf", 1, 1, 1, 1, 1, 9)
    keep(tmp_path, "one", good)
    keep(tmp_path, "two", Trial("bad.gguf", 0, 0, 0, 0, 0, 9))
    assert known(tmp_path)["one"] == good
    assert not known(tmp_path)["two"].prose


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 5}', '{"x": {"model": "y"}}', '{"x": {"cited": "a lot"}}'])
def test_a_damaged_file_of_results_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert "x" not in known(tmp_path)
    keep(tmp_path, "one", Trial("good.gguf", 1, 1, 1, 1, 1, 9))
    assert known(tmp_path)["one"].prose


def test_the_fingerprint_tells_files_of_one_size_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    content = bytearray(8 << 20)
    path.write_bytes(content)
    first = fingerprint(path)
    assert first == fingerprint(path)
    for place in (0, len(content) // 2, len(content) - 1):
        content[place] ^= 1
        path.write_bytes(content)
        assert fingerprint(path) != first
        content[place] ^= 1


def test_the_starter_comes_with_its_result(tmp_path: Path) -> None:
    starter = find_starter()
    assert starter is not None
    trial = known(tmp_path)[fingerprint(starter)]
    assert trial.model == starter.name
    assert not trial.prose


def test_a_trial_goes_through_the_engine_and_the_list_shows_its_result(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    starter = find_starter()
    assert starter is not None
    write_script(home, ["It is so [1]. "])
    with Assistant(Settings(home), serve=scripted.serve) as assistant:
        last = list(assistant.try_model())[-1]
    assert isinstance(last, Tried)
    assert json.loads(last.kept_in.read_text())["scripted"]["model"] == "scripted.gguf"
    keep(home, fingerprint(starter), Trial(starter.name, 1, 1, 1, 1, 1, 9))
    main(["--home", str(home), "models", "list", "--json"])
    (listed,) = [each for each in json.loads(capsys.readouterr().out) if each["here"]]
    assert listed["trial"]["prose"]
    main(["--home", str(home), "models", "list"])
    assert "trial: writes prose" in capsys.readouterr().out


def test_a_stopped_trial_keeps_nothing(home: Path) -> None:
    write_script(home, ["It ", "{wait}"])
    events = []
    with Assistant(Settings(home), serve=scripted.serve) as assistant:
        for event in assistant.try_model():
            events.append(event)
            if isinstance(event, Progress) and event.total:
                assistant.stop()
    assert events[-1] == Done(stopped=True)
    assert not (home / FILE).exists()


def test_a_file_that_is_no_model_cannot_be_tried(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "not a model.gguf"
    path.write_text("hello")
    assert main(["--home", str(home), "models", "trial", str(path)]) == 1
    assert "not a GGUF file" in capsys.readouterr().err
