"""The trial of a model, and what follows from its result."""

import json
import math
from collections.abc import Collection, Generator, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering import trial as trial_module
from assistant.answering.trial import Outcome, Speeds, ability_of, area_under_curve, outcome, stated_from, summed, tried
from assistant.answering.trial_items import Asking, Item, Judging, Naming, Rewriting, Synthesis, items
from assistant.assistant import Assistant
from assistant.cli.main import main
from assistant.cli.models import _report
from assistant.events import Done, Event, Progress, Tried
from assistant.models import Message, Stop
from assistant.models.files import find_starter
from assistant.models.llama import LlamaModel
from assistant.models.trials import FILE, LEAST, Trial, fingerprint, keep, known
from assistant.settings import Settings
from store.records import Paper
from store.sentences import sentences
from tests import scripted
from tests.scripted import ScriptedModel, write_script

ALL_RIGHT: dict[str, tuple[int, int]] = dict.fromkeys(LEAST, (10, 10))
NAMES = (
    "Biological clocks",
    "Diabetes care",
    "Software defects",
    "Battery research",
    "Carbon storage",
    "Text retrieval",
)


def right_words(item: Item) -> str:
    """Words that a careful person would find right."""
    match item:
        case Asking():
            return item.paper.abstract.replace(". ", "; ")
        case Naming():
            return next(name for name in NAMES if item.gold.is_met(name))
        case Synthesis():
            (one, first), (other, second) = item.findings
            return f"{one}: {first.rstrip('.')}, but {other}: {second}"
        case Rewriting():
            asked = item.follow_up.rstrip("?")
            told = (f"{asked}, {known.rstrip('?')}?" for known in (item.title, item.question))
            return next(text for text in told if item.gold.is_met(text))
        case Judging():
            return "Yes" if item.stated else "No"


class Knowing(ScriptedModel):
    """Is right about every item."""

    def __init__(self) -> None:
        super().__init__([[]])
        self._items = iter(items())

    def write(
        self, messages: Sequence[Message], *, limit: int, stop: Stop, citable: Collection[int] = ()
    ) -> Iterator[str]:
        yield right_words(next(item for item in self._items if not isinstance(item, Judging)))

    def chances(self, messages: Sequence[Message], options: Sequence[str], *, stop: Stop) -> tuple[float, ...] | None:
        asked = next(item for item in items() if isinstance(item, Judging) and item.question in messages[-1].text)
        return (-0.1, -3.0) if asked.stated else (-3.0, -0.1)


def ended(steps: Generator[Event, None, Trial | None]) -> tuple[list[Event], Trial | None]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as over:
            return events, over.value


def never() -> bool:
    return False


def first(kind: type[Item], text: str = "") -> Item:
    return next(item for item in items() if isinstance(item, kind) and text in str(item))


def put(item: Item, *pieces: str) -> Outcome:
    return outcome(item, ScriptedModel([pieces]), Speeds(), never)


def test_there_are_enough_items_of_each_ability() -> None:
    of: list[str] = [ability_of(item) for item in items()]
    least = {"answering": 16, "each": 8, "judging": 24, "rewriting": 8, "naming": 6, "synthesis": 6}
    assert set(of) == set(LEAST)
    assert all(of.count(ability) >= number for ability, number in least.items())
    assert sum(isinstance(item, Judging) and item.stated for item in items()) * 2 == of.count("judging")


def test_the_gold_finds_every_fact_in_the_paper_and_calls_none_of_its_sentences_false() -> None:
    for item in items():
        if isinstance(item, Asking):
            assert item.gold.is_met(item.paper.abstract), item.question
            said = [sentence.text for sentence in sentences(item.paper.abstract)]
            assert [text for text in said if item.gold.is_false(text)] == [], item.question


def test_a_model_that_is_right_may_do_everything() -> None:
    events, trial = ended(tried(Knowing(), never))
    assert trial is not None
    assert {ability: right for ability, (right, _) in trial.right.items()} == {
        ability: of for ability, (_, of) in trial.right.items()
    }
    assert all(trial.may(ability) for ability in LEAST)
    assert (trial.false, trial.area) == (0, 1)
    assert len([event for event in events if isinstance(event, Progress)]) == len(items())


@pytest.mark.parametrize(
    "pieces",
    [
        ["It is 99 percent. "],
        ["The abstract does not answer this question. "],
        ["word "] * 1000,
        ["It is so. "] * 1000,
        [""],
        ["<think>"] + ["hm "] * 1000,
    ],
    ids=["false", "refusing", "never ending", "repeating", "empty", "thinking for ever"],
)
def test_a_model_that_invents_refuses_or_never_ends_may_do_nothing(pieces: list[str]) -> None:
    _, trial = ended(tried(ScriptedModel([pieces], [(-1.0, -1.0)]), never))
    assert trial is not None
    assert not any(trial.may(ability) for ability in LEAST), trial.right
    assert not trial.prose


def test_a_false_sentence_makes_an_item_wrong_even_where_the_fact_is_said() -> None:
    asked = first(Asking, "phosphate did the planted wall")
    assert put(asked, "It removed 83 percent of the phosphate.").right
    other = put(asked, "It removed 83 percent. ", "An unplanted wall removed 35 percent. ", "It used 7 ferns.")
    assert (other.right, other.false, len(other.said)) == (False, 1, 3)
    assert put(asked, "The wall removed 61 percent.").false == 1


def test_numbers_may_be_written_as_words_and_shares_as_percentages() -> None:
    asked = first(Asking, "What recall at ten does SPARROW")
    assert put(asked, "Its recall at 10 is 79 percent.").right
    assert put(asked, "Its recall at 20 is 0.79.").false == 1


def test_a_rewriting_that_loses_or_invents_words_is_wrong() -> None:
    asked = first(Rewriting, "nitrogen")
    assert put(asked, "How much nitrogen does a wall of ferns remove from greywater?").right
    assert not put(asked, "How much phosphate does a wall of ferns remove?").right
    assert not put(asked, "How much nitrogen do wetlands in Norway remove?").right


def test_a_sentence_over_two_papers_needs_both_and_mixes_neither() -> None:
    asked = first(Synthesis, "ferns")
    assert put(asked, "Ferns removed 83 percent of the phosphate, reeds 57 percent.").right
    assert not put(asked, "Ferns removed 83 percent of the phosphate.").right
    assert put(asked, "Reeds removed 83 percent of the phosphate, ferns 57 percent.").false == 1


def judged(*odds: tuple[bool, float]) -> list[tuple[Judging, float]]:
    return [(Judging("?", Paper(f"Paper {place}"), stated), value) for place, (stated, value) in enumerate(odds)]


def test_the_line_of_judging_loses_one_in_twenty_of_the_stated() -> None:
    odds = judged(*((True, float(number)) for number in range(20)), (False, 30.0))
    assert stated_from(odds) == 1
    assert stated_from(odds[:19]) == 0
    assert stated_from([]) == 0


def test_the_area_under_the_curve_is_the_share_of_pairs_in_order() -> None:
    assert area_under_curve(judged((True, 2.0), (True, 0.0), (False, 1.0))) == 0.5
    assert area_under_curve(judged((True, 1.0), (False, 1.0))) == 0.5
    assert area_under_curve([]) == 0


def test_judging_is_counted_by_a_line_that_the_paper_itself_did_not_draw() -> None:
    outcomes = [Outcome(item, odds=odds) for item, odds in judged((True, -5.0), (True, 1.0), (True, 2.0), (False, 0.0))]
    trial = summed("x", outcomes, Speeds())
    assert trial.stated_from == -5
    assert trial.right == {"judging": (2, 4)}


def test_a_model_that_tells_no_chances_is_not_asked_to_judge() -> None:
    outcomes = [Outcome(item, odds=math.nan) for item in items() if isinstance(item, Judging)]
    trial = summed("x", outcomes, Speeds())
    assert "judging" not in trial.right
    assert not trial.may("judging")


def test_a_stopped_trial_gives_no_result() -> None:
    asked = iter([False] * 3)
    _, trial = ended(tried(Knowing(), lambda: next(asked, True)))
    assert trial is None


def test_the_starter_model_is_tried_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starter = find_starter()
    assert starter is not None
    few = tuple(first(kind) for kind in (Asking, Judging, Rewriting, Naming, Synthesis))
    monkeypatch.setattr(trial_module, "items", lambda: few)
    _, trial = ended(tried(LlamaModel(starter, Settings(tmp_path, context_size=1024)), never))
    assert trial is not None
    assert trial.prefill > 0
    assert trial.decode > 0
    assert trial.model == starter.name
    assert sum(of for _, of in trial.right.values()) == len(few)


def test_a_result_is_kept_under_the_hash_of_the_file_and_those_of_others_stay(tmp_path: Path) -> None:
    good = Trial("good.gguf", ALL_RIGHT, area=0.9, stated_from=0.25)
    keep(tmp_path, "one", good)
    keep(tmp_path, "two", Trial("bad.gguf", {"answering": (0, 10)}))
    assert known(tmp_path)["one"] == good
    assert not known(tmp_path)["two"].prose


OLD = {"model": "y", "cited": 1.0, "supported": 1.0, "answered": 1.0, "refused": 0.0, "stopped": 1.0, "sentences": 9}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"x": 5}',
        '{"x": {"model": "y"}}',
        '{"x": {"model": "y", "right": {"answering": [9, 5]}}}',
        '{"x": {"model": "y", "right": {"answering": "all"}}}',
        json.dumps({"x": OLD}),
    ],
)
def test_a_damaged_or_older_file_of_results_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert "x" not in known(tmp_path)
    keep(tmp_path, "one", Trial("good.gguf", ALL_RIGHT))
    assert known(tmp_path)["one"].prose


def test_the_fingerprint_tells_files_of_one_size_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    content = bytearray(8 << 20)
    path.write_bytes(content)
    before = fingerprint(path)
    assert before == fingerprint(path)
    for place in (0, len(content) // 2, len(content) - 1):
        content[place] ^= 1
        path.write_bytes(content)
        assert fingerprint(path) != before
        content[place] ^= 1


def test_the_starter_comes_with_its_result(tmp_path: Path) -> None:
    starter = find_starter()
    assert starter is not None
    trial = known(tmp_path)[fingerprint(starter)]
    assert trial.model == starter.name
    assert not trial.prose


def test_the_report_says_for_each_ability_what_was_right_and_what_follows() -> None:
    text = "\n".join(_report(Trial("x.gguf", {"answering": (13, 20), "each": (5, 8)}, false=0.125)))
    assert "x.gguf: able at answering" in text
    assert "13 of 20 (at least 65%): yes" in text
    assert "5 of 8 (at least 65%): no" in text
    assert "not measured: no" in text
    assert "false sentences  12%" in text


def test_a_trial_goes_through_the_engine_and_the_list_shows_its_result(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    starter = find_starter()
    assert starter is not None
    write_script(home, ["It is so. "])
    with Assistant(Settings(home), serve=scripted.serve) as assistant:
        last = list(assistant.try_model())[-1]
    assert isinstance(last, Tried)
    assert json.loads(last.kept_in.read_text())["scripted"]["model"] == "scripted.gguf"
    keep(home, fingerprint(starter), Trial(starter.name, {"answering": (20, 20)}))
    main(["--home", str(home), "models", "list", "--json"])
    listed = json.loads(capsys.readouterr().out)[0]
    assert listed["trial"]["prose"]
    assert listed["trial"]["may"] == ["answering"]
    main(["--home", str(home), "models", "list"])
    assert "trial: able at answering" in capsys.readouterr().out


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
