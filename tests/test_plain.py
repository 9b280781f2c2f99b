"""The line-based chat: whole lines, no cursor movement, the same answers."""

from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.cli.plain import PlainChat
from assistant.settings import Settings
from tests import scripted
from tests.scripted import write_script

TRUE = "Low-rank adaptation (LoRA) freezes the pre-trained weights. [1]"


def test_a_chat_is_held_in_plain_lines(sample_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_script(sample_copy, [TRUE])
    lines = ["/paper 1", "How does LoRA make fine-tuning cheaper?", "/paper 1", "/add nowhere.bib", "x" * 5000]
    lines += ["Best recipe for banana bread", "/new", "/nothing", "", "/quit", "never read"]
    with Assistant(Settings(sample_copy), serve=scripted.serve) as assistant:
        PlainChat(assistant).run(iter(lines))
        assert assistant.conversations.questions(limit=5) == [
            "How does LoRA make fine-tuning cheaper?",
            "Best recipe for banana bread",
        ]
    said = capsys.readouterr().out
    assert "The last answer has no source 1." in said
    assert "\nLow-rank adaptation (LoRA) freezes the pre-trained weights. [1]\n" in said
    assert "\nQuote: " in said
    assert "Source [1]: LoRA: Low-Rank Adaptation of Large Language Models." in said
    assert said.count("LoRA: Low-Rank Adaptation of Large Language Models.") == 2
    assert "Rejected: nowhere.bib, the whole file:" in said
    assert "Error: " in said
    assert "do not answer this question" in said
    assert "A new conversation." in said
    assert "/paper N" in said
    assert "never read" not in said
    assert not {"\r", "\x1b"} & set(said)
