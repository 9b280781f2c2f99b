"""The language server: checks drafts while they are written, in the background, on standard input and output."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from assistant.assistant import Assistant
from assistant.background import Background, Follow
from assistant.drafts.reading import MOST
from assistant.drafts.records import DraftReport
from assistant.editor import findings
from assistant.editor.citing import Typed, key_at, typed
from assistant.editor.findings import Fault, Finding
from assistant.engine.messages import Browse, FindPapers
from assistant.events import DraftChecked, Found, Page, PapersRead
from store.errors import ExpectedError, NoSuchPaper
from store.records import Paper, Progress

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds without a change after which a draft is checked."""

SHOWN_AFTER = 1.0
"""Seconds of checking before the editor shows that it goes on."""

OFFERED = 10
"""Keys that are offered by the meaning of the text before, and as many by what has been typed."""

LANGUAGES = {"latex": ".tex", "tex": ".tex", "plaintex": ".tex", "context": ".tex"}
"""The ending that a draft without a file of its own is read by; other languages are Markdown."""

ENDINGS = frozenset(".tex .ltx .latex .md .markdown .mkd .qmd .rmd .txt .text".split())
PROSE = frozenset("markdown rmd quarto pandoc plaintext text mdx".split()) | LANGUAGES.keys()

SEVERITY: dict[Fault, lsp.DiagnosticSeverity] = {
    "contradicted": lsp.DiagnosticSeverity.Warning,
    "unsupported": lsp.DiagnosticSeverity.Information,
    "unknown": lsp.DiagnosticSeverity.Hint,
    "unsaid": lsp.DiagnosticSeverity.Hint,
}


def serve(assistant: Assistant) -> None:
    """Serve an editor until it says to end, or goes away."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what else is printed must not come between the messages
    background = Background(assistant)
    server = LanguageServer(
        "literature-assistant",
        version("literature-assistant"),
        text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
    )
    _Drafts(server, assistant, background).offer()
    try:
        server.start_io(sys.stdin.buffer, output)
    finally:
        background.close()


class _Drafts:
    """The open drafts: their checks under way, and what was found last."""

    def __init__(self, server: LanguageServer, assistant: Assistant, background: Background) -> None:
        self._server = server
        self._assistant = assistant
        self._background = background
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._found: dict[str, tuple[str, tuple[Finding, ...]]] = {}
        self._complaints: set[str] = set()
        self._count = 0

    def offer(self) -> None:
        """Register what the server can do."""
        feature = self._server.feature

        @feature(lsp.TEXT_DOCUMENT_DID_OPEN)
        async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
            self._schedule(params.text_document.uri, 0)

        @feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
        async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
            self._schedule(params.text_document.uri, PAUSE)

        @feature(lsp.TEXT_DOCUMENT_DID_SAVE)
        async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
            self._schedule(params.text_document.uri, 0)

        @feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
        async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
            self._close(params.text_document.uri)

        @feature(lsp.TEXT_DOCUMENT_HOVER)
        async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
            return await self._hover(params.text_document.uri, params.position)

        @feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=["{", ",", "@"]))
        async def complete(params: lsp.CompletionParams) -> lsp.CompletionList | None:
            return await self._complete(params.text_document.uri, params.position)

    def _schedule(self, uri: str, pause: float) -> None:
        """Check a draft after a pause, in place of a check that is under way."""
        if task := self._checks.pop(uri, None):
            task.cancel()
        if self._is_draft(uri):
            self._checks[uri] = asyncio.create_task(self._checked(uri, pause))

    async def _checked(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        text, document_version = self._text(uri), self._server.workspace.get_text_document(uri).version
        if len(text) > MOST:
            self._complain(f"The draft has {len(text):,} characters; at most {MOST:,} are checked.")
            return
        try:
            report = await self._report(uri, text)
        except ExpectedError as error:
            self._complain(f"{error} {error.hint}".strip())
            return
        except Exception:
            log.exception("the check of a draft failed")
            self._complain(f"A bug in the program; its traceback is in {self._assistant.settings.log_file}.")
            return
        if report is None or report.stopped:
            return
        found = findings.found(text, report.sentences)
        self._found[uri] = text, found
        self._publish(uri, text, found, document_version)

    async def _report(self, uri: str, text: str) -> DraftReport | None:
        name = self._name(uri)

        def work(follow: Follow) -> DraftReport | None:
            report = None
            for event in follow(self._assistant.check(name, text, cited_only=True)):
                report = event.report if isinstance(event, DraftChecked) else report
            return report

        async with _Shown(self._server, self._token(), name) as shown:
            return await self._background.run(work, shown.report)

    def _publish(self, uri: str, text: str, found: Iterable[Finding], document_version: int | None) -> None:
        lines = text.split("\n")
        diagnostics = [
            lsp.Diagnostic(
                lsp.Range(self._position(uri, lines, each.start), self._position(uri, lines, each.end)),
                each.message,
                SEVERITY[each.fault],
                each.fault,
                source="assistant",
            )
            for each in found
            if each.fault
        ]
        self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, document_version))

    def _close(self, uri: str) -> None:
        if task := self._checks.pop(uri, None):
            task.cancel()
        self._found.pop(uri, None)
        self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    async def _hover(self, uri: str, position: lsp.Position) -> lsp.Hover | None:
        text = self._text(uri)
        offset = self._offset(uri, text, position)
        known, found = self._found.get(uri, ("", ()))
        finding = findings.at(found, offset) if known == text else None
        if finding:
            lines = text.split("\n")
            place = lsp.Range(self._position(uri, lines, finding.start), self._position(uri, lines, finding.end))
            return lsp.Hover(_markdown(findings.hover(finding)), place)
        key = key_at(text, offset)
        paper = await asyncio.to_thread(self._paper, key) if key else None
        return lsp.Hover(_markdown(findings.paper_text(paper))) if paper else None

    def _paper(self, key: str) -> Paper | None:
        with suppress(NoSuchPaper):
            read = self._assistant.look(FindPapers((key,)))
            return read.papers[0][1] if isinstance(read, PapersRead) and read.papers else None
        return None

    async def _complete(self, uri: str, position: lsp.Position) -> lsp.CompletionList | None:
        text = self._text(uri)
        offset = self._offset(uri, text, position)
        begun = typed(text, offset) if self._is_draft(uri) else None
        if begun is None:
            return None
        waiting = [other for other, task in self._checks.items() if not task.done()]
        for other in waiting:
            self._checks[other].cancel()
        try:
            papers = await self._offered(begun)
        except ExpectedError as error:
            self._complain(f"{error} {error.hint}".strip())
            return None
        finally:
            for other in waiting:
                self._schedule(other, PAUSE)
        lines = text.split("\n")
        place = lsp.Range(self._position(uri, lines, begun.start), self._position(uri, lines, begun.end))
        items = [_item(paper, number, place, begun.written) for number, paper in enumerate(papers)]
        return lsp.CompletionList(is_incomplete=True, items=items)

    async def _offered(self, begun: Typed) -> list[Paper]:
        """Papers whose key, title or authors have what is typed; then those nearest to the text before."""
        by_name = await asyncio.to_thread(self._named, begun.written) if begun.written.strip() else []
        by_meaning: list[Paper] = []
        if any(char.isalnum() for char in begun.before):

            def search(follow: Follow) -> list[Paper]:
                events = list(follow(self._assistant.search(begun.before, limit=OFFERED)))
                return [hit.paper for event in events if isinstance(event, Found) for hit in event.hits]

            by_meaning = await self._background.run(search)
        rank = {paper.key: place for place, paper in enumerate(by_meaning)}
        by_name.sort(key=lambda paper: rank.get(paper.key, len(rank)))
        return list({paper.key: paper for paper in (*by_name, *by_meaning)}.values())

    def _named(self, written: str) -> list[Paper]:
        page = self._assistant.look(Browse(written, "author", 0, OFFERED))
        keys = tuple(entry.key for entry in page.entries) if isinstance(page, Page) else ()
        read = self._assistant.look(FindPapers(keys)) if keys else None
        return [paper for _, paper in read.papers] if isinstance(read, PapersRead) else []

    def _text(self, uri: str) -> str:
        return self._server.workspace.get_text_document(uri).source.replace("\r\n", "\n").replace("\r", "\n")

    def _is_draft(self, uri: str) -> bool:
        document = self._server.workspace.get_text_document(uri)
        return (document.language_id or "") in PROSE or PurePath(urlsplit(uri).path).suffix.lower() in ENDINGS

    def _name(self, uri: str) -> str:
        """The draft's name, with the ending that tells its form."""
        name = PurePath(unquote(urlsplit(uri).path)).name or "draft"
        if PurePath(name).suffix.lower() in ENDINGS:
            return name
        language = self._server.workspace.get_text_document(uri).language_id or ""
        return name + LANGUAGES.get(language, ".md")

    def _offset(self, uri: str, text: str, position: lsp.Position) -> int:
        lines = text.split("\n")
        row = min(position.line, len(lines) - 1)
        codec = self._server.workspace.get_text_document(uri).position_codec
        column = codec.position_from_client_units(lines, lsp.Position(row, position.character)).character
        return sum(len(line) + 1 for line in lines[:row]) + min(column, len(lines[row]))

    def _position(self, uri: str, lines: list[str], offset: int) -> lsp.Position:
        codec = self._server.workspace.get_text_document(uri).position_codec
        for row, line in enumerate(lines):
            if offset <= len(line):
                return lsp.Position(row, codec.client_num_units(line[:offset]))
            offset -= len(line) + 1
        return lsp.Position(len(lines) - 1, codec.client_num_units(lines[-1]))

    def _complain(self, message: str) -> None:
        """Tell the user, once."""
        if message not in self._complaints:
            self._complaints.add(message)
            self._server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, message))

    def _token(self) -> str:
        self._count += 1
        return f"check-{self._count}"


class _Shown:
    """A progress bar of the editor, for what takes longer than a moment; nothing where the editor has none."""

    def __init__(self, server: LanguageServer, token: str, name: str) -> None:
        window = server.client_capabilities.window
        self._able = bool(window and window.work_done_progress)
        self._bar = server.work_done_progress
        self._token = token
        self._title = f"Checking {name}"
        self._began = 0.0
        self._asked = self._begun = self._over = False

    async def __aenter__(self) -> "_Shown":
        self._began = asyncio.get_running_loop().time()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over = True
        if self._begun:
            self._bar.end(self._token, lsp.WorkDoneProgressEnd())

    async def report(self, progress: Progress) -> None:
        """Draw how far it is."""
        if not self._able or asyncio.get_running_loop().time() - self._began < SHOWN_AFTER:
            return
        if not self._asked:
            self._asked = True
            await self._bar.create_async(self._token)
            if not self._over:
                self._bar.begin(self._token, lsp.WorkDoneProgressBegin(self._title, cancellable=False, percentage=0))
                self._begun = True
        if not self._begun or self._over:
            return
        share = round(100 * progress.done / progress.total) if progress.total else None
        self._bar.report(self._token, lsp.WorkDoneProgressReport(message=progress.step, percentage=share))


def _item(paper: Paper, number: int, place: lsp.Range, written: str) -> lsp.CompletionItem:
    """A key to choose. It is found by what is typed, whatever that is: the order is that of the meaning."""
    return lsp.CompletionItem(
        paper.key,
        kind=lsp.CompletionItemKind.Reference,
        detail=f"{paper.title} ({paper.year})" if paper.year else paper.title,
        documentation=_markdown(findings.paper_text(paper)),
        sort_text=f"{number:03}",
        filter_text=written or paper.key,
        text_edit=lsp.TextEdit(place, paper.key),
    )


def _markdown(text: str) -> lsp.MarkupContent:
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
