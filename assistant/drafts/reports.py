"""A checked draft as other programs read it: SARIF 2.1.0 and JUnit XML."""

from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from assistant.drafts.records import CheckedSentence, DraftReport, Status

RULES: dict[Status, tuple[str, str, str]] = {
    "unsupported": ("unsupported-citation", "error", "The abstracts that are cited do not say so."),
    "contradicted": ("contradicted-claim", "warning", "A paper of the library says otherwise."),
    "unknown": ("citation-not-checked", "warning", "What is cited is not in the library, or has no abstract there."),
    "nothing": ("no-evidence", "note", "No paper of the library says so."),
}
"""What is reported of each status that is no support: the rule, its level, and what it means."""


def sarif(report: DraftReport, draft: str) -> dict[str, Any]:
    """The findings as a SARIF log of one run; parts that are missing are notifications of it."""
    rules = [
        {"id": name, "shortDescription": {"text": meaning}, "defaultConfiguration": {"level": level}}
        for name, level, meaning in RULES.values()
    ]
    missing = [{"level": "error", "message": {"text": f"Not found: {one}"}} for one in report.missing]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "assistant check",
                        "version": version("literature-assistant"),
                        "rules": rules,
                    }
                },
                "invocations": [
                    {"executionSuccessful": not report.stopped, "toolExecutionNotifications": missing},
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, draft) for one in report.sentences if one.status in RULES],
            }
        ],
    }


def junit(report: DraftReport, draft: str) -> str:
    """Each sentence as a test case; one that its citations do not support fails, one that cannot be told is skipped."""
    counts = report.counts
    failed = counts["unsupported"]
    skipped = counts["unknown"] + counts["contradicted"] + counts["nothing"]
    totals = {"tests": f"{len(report.sentences)}", "failures": f"{failed}", "skipped": f"{skipped}"}
    totals["errors"] = f"{len(report.missing)}"
    totals["tests"] = f"{len(report.sentences) + len(report.missing)}"
    root = ElementTree.Element("testsuites", totals)
    suite = ElementTree.SubElement(root, "testsuite", {"name": f"assistant check {_legal(draft)}", **totals})
    for one in report.sentences:
        place = {"classname": _legal(one.file or draft), "name": _legal(f"{one.place}: {one.text[:120]}")}
        case = ElementTree.SubElement(
            suite, "testcase", {**place, "file": _legal(_path(one, draft)), "line": f"{one.line}"}
        )
        if one.status in RULES:
            kind, _, meaning = RULES[one.status]
            verdict = ElementTree.SubElement(
                case, "failure" if one.status == "unsupported" else "skipped", {"message": meaning}
            )
            verdict.text = _legal(_told(one))
            if one.status == "unsupported":
                verdict.set("type", kind)
    for name in report.missing:
        case = ElementTree.SubElement(suite, "testcase", {"classname": _legal(draft), "name": _legal(f"part {name}")})
        ElementTree.SubElement(case, "error", {"message": _legal(f"Not found: {name}"), "type": "missing-part"})
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _result(one: CheckedSentence, draft: str) -> dict[str, Any]:
    rule, level, _ = RULES[one.status]
    path = quote(_path(one, draft).replace("\\", "/"))
    where = {
        "artifactLocation": {"uri": path},
        "region": {"startLine": one.line, "endLine": one.last_line, "snippet": {"text": one.text}},
    }
    return {
        "ruleId": rule,
        "ruleIndex": [name for name, _, _ in RULES.values()].index(rule),
        "level": level,
        "message": {"text": _told(one)},
        "locations": [{"physicalLocation": where}],
    }


def _path(one: CheckedSentence, draft: str) -> str:
    return str(PurePath(draft).parent / one.file) if one.file else draft


def _told(one: CheckedSentence) -> str:
    """The finding in words: the sentence, what each paper says, what could be cited."""
    lines = [f"{RULES[one.status][2]} “{one.text}”"] if one.status in RULES else [one.text]
    lines += [f"{name} is not in the library." for name in one.unknown]
    lines += [f"{name} has no abstract in the library." for name in one.silent]
    shown = [paper for paper in one.papers if one.cited or paper.says == "contradicted"]
    lines += [f"{paper.hit.paper.key}: “{paper.quote}” ({'; '.join(paper.reasons)})" for paper in shown if paper.quote]
    lines += [f"Could cite {paper.hit.paper.key}: “{paper.quote}”" for paper in one.suggestions]
    return "\n".join(lines)


def _legal(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(
        char
        if char in "\t\n" or 0x20 <= ord(char) <= 0xD7FF or 0xE000 <= ord(char) <= 0xFFFD or ord(char) > 0xFFFF
        else " "
        for char in text
    )
