"""The manual says what the program does: commands, settings, files and keys are checked against the code."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.cli.main import COMMANDS, main
from assistant.models.trials import known
from assistant.settings import NAMES, PREFIX, Settings
from benchmarks.models import UNKNOWN, measured, page
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    known = {field.name: field for field in fields(Settings)}
    rows = []
    for name in NAMES:
        default = known[name].default
        shown = f'"{default}"' if isinstance(default, str) else str(default).lower()
        rows.append(f"| `{name}` | `{shown}` | {known[name].metadata['meaning']} |")
    return "\n".join(rows)


def test_the_settings_table_is_that_of_the_code() -> None:
    assert settings_table() in README


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_is_in_the_manual(command: str) -> None:
    assert f"`assistant {command}" in README


def test_every_command_in_the_manual_exists() -> None:
    assert set(re.findall(r"`assistant ([a-z]+)", README)) <= set(COMMANDS)


def test_every_environment_variable_in_the_manual_exists() -> None:
    known = {PREFIX + name.upper() for name in NAMES} | {"ASSISTANT_HOME", "ASSISTANT_CACHE", "ASSISTANT_MODELS"}
    assert set(re.findall(r"ASSISTANT_[A-Z_]+", README)) <= known


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_target_in_the_manual_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^    |`)make ([a-z]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_bundled_files_are_declared_as_package_data() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for pattern, path in (
        ("sample/*.bib", "store/sample"),
        ("catalogue/*.sql", "store/catalogue"),
        ("answering/*.json", "assistant/answering"),
        ("models/*.json", "assistant/models"),
        ("models/*.toml", "assistant/models"),
        ("conversations/*.sql", "store/conversations"),
    ):
        assert pattern in declared
        assert list((ROOT / path).glob(Path(pattern).name))


def test_the_page_on_models_is_that_of_the_catalogue_and_the_trials() -> None:
    assert page() == (ROOT / "models.md").read_text(encoding="utf-8"), "run: python -m benchmarks.models --write"


def test_what_was_not_measured_says_so_and_the_starter_was() -> None:
    rows = measured({"other.gguf": None, **{trial.model: trial for trial in known(ROOT / "none").values()}})
    assert f"| `other.gguf` | {UNKNOWN} |" in rows
    assert "SmolLM2-135M-Instruct.Q4_1.gguf` | 7 of 20 |" in rows
    assert "tokens/s" not in page()


def test_the_demo_in_the_manual_is_the_one_that_runs(sample_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (question,) = set(re.findall(r'\$\(DEMO\) ask "(.+)"', makefile))
    main(["--home", str(sample_copy), "ask", question])
    answer = capsys.readouterr().out.strip()
    (source,) = [line for line in answer.splitlines() if line.startswith("[1] ")]
    assert source in README
    quotes = re.findall("“(.+)”", answer)
    assert quotes
    assert [quote for quote in quotes if quote not in README] == []


def test_the_modules_that_the_page_on_the_house_names_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = {path.as_posix() for folder in ("assistant", "store") for path in (ROOT / folder).rglob("*.py")}
    named = {name for name in re.findall(r"`([\w/]+\.py)`", page) if not name.startswith("tests/")}
    assert named
    assert not [name for name in named if not any(path.endswith(f"/{name}") for path in modules)]
