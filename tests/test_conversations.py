"""Conversations on the disk: kept per turn, found again, removed with a way back."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.conversations import KEPT_AFTER_REMOVAL, Conversations, NoSuchConversation, StoredTurn, conversations_file
from store.errors import StoreError
from tests.conftest import ROOT

LORA = StoredTurn("What is LoRA?", {"text": "A low-rank update [1]", "sources": [{"title": "Adaptation of Models"}]})
WHY = StoredTurn("Why?", {"text": "It saves memory"}, rewritten="Why does LoRA work?", model="some.gguf")


@pytest.fixture
def kept(home: Path) -> Conversations:
    return Conversations(conversations_file(home))


def reopened(kept: Conversations) -> Conversations:
    kept.close()
    return Conversations(kept.path)


def test_looking_makes_no_file(kept: Conversations, home: Path) -> None:
    assert (kept.listed(), kept.latest(), kept.search("x"), kept.turns(1)) == ([], None, [], [])
    assert list(home.iterdir()) == []


def test_turns_come_back_as_they_were_kept(kept: Conversations) -> None:
    head = kept.keep(None, [LORA])
    kept.keep(head.id, [WHY])
    again = reopened(kept)
    first, second = again.turns(head.id)
    assert (first.question, first.answer) == (LORA.question, LORA.answer)
    assert (second.rewritten, second.model) == (WHY.rewritten, WHY.model)
    assert datetime.fromisoformat(first.asked) <= datetime.fromisoformat(second.asked) <= datetime.now(UTC)
    (listed,) = again.listed()
    assert (listed.title, listed.turns) == ("What is LoRA?", 2)


def test_the_last_questions_come_in_their_order_without_those_of_removed_conversations(kept: Conversations) -> None:
    one, other = kept.keep(None, [LORA]), kept.keep(None, [WHY])
    kept.keep(one.id, [WHY])
    assert kept.questions(limit=10) == ["What is LoRA?", "Why?", "Why?"]
    assert kept.questions(limit=1) == ["Why?"]
    kept.remove([other.id])
    assert kept.questions(limit=10) == ["What is LoRA?", "Why?"]


@pytest.mark.parametrize("hours", [[12] * 23, range(23, 0, -1)])
def test_the_latest_is_the_one_last_spoken_in_whatever_the_clock_says(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch, hours: Sequence[int]
) -> None:
    times = (f"2026-01-01T{hour:02}:00:00.000Z" for hour in hours)
    monkeypatch.setattr("store.conversations.conversations._now", lambda: next(times))
    one, other = kept.keep(None, [LORA]), kept.keep(None, [WHY])
    assert [head.id for head in kept.listed()] == [other.id, one.id]
    kept.keep(one.id, [WHY])
    latest = kept.latest()
    assert latest is not None
    assert latest.id == one.id
    assert len(kept.listed(limit=1)) == 1


@pytest.mark.parametrize(
    ("words", "turn"),
    [("lora", 1), ("low rank upd", 1), ("adaptation models", 1), ("MEMORY", 2), ("works", 2), ("saving", 2)],
)
def test_questions_answers_and_titles_of_sources_are_searched(kept: Conversations, words: str, turn: int) -> None:
    kept.keep(None, [LORA, WHY])
    (mention,) = kept.search(words)
    assert mention.turn == turn or words == "lora"
    assert mention.excerpt


def test_all_words_are_wanted(kept: Conversations) -> None:
    kept.keep(None, [LORA])
    assert kept.search("lora unheard") == []


def test_a_new_title_is_found_and_the_old_one_is_not(kept: Conversations) -> None:
    head = kept.keep(None, [StoredTurn("Adapters?", {"text": ""})])
    assert kept.rename(head.id, "  Thesis\nchapter\x1b two ").title == "Thesis chapter two"
    (mention,) = kept.search("chapter")
    assert (mention.conversation.id, mention.turn, mention.excerpt) == (head.id, 0, "Thesis chapter two")
    assert [found.turn for found in kept.search("adapters")] == [1]


def test_a_long_question_is_cut_between_words_for_a_title(kept: Conversations) -> None:
    title = kept.keep(None, [StoredTurn("word " * 100)]).title
    assert len(title) <= 80
    assert title.endswith("word…")


@given(text=st.text(max_size=60))
def test_no_search_fails(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    kept = Conversations(tmp_path_factory.getbasetemp() / "searched.sqlite3")
    if not kept.path.exists():
        kept.keep(None, [LORA])
    assert len(kept.search(text)) <= 1
    kept.close()


@pytest.mark.parametrize("text", ['"', "lora AND (", "NEAR(a b)", "question : x", "-lora", "l*", "\x00", "x" * 10_000])
def test_the_signs_of_the_search_language_mean_nothing(kept: Conversations, text: str) -> None:
    kept.keep(None, [LORA])
    assert len(kept.search(text)) <= 1


def test_what_was_removed_is_out_of_sight_and_comes_back(kept: Conversations) -> None:
    one, other = kept.keep(None, [LORA]), kept.keep(None, [WHY])
    kept.remove([one.id])
    assert [head.id for head in kept.listed()] == [other.id]
    assert [head.id for head in kept.listed(removed=True)] == [one.id]
    assert kept.search("lora low rank") == []
    kept.restore([one.id])
    assert len(kept.listed()) == 2
    assert len(kept.search("lora low rank")) == 1


def test_with_an_unknown_number_nothing_is_removed(kept: Conversations) -> None:
    head = kept.keep(None, [LORA])
    with pytest.raises(NoSuchConversation, match="7"):
        kept.remove([head.id, 7])
    assert len(kept.listed()) == 1
    for number in (0, -1, 2**63, 10**30):
        with pytest.raises(NoSuchConversation):
            kept.conversation(number)


def test_a_new_turn_brings_a_removed_conversation_back(kept: Conversations) -> None:
    head = kept.keep(None, [LORA])
    kept.remove([head.id])
    assert kept.keep(head.id, [WHY]).turns == 2
    assert len(kept.listed()) == 1


def test_a_turn_of_a_conversation_that_is_gone_begins_a_new_one(kept: Conversations) -> None:
    head = kept.keep(None, [LORA])
    kept.purge([head.id])
    again = kept.keep(head.id, [WHY])
    assert again.id != head.id
    assert [turn.question for turn in kept.turns(again.id)] == ["Why?"]


def test_purging_leaves_nothing(kept: Conversations) -> None:
    head = kept.keep(None, [StoredTurn("Zanzibar?", {"text": "Zanzibar"})])
    kept.purge([head.id])
    assert kept.search("Zanzibar") == []
    assert kept.turns(head.id) == []
    with pytest.raises(NoSuchConversation):
        kept.restore([head.id])


def test_what_was_removed_long_ago_is_purged_with_the_next_turn(kept: Conversations) -> None:
    old, new = kept.keep(None, [LORA]), kept.keep(None, [LORA])
    kept.remove([old.id, new.id])
    kept.close()
    long_ago = (datetime.now(UTC) - 2 * KEPT_AFTER_REMOVAL).isoformat()
    with sqlite3.connect(kept.path) as db:
        db.execute("UPDATE conversations SET removed = ? WHERE id = ?", (long_ago, old.id))
    db.close()
    again = Conversations(kept.path)
    again.keep(None, [WHY])
    assert [head.id for head in again.listed(removed=True)] == [new.id]


def test_a_file_of_a_newer_program_is_refused_and_left_alone(kept: Conversations) -> None:
    kept.keep(None, [LORA])
    kept.close()
    with sqlite3.connect(kept.path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="newer version") as refused:
        kept.listed()
    assert "Update" in refused.value.hint


def test_a_file_that_is_no_database_is_named(kept: Conversations) -> None:
    kept.path.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreError, match="damaged") as refused:
        kept.listed()
    assert "Move it away" in refused.value.hint
    with pytest.raises(StoreError, match="damaged"):
        kept.keep(None, [LORA])


def test_a_folder_in_the_way_is_one_clear_message(kept: Conversations) -> None:
    kept.path.mkdir()
    with pytest.raises(StoreError):
        kept.keep(None, [LORA])


def test_a_full_disk_keeps_what_was_there(kept: Conversations) -> None:
    head = kept.keep(None, [LORA])
    connection = kept._opened()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        kept.keep(head.id, [StoredTurn("x" * 200_000, {"text": "y"})])
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    assert [turn.question for turn in kept.turns(head.id)] == ["What is LoRA?"]
    assert kept.keep(head.id, [WHY]).turns == 2


WRITER = """
import sys
from pathlib import Path
from store.conversations import Conversations, StoredTurn
kept = Conversations(Path(sys.argv[1]))
id_ = None
for number in range(100_000):
    id_ = kept.keep(id_, [StoredTurn(f"question {number}", {"text": "answer " * 200})]).id
    print(number, flush=True)
"""


def test_killed_at_any_moment_every_turn_that_was_kept_is_there(kept: Conversations) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(kept.path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    said += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    turns = kept.turns(1)
    assert len(turns) in {len(said), len(said) + 1}
    assert [turn.question for turn in turns] == [f"question {n}" for n in range(len(turns))]
    assert kept.keep(1, [WHY]).turns == len(turns) + 1


def test_two_who_write_the_same_conversation_lose_nothing(kept: Conversations) -> None:
    head = kept.keep(None, [LORA])
    failures: list[BaseException] = []

    def write(name: str) -> None:
        other = Conversations(kept.path)
        try:
            for number in range(20):
                other.keep(head.id, [StoredTurn(f"{name} {number}")])
        except BaseException as error:  # noqa: BLE001 - the test says it
            failures.append(error)
        other.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(kept.turns(head.id)) == 41
