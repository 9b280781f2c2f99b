"""The language server, with a real client over a real process."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from tests.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

FALSE = "It raises the number of trainable parameters tenfold \\citep{hu2022lora}."
TRUE = "LoRA became the most widely used method of parameter-efficient fine-tuning \\citep{hu2022lora}."
DRAFT = "\n".join(
    [
        r"\documentclass{article}",
        r"\begin{document}",
        f"Fine-tuning is costly. {TRUE} {FALSE}",
        r"Owls hunt at night \cite{nobody1999}. This cites nothing at all.",
        r"\end{document}",
    ]
)


class Editor(LanguageClient):
    """An editor that keeps the diagnostics of each draft, newest last."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.shown: list[lsp.PublishDiagnosticsParams] = []
        self.said: list[str] = []
        self.news = asyncio.Event()

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: lsp.PublishDiagnosticsParams) -> None:
            self.shown.append(params)
            self.news.set()

        @self.feature(lsp.WINDOW_SHOW_MESSAGE)
        def say(params: lsp.ShowMessageParams) -> None:
            self.said.append(params.message)
            self.news.set()

    def open(self, uri: str, text: str, language: str) -> None:
        document = lsp.TextDocumentItem(uri, language, 1, text)
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(document))

    def change(self, uri: str, text: str, version: int) -> None:
        changes = [lsp.TextDocumentContentChangeWholeDocument(text)]
        identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, changes))

    async def diagnostics(self, uri: str, version: int = 1) -> list[lsp.Diagnostic]:
        """Those of this version of a draft, once they are there."""
        while not (found := [each for each in self.shown if each.uri == uri and each.version == version]):
            self.news.clear()
            await self.news.wait()
        return list(found[-1].diagnostics)


async def started(home: Path) -> Editor:
    editor = Editor()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = ["-m", "assistant.cli.main", "--home", str(home), "lsp"]
    await editor.start_io(sys.executable, *arguments, cwd=ROOT, env=environment)
    await editor.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), process_id=os.getpid()))
    editor.initialized(lsp.InitializedParams())
    return editor


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor, None]:
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("editor") / "home")
    editor = await started(home)
    yield editor
    await editor.shutdown_async(None)
    editor.exit(None)
    await editor.stop()


def marked(text: str, where: lsp.Range) -> str:
    lines = text.splitlines()[where.start.line : where.end.line + 1]
    assert len(lines) == 1
    return lines[0][where.start.character : where.end.character]


async def test_a_cited_sentence_that_its_paper_does_not_support_is_marked_and_no_other(editor: Editor) -> None:
    uri = "file:///draft/marked.tex"
    editor.open(uri, DRAFT, "latex")
    found = {diagnostic.code: diagnostic for diagnostic in await editor.diagnostics(uri)}
    assert len(found) == 2
    (false,) = [each for code, each in found.items() if code in ("contradicted", "unsupported")]
    assert marked(DRAFT, false.range) == FALSE
    assert "hu2022lora" in false.message
    assert "“" in false.message
    assert "nobody1999 is not in the library" in found["unknown"].message


async def test_hover_shows_the_sentence_that_decides_and_the_abstract(editor: Editor) -> None:
    uri = "file:///draft/hovered.tex"
    editor.open(uri, DRAFT, "latex")
    await editor.diagnostics(uri)
    place = lsp.Position(2, DRAFT.splitlines()[2].index("widely used"))
    shown = await editor.text_document_hover_async(lsp.HoverParams(lsp.TextDocumentIdentifier(uri), place))
    assert shown is not None
    assert isinstance(shown.contents, lsp.MarkupContent)
    assert "supports it" in shown.contents.value
    assert "> LoRA became the most widely used method" in shown.contents.value
    assert "freezes the pre-trained weights" in shown.contents.value
    assert shown.range is not None
    assert marked(DRAFT, shown.range) == TRUE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tex", "Scaled dot-product attention replaces recurrence in translation \\citep{"),
        ("a.md", "Scaled dot-product attention replaces recurrence in translation [@"),
        ("a.md", "Fine. 🦉 Scaled dot-product attention replaces recurrence in translation [@hu2022lora; @"),
    ],
)
async def test_keys_are_offered_by_the_meaning_of_the_text_before(editor: Editor, name: str, text: str) -> None:
    uri = f"file:///draft/{name}"
    editor.open(uri, text, "latex" if name.endswith("tex") else "markdown")
    place = lsp.Position(0, len(text.encode("utf-16-le")) // 2)
    offered = await editor.text_document_completion_async(lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), place))
    assert isinstance(offered, lsp.CompletionList)
    first = min(offered.items, key=lambda item: item.sort_text or "")
    assert first.label == "vaswani2017attention"
    assert isinstance(first.text_edit, lsp.TextEdit)
    assert first.text_edit.range == lsp.Range(place, place)


async def test_what_is_typed_of_a_key_counts_more_than_the_text_before(editor: Editor) -> None:
    text = "Scaled dot-product attention replaces recurrence \\citep{hu20"
    editor.open("file:///draft/a.tex", text, "latex")
    place = lsp.Position(0, len(text))
    offered = await editor.text_document_completion_async(
        lsp.CompletionParams(lsp.TextDocumentIdentifier("file:///draft/a.tex"), place)
    )
    assert isinstance(offered, lsp.CompletionList)
    assert min(offered.items, key=lambda item: item.sort_text or "").label == "hu2022lora"


async def test_nothing_is_offered_in_plain_prose(editor: Editor) -> None:
    editor.open("file:///draft/a.md", "Write to somebody@example", "markdown")
    place = lsp.Position(0, 25)
    wanted = lsp.CompletionParams(lsp.TextDocumentIdentifier("file:///draft/a.md"), place)
    assert await editor.text_document_completion_async(wanted) is None


async def test_text_that_is_not_saved_is_checked_and_only_the_last_change_of_many(editor: Editor) -> None:
    uri = "untitled:Untitled-1"
    editor.open(uri, "", "latex")
    for version in range(2, 30):
        editor.change(uri, DRAFT[: -30 + version], version)
    editor.change(uri, FALSE, 30)
    (found,) = await editor.diagnostics(uri, 30)
    assert marked(FALSE, found.range) == FALSE
    assert {each.version for each in editor.shown if each.uri == uri} <= {1, 30}


async def test_a_draft_that_is_closed_has_no_marks_left(editor: Editor) -> None:
    uri = "file:///draft/closed.tex"
    editor.open(uri, DRAFT, "latex")
    assert await editor.diagnostics(uri)
    editor.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
    while [each for each in editor.shown if each.uri == uri][-1].diagnostics:
        editor.news.clear()
        await editor.news.wait()


async def test_an_editor_is_told_once_why_nothing_can_be_checked(home: Path) -> None:
    (home / "library").mkdir()
    (home / "library" / "catalogue.sqlite3").write_bytes(b"this is no database at all" * 1000)
    editor = await started(home)
    editor.open("file:///a.md", "Owls hunt at night [@owl].", "markdown")
    while not editor.said:
        editor.news.clear()
        await editor.news.wait()
    editor.change("file:///a.md", "Owls hunt at night, mostly [@owl].", 2)
    assert await editor.text_document_completion_async(
        lsp.CompletionParams(lsp.TextDocumentIdentifier("file:///a.md"), lsp.Position(0, 31))
    ) in (None, lsp.CompletionList(is_incomplete=True, items=[]))
    assert len(editor.said) == 1
    await editor.shutdown_async(None)
    editor.exit(None)
    await editor.stop()
