"""A conversation that is held: kept per turn, gone on with later, exported."""

import json
import re
import sqlite3
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.conversation import RECALLED, Turn, recalled
from assistant.events import Answer, Claim, Event, Finished, Kept, Note, Quote, Source
from assistant.exporting import FORMATS
from assistant.settings import Settings
from assistant.stored import restored, stored
from store.conversations import Conversation, StoredTurn, conversations_file
from store.records import Filters, Hit, Paper, Why
from tests import scripted
from tests.scripted import write_script

QUESTION = "How does LoRA make fine-tuning cheaper?"
FOLLOW_UP = "Which data sets did they use?"
TRUE = "Low-rank adaptation (LoRA) freezes the pre-trained weights. [1]"


@pytest.fixture
def assistant(sample_copy: Path) -> Generator[Assistant, None, None]:
    write_script(sample_copy, [TRUE])
    with Assistant(Settings(sample_copy), serve=scripted.serve) as assistant:
        yield assistant


def finished(events: list[Event]) -> Answer:
    (answer,) = [event.answer for event in events if isinstance(event, Finished)]
    return answer


def notes(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Note) and "conversations" in event.text]


def test_a_turn_is_on_the_disk_before_the_chat_says_that_it_is_finished(assistant: Assistant) -> None:
    for event in assistant.chat().ask(QUESTION):
        if isinstance(event, Finished):
            assert [head.turns for head in assistant.conversations.listed()] == [1]
            return
    pytest.fail("the answer never came")


def test_a_conversation_is_gone_on_with_in_another_process(assistant: Assistant) -> None:
    chat = assistant.chat()
    events = list(chat.ask(QUESTION))
    assert isinstance(events[-1], Kept)
    first = finished(events)
    later = Assistant(assistant.settings, serve=scripted.serve)
    resumed = later.chat(events[-1].conversation.id)
    assert resumed.history == [Turn(QUESTION, first)] or _shown(resumed.history[0].answer) == _shown(first)
    second = finished(list(resumed.ask(FOLLOW_UP)))
    later.close()
    assert {source.hit.paper.key for source in second.sources} == {"hu2022lora"}
    assert [turn.question for turn in assistant.conversations.turns(events[-1].conversation.id)] == [
        QUESTION,
        FOLLOW_UP,
    ]


def test_what_shall_not_be_kept_is_not(assistant: Assistant) -> None:
    chat = assistant.chat(kept=False)
    list(chat.ask(QUESTION))
    assert len(chat.history) == 1
    assert not conversations_file(assistant.settings.home).exists()


def test_a_disk_that_is_full_is_said_once_and_what_was_missed_is_kept_later(assistant: Assistant) -> None:
    chat = assistant.chat()
    list(chat.ask(QUESTION))
    connection = assistant.conversations._opened()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    full = [list(chat.ask(f"{QUESTION} {'Please. ' * 200}")) for _ in range(2)]
    assert [finished(events).answered for events in full] == [True, True]
    assert [len(notes(events)) for events in full] == [1, 0]
    assert "full" in notes(full[0])[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    events = list(chat.ask(FOLLOW_UP))
    assert isinstance(events[-1], Kept)
    assert events[-1].conversation.turns == 4


def test_a_damaged_file_does_not_end_the_chat(assistant: Assistant) -> None:
    conversations_file(assistant.settings.home).write_bytes(b"no database " * 500)
    events = list(assistant.chat().ask(QUESTION))
    assert finished(events).answered
    assert "damaged" in notes(events)[0]


def test_marks_resolve_when_the_paper_has_left_the_library(assistant: Assistant) -> None:
    chat = assistant.chat()
    list(chat.ask(QUESTION))
    list(assistant.remove(["hu2022lora"]))
    resumed = assistant.chat(chat.conversation.id if chat.conversation else None)
    answer = resumed.history[0].answer
    (source,) = answer.sources
    assert source.hit.paper.key == "hu2022lora"
    for claim in answer.claims:
        for quote in claim.quotes:
            assert source.hit.paper.abstract[quote.start : quote.end] == quote.text
    follow_up = finished(list(resumed.ask(FOLLOW_UP)))
    assert "hu2022lora" not in {source.hit.paper.key for source in follow_up.sources}


def test_the_last_answered_turn_is_recalled_however_long_ago_it_was() -> None:
    answered, refused = Turn("a", Answer("a", True, "")), Turn("b", Answer("b", False, ""))
    assert recalled([refused, answered, *[refused] * 50])[0] is answered
    assert len(recalled([answered] * 50)) == RECALLED
    assert recalled([refused]) == (refused,)
    assert recalled([]) == ()


# -- kept and exported ---------------------------------------------------------------------------

WORDS = st.text(min_size=1, max_size=30)
PAPERS = st.builds(
    Paper, title=WORDS, abstract=WORDS, authors=st.tuples(WORDS), year=st.none() | st.integers(1900, 2030),
    doi=st.just("") | WORDS, key=WORDS, id=WORDS, extra=st.dictionaries(WORDS, WORDS, max_size=2),
)  # fmt: skip


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    hit = Hit(draw(st.integers(1, 99)), draw(PAPERS), 0.5, draw(WORDS), Why(0.1, ("a",), ("title",), "s"))
    quote = Quote(1, draw(WORDS), 2, 5)
    claim = Claim(draw(WORDS), (1,), draw(st.sampled_from(["quoted", "supported"])), (quote,))
    fact = Claim(draw(WORDS), (1,), "catalogue", ())
    answer = Answer(
        draw(WORDS), True, draw(WORDS), (claim, fact), (Source(1, hit),), model="m",
        rewritten=draw(st.just("") | WORDS),
        filters=Filters(years=(2000, None)), seconds={"total": 0.5}, tokens={"prompt": 3},
    )  # fmt: skip
    return Turn(answer.question, answer)


def _shown(answer: Answer) -> object:
    return (answer.text, answer.claims, [source.hit.paper for source in answer.sources], answer.closest)


@given(turns())
def test_a_turn_comes_back_whole(turn: Turn) -> None:
    kept = stored(turn)
    through = StoredTurn(kept.question, json.loads(json.dumps(kept.answer)), kept.rewritten, kept.model)
    assert restored(through) == turn


def test_half_a_character_in_a_question_is_kept_as_a_question_mark(tmp_path: Path) -> None:
    turn = stored(Turn("what\udcff?", Answer("what", False, "")))
    sqlite3.connect(":memory:").execute("SELECT ?", (turn.question,)).connection.close()
    assert turn.question == "what??"


HEAD = Conversation(1, "Low_rank & 100% <b>", "", "", 1)


def hostile_turn() -> Turn:
    paper = Paper("On $x_1$ & [1] <script>", "50% of {all} \\cite{evil} ~ is # 1.", key="evil_2020", year=2020)
    quote = Quote(1, paper.abstract, 0, len(paper.abstract))
    claim = Claim(paper.abstract, (1,), "quoted", (quote,))
    return Turn("What_is *it*?", Answer("q", True, "t", (claim,), (Source(1, Hit(1, paper, 1.0, "")),)))


def test_markdown_says_each_answer_with_its_sources_and_takes_nothing_for_markup() -> None:
    text = FORMATS["markdown"](HEAD, [hostile_turn()])
    assert text.startswith("# Low\\_rank \\& 100% \\<b\\>\n\n## What\\_is \\*it\\*?\n\n“50% of")
    assert "is \\# 1.” [1]\n" in text
    assert "- [1] On \\$x\\_1\\$ \\& \\[1\\] \\<script\\>. 2020. `evil_2020`\n  - “50%" in text


def test_latex_cites_keys_and_escapes_the_rest() -> None:
    text = FORMATS["latex"](HEAD, [hostile_turn()])
    assert r"\section*{Low\_rank \& 100\% \textless{}b\textgreater{}}" in text
    assert r"``50\% of \{all\} \textbackslash{}cite\{evil\} \textasciitilde{} is \# 1.''~\cite{evil_2020}" in text


@pytest.mark.parametrize("key", ["a,b", "a}b", "a b", "a%b", "#1"])
def test_a_key_that_latex_cannot_read_is_a_title_instead(key: str) -> None:
    source = Source(1, Hit(1, Paper("The title", key=key), 1.0, ""))
    claim = Claim("It holds.", (1,), "supported", ())
    text = FORMATS["latex"](HEAD, [Turn("q", Answer("q", True, "t", (claim,), (source,)))])
    assert "It holds~ (The title)." in text or "It holds (The title)." in text


@given(turns())
def test_every_brace_of_the_latex_closes(turn: Turn) -> None:
    text = re.sub(r"\\[\\{}]", "", FORMATS["latex"](HEAD, [turn]))
    assert text.count("{") == text.count("}")
    assert re.search(r"(?<!\\)[%#$&]", text) is None


def test_json_has_sources_and_quotes() -> None:
    said = json.loads(FORMATS["json"](HEAD, [hostile_turn()]))
    (turn,) = said["turns"]
    assert said["title"] == HEAD.title
    assert turn["answer"]["sources"][0]["abstract"] == turn["answer"]["claims"][0]["quotes"][0]["text"]
