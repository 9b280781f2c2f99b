"""A server in place of the model file: a real one on the loopback interface, with scripted text."""

import json
import socket
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.cli.main import main
from assistant.errors import BadSettings, ServerFailed
from assistant.events import Drafted, Event, Finished, Note
from assistant.models import Message
from assistant.models.address import address, host, leaves
from assistant.models.server import ServerModel
from assistant.settings import Settings
from tests.serving import Script, served

CHAT = [Message("system", "Be brief."), Message("user", "Why?")]
QUESTION = "How does LoRA make fine-tuning cheaper?"
TRUE = "Low-rank adaptation (LoRA) freezes the pre-trained weights. [1]"


def never() -> bool:
    return False


def written(settings: Settings, limit: int = 100) -> list[str]:
    return list(ServerModel(settings).write(CHAT, limit=limit, stop=never))


def test_the_pieces_come_as_they_are_streamed(tmp_path: Path) -> None:
    script = Script("One ", "two", " dräi.")
    with served(script) as url:
        assert written(Settings(tmp_path, server=url)) == ["One ", "two", " dräi."]
    (request,) = script.requests
    assert request["model"] == "small-model"
    assert request["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    assert (request["stream"], request["max_tokens"]) == (True, 100)
    assert "grammar" not in request


def test_the_model_and_the_key_are_those_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script("Yes.", models=("one", "two:latest"), key="s3cret")
    with served(script) as url:
        settings = Settings(tmp_path, server=url, server_model="two", server_key="MY_KEY")
        with pytest.raises(ServerFailed, match="MY_KEY holds no key"):
            ServerModel(settings)
        monkeypatch.setenv("MY_KEY", "wrong")
        with pytest.raises(ServerFailed, match="401: wrong key") as refused:
            ServerModel(settings)
        assert "server_key" in refused.value.hint
        monkeypatch.setenv("MY_KEY", "s3cret")
        assert written(settings) == ["Yes."]
    assert script.requests[0]["model"] == "two"


def test_a_model_that_the_server_does_not_have_is_named_with_those_it_has(tmp_path: Path) -> None:
    with served(Script(models=("one", "two"))) as url, pytest.raises(ServerFailed, match="no model 'three'") as refused:
        ServerModel(Settings(tmp_path, server=url, server_model="three"))
    assert "one, two" in refused.value.hint


def test_a_server_without_models_is_named(tmp_path: Path) -> None:
    with served(Script(models=())) as url, pytest.raises(ServerFailed, match="names no model"):
        ServerModel(Settings(tmp_path, server=url))


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    with pytest.raises(ServerFailed, match="does not answer") as refused:
        ServerModel(Settings(tmp_path, server=url))
    assert "'server'" in refused.value.hint


def test_no_more_is_taken_than_wanted(tmp_path: Path) -> None:
    with served(Script(*["word "] * 1000)) as url:
        assert len(written(Settings(tmp_path, server=url), limit=7)) == 7


def test_stop_is_obeyed_while_the_server_is_silent(tmp_path: Path) -> None:
    asked = count()
    with served(Script("One ", "{hang}")) as url:
        model = ServerModel(Settings(tmp_path, server=url))
        assert list(model.write(CHAT, limit=9, stop=lambda: next(asked) > 6)) == ["One "]


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    with served(Script("{hang}")) as url, pytest.raises(ServerFailed, match="silent for 1 seconds"):
        written(Settings(tmp_path, server=url, server_seconds=1))


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script("One ", "{die}"), "broke off"),
        (Script(status=400), "400: the prompt is too long"),
        (Script(status=500), "500"),
    ],
)
def test_a_server_that_fails_in_the_middle_is_named(tmp_path: Path, script: Script, words: str) -> None:
    with served(script) as url, pytest.raises(ServerFailed, match=words) as failed:
        written(Settings(tmp_path, server=url))
    assert failed.value.hint


@pytest.mark.parametrize(
    "raw",
    [
        b"data: {not json\n\n",
        b"data: []\n\ndata: 7\n\ndata: null\n\n",
        b'data: {"choices": []}\n\ndata: {"choices": [{"delta": {"content": 5}}]}\n\n',
        b": a comment\n\nevent: ping\n\n\xff\xfe\n\n",
        b'data: {"choices": [{"delta": null}]}\n\n',
    ],
)
def test_what_is_no_text_in_a_stream_is_passed_over(tmp_path: Path, raw: bytes) -> None:
    script = Script("Yes.")
    script.raw = raw
    with served(script) as url:
        assert written(Settings(tmp_path, server=url)) == ["Yes."]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "http://127.0.0.1@example.org/v1",
        "http://127.0.0.1.example.org",
        "https://10.0.0.7:8080",
    ],
)
def test_another_machine_must_be_named_in_the_settings(tmp_path: Path, url: str) -> None:
    settings = Settings(tmp_path, server=url)
    with pytest.raises(BadSettings):
        address(settings)
    with pytest.raises(BadSettings):
        address(replace(settings, remote_host="example.com"))


def test_a_named_host_is_used_and_said_to_get_questions_and_abstracts(tmp_path: Path) -> None:
    settings = Settings(tmp_path, server="http://Example.org:81/v1", remote_host="example.org")
    assert address(settings).hostname == "example.org"
    assert leaves(settings) == "Questions and sentences of abstracts are sent to example.org unencrypted (http)."
    assert "and the key are sent to example.org unencrypted" in leaves(replace(settings, server_key="MY_KEY"))
    encrypted = replace(settings, server="https://example.org/v1", server_key="MY_KEY")
    assert leaves(encrypted) == "Questions and sentences of abstracts are sent to example.org."
    assert leaves(Settings(tmp_path)) == leaves(Settings(tmp_path, server="http://[::1]:8080/v1")) == ""
    assert host(address(Settings(tmp_path, server="http://localhost:8080/v1"))) == "127.0.0.1"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "x\ny", "http://a b"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSettings, match="no address"):
        address(Settings(tmp_path, server=url))


def ask(home: Path, **settings: str) -> list[Event]:
    with Assistant(Settings(home, **settings)) as assistant:  # type: ignore[arg-type]
        return list(assistant.ask(QUESTION))


def finished(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


def test_a_server_answers_with_the_same_checks(sample_copy: Path) -> None:
    script = Script(TRUE, " It also cooks dinner [1]. ", "[Smith 2020] says so [9].")
    with served(script) as url:
        answer = finished(ask(sample_copy, server=url)).answer
    assert answer.model == "small-model"
    assert [claim.text for claim in answer.claims if claim.support == "supported"] == [TRUE.removesuffix(" [1]")]
    assert "dinner" not in answer.text
    assert "[9]" not in answer.text


def test_a_server_that_dies_in_the_middle_leaves_what_it_wrote_and_the_quotes(sample_copy: Path) -> None:
    with served(Script(TRUE, " And", " then", "{die}")) as url:
        events = ask(sample_copy, server=url)
    assert any(isinstance(event, Note) and "broke off" in event.text for event in events)
    assert any(isinstance(event, Drafted) for event in events)
    assert any(claim.support == "quoted" for claim in finished(events).answer.claims)


def test_a_server_that_is_not_there_leaves_the_quotes(sample_copy: Path) -> None:
    events = ask(sample_copy, server="http://127.0.0.1:9/v1")
    assert any(isinstance(event, Note) and "does not answer" in event.text for event in events)
    assert finished(events).answer.claims


def test_the_command_line_says_where_questions_go(sample_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--set", "server=http://example.invalid:8080/v1", "--set", "remote_host=example.invalid"]
    main(["--home", str(sample_copy), *flags, "models", "list"])
    assert "Questions and sentences of abstracts are sent to example.invalid" in capsys.readouterr().out
    assert main(["--home", str(sample_copy), *flags[:2], "ask", QUESTION]) == 2
    assert "another machine" in capsys.readouterr().err
    assert main(["--home", str(sample_copy), *flags, "ask", "--json", QUESTION]) == 0
    shown = capsys.readouterr()
    assert "are sent to example.invalid" in shown.err
    assert json.loads(shown.out)["claims"]


def test_doctor_says_whether_the_server_answers(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(Script()) as url:
        main(["--home", str(home), "--set", f"server={url}", "doctor", "--json"])
        checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["language model"]["ok"]
    assert "small-model" in checks["language model"]["detail"]
    assert main(["--home", str(home), "--set", f"server={url}", "doctor", "--json"]) == 1
    assert "does not answer" in capsys.readouterr().out
