"""`assistant check`: each sentence of a draft held against the sample library."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import watchfiles
from jsonschema import validate

from assistant.cli.following import StatusLine
from assistant.cli.main import main

Capture = pytest.CaptureFixture[str]

RIGHT = "For GPT-3 with 175 billion parameters this cuts the trainable parameters by a factor of up to 10,000"


def keys_of(home: Path, capsys: Capture) -> dict[str, dict[str, object]]:
    main(["--home", str(home), "papers", "list", "--json"])
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def checked(home: Path, draft: Path, capsys: Capture, *options: str) -> tuple[int, dict[str, list[dict[str, object]]]]:
    code = main(["--home", str(home), "check", "--json", str(draft), *options])
    return code, json.loads(capsys.readouterr().out)


def written(tmp_path: Path, name: str, text: str) -> Path:
    draft = tmp_path / name
    draft.write_text(text, encoding="utf-8")
    return draft


@pytest.fixture
def lora(sample_copy: Path, capsys: Capture) -> dict[str, str]:
    found = [row for row in keys_of(sample_copy, capsys).values() if str(row["title"]).startswith("LoRA")]
    authors = found[0]["authors"]
    assert isinstance(authors, list)
    return {
        "key": str(found[0]["key"]),
        "title": str(found[0]["title"]),
        "family": str(authors[0]).partition(",")[0],
        "year": str(found[0]["year"]),
    }


def test_every_way_to_cite_means_the_same_paper(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    key, title, family, year = lora.values()
    latex = written(tmp_path, "a.tex", rf"{RIGHT}~\citep[see][p. 1]{{{key}}}. {RIGHT} \autocite{{{key}}}.")
    markdown = written(
        tmp_path,
        "a.md",
        f"{RIGHT} [@{key}]. {RIGHT} [1]. {RIGHT} ({family} et al., {year}).\n\n"
        f"# References\n\n[1] Someone and others. {title}. {year}.\n",
    )
    for draft, count in ((latex, 2), (markdown, 3)):
        _, report = checked(sample_copy, draft, capsys)
        assert [[p["key"] for p in s["papers"]] for s in report["sentences"]] == [[key]] * count  # type: ignore[union-attr]
        assert report["unknown"] == []


def test_a_cited_sentence_that_its_paper_does_not_support_exits_3(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"Owls hunt small mammals by hearing alone at night [@{lora['key']}].")
    code, report = checked(sample_copy, draft, capsys)
    assert (code, report["sentences"][0]["status"]) == (3, "unsupported")
    assert main(["--home", str(sample_copy), "check", str(draft)]) == 3
    assert "line 1: CITED, BUT NOT SUPPORTED" in capsys.readouterr().out


def test_an_unknown_key_is_reported_and_fails_nothing(sample_copy: Path, tmp_path: Path, capsys: Capture) -> None:
    draft = written(tmp_path, "a.tex", r"Owls hunt at night \cite{nobody1999, nobody2000}.")
    code, report = checked(sample_copy, draft, capsys)
    assert (code, report["unknown"]) == (0, ["nobody1999", "nobody2000"])
    assert report["sentences"][0]["status"] == "unknown"


def test_each_quote_is_a_sentence_of_its_abstract(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT} [@{lora['key']}].\n\nOwls hunt mice at night by hearing alone.\n")
    _, report = checked(sample_copy, draft, capsys)
    main(["--home", str(sample_copy), "papers", "show", lora["key"]])
    shown = " ".join(capsys.readouterr().out.split())
    (paper,) = report["sentences"][0]["papers"]  # type: ignore[misc]
    assert paper["quote"]  # type: ignore[index]
    assert paper["quote"] in shown  # type: ignore[index]
    assert [s["line"] for s in report["sentences"]] == [1, 3]
    assert report["sentences"][1]["status"] == "nothing"


def test_citations_are_proposed_when_asked_for(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT}.")
    _, without = checked(sample_copy, draft, capsys)
    _, proposed = checked(sample_copy, draft, capsys, "--suggest")
    assert without["sentences"][0]["suggested"] == []
    assert proposed["sentences"][0]["suggested"] == [lora["key"]]


def test_standard_input_is_a_draft(sample_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"Owls hunt mice at night by hearing alone."))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["--home", str(sample_copy), "check", "-"]) == 0
    assert "line 1: nothing in the library" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a heading\n", "% only a comment", "..."])
def test_a_draft_without_sentences_says_so(text: str, sample_copy: Path, tmp_path: Path, capsys: Capture) -> None:
    assert (
        main(["--home", str(sample_copy), "check", str(written(tmp_path, "a.tex" if "%" in text else "a.md", text))])
        == 3
    )
    assert "no sentence that could be checked" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "content"), [("missing.md", None), ("a folder", "folder"), ("a.docx", b"PK\x00\x00")])
def test_what_cannot_be_read_exits_2(
    name: str, content: bytes | str | None, sample_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    assert main(["--home", str(sample_copy), "check", str(path)]) == 2
    assert "hint:" in capsys.readouterr().err


def test_a_wrong_folder_for_the_checker_is_a_clear_message(sample_copy: Path, tmp_path: Path, capsys: Capture) -> None:
    draft = written(tmp_path, "a.md", "Owls hunt mice at night by hearing alone.")
    assert main(["--home", str(sample_copy), "--set", f"checker={tmp_path}", "check", str(draft)]) == 1
    assert "is not a cross-encoder folder" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "status"), [("10,000", "cited"), ("1,000", "unsupported")])
def test_a_changed_number_is_not_supported_and_the_reason_is_told(
    number: str, status: str, sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT.replace('10,000', number)} [@{lora['key']}].")
    _, report = checked(sample_copy, draft, capsys)
    (paper,) = report["sentences"][0]["papers"]  # type: ignore[misc]
    assert report["sentences"][0]["status"] == status
    assert (paper["says"] == "supported") == (status == "cited")  # type: ignore[index]
    told = any("10,000 where the claim has 1,000" in reason for reason in paper["reasons"])  # type: ignore[index]
    assert told == (status == "unsupported")


WRONG = "Owls hunt small mammals by hearing alone at night"


def test_the_findings_are_written_as_sarif(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    written(tmp_path, "part.tex", rf"{WRONG} \cite{{{lora['key']}}}.")
    draft = written(tmp_path, "a.tex", "\\begin{document}\n\\input{part}\n\\input{gone}\n\\end{document}")
    out = tmp_path / "out.sarif"
    assert main(["--home", str(sample_copy), "check", str(draft), "--sarif", str(out)]) == 3
    log = json.loads(out.read_text(encoding="utf-8"))
    validate(log, SARIF)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("unsupported-citation", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/part.tex")
    assert place["region"]["startLine"] == 1
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "Not found: gone (line 3)"
    assert "NOT FOUND, AND NOT CHECKED: gone (line 3)" in capsys.readouterr().out


SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "run": {
            "type": "object",
            "required": ["tool"],
            "properties": {
                "tool": {
                    "type": "object",
                    "required": ["driver"],
                    "properties": {"driver": {"type": "object", "required": ["name", "rules"]}},
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "invocations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["executionSuccessful"],
                        "properties": {"executionSuccessful": {"type": "boolean"}},
                    },
                },
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
            },
        },
        "result": {
            "type": "object",
            "required": ["message", "ruleId", "level", "locations"],
            "properties": {
                "message": {"$ref": "#/$defs/message"},
                "level": {"$ref": "#/$defs/level"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "locations": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation"],
                                "properties": {
                                    "region": {
                                        "type": "object",
                                        "properties": {
                                            "startLine": {"type": "integer", "minimum": 1},
                                            "endLine": {"type": "integer", "minimum": 1},
                                        },
                                    }
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 demands of the parts that are written."""


def test_each_sentence_is_a_junit_test_case(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT} [@{lora['key']}].\n\n{WRONG} [@{lora['key']}].\n\n{WRONG} [@nobody].")
    out = tmp_path / "out.xml"
    assert main(["--home", str(sample_copy), "check", str(draft), "--junit", str(out)]) == 3
    root = ElementTree.fromstring(out.read_text(encoding="utf-8"))
    assert [root.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "0", "1"]
    assert [[child.tag for child in case] for case in root.iter("testcase")] == [[], ["failure"], ["skipped"]]


@pytest.mark.parametrize(("share", "code"), [("0.5", 0), ("50%", 0), ("51%", 3)])
def test_a_share_decides_whether_the_draft_passes(
    share: str, code: int, sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT} [@{lora['key']}].\n\n{WRONG} [@{lora['key']}].")
    assert main(["--home", str(sample_copy), "check", str(draft), "--fail-under", share]) == code
    assert "Cited sentences that are supported: 50.0%" in capsys.readouterr().out


def test_a_draft_that_cites_nothing_or_lacks_a_part_does_not_pass_a_share(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str]
) -> None:
    plain = written(tmp_path, "a.md", f"{RIGHT}.")
    partial = written(tmp_path, "a.tex", rf"{RIGHT} \cite{{{lora['key']}}}. \input{{gone}}")
    for draft in (plain, partial):
        assert main(["--home", str(sample_copy), "check", str(draft), "--fail-under", "0"]) == 3


def test_what_is_no_share_is_wrong_use(sample_copy: Path, tmp_path: Path, capsys: Capture) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT}.")
    assert main(["--home", str(sample_copy), "check", str(draft), "--fail-under", "90"]) == 2
    assert "write 0.9 or 90%" in capsys.readouterr().err


def test_a_proposed_citation_comes_with_its_sentence(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture
) -> None:
    draft = written(tmp_path, "a.md", f"{RIGHT}.")
    assert main(["--home", str(sample_copy), "check", str(draft), "--suggest"]) == 0
    assert f"could cite: [@{lora['key']}]: “" in capsys.readouterr().out


def test_only_what_changed_is_checked_when_a_part_is_saved(
    sample_copy: Path, tmp_path: Path, lora: dict[str, str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = written(tmp_path, "part.tex", rf"{RIGHT} \cite{{{lora['key']}}}.")
    draft = written(tmp_path, "a.tex", f"\\begin{{document}}\n{WRONG}.\n\\input{{part}}\n\\end{{document}}")
    watched: list[Path] = []

    def saved_once(*folders: Path, **_: object) -> Iterator[None]:
        watched.extend(folders)
        capsys.readouterr()
        part.write_text(rf"A new line stands here. {RIGHT} \cite{{nobody}}.", encoding="utf-8")
        yield None

    monkeypatch.setattr(watchfiles, "watch", saved_once)
    assert main(["--home", str(sample_copy), "check", str(draft), "--watch"]) == 0
    out = capsys.readouterr().out
    assert watched == [tmp_path.resolve()]
    assert "part.tex, line 1: cited, cannot be checked" in out
    assert "line 2: nothing" not in out
    assert "3 sentences in 2 files:" in out


def test_output_between_two_counts_does_not_begin_the_step_anew() -> None:
    line = StatusLine()
    line.show("Checking sentences", "1 of 2")
    began = line._since
    line.clear()
    line.show("Checking sentences", "2 of 2")
    assert line._since == began
    line.show("Something else")
    assert line._since > began
    line.close()
