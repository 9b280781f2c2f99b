"""What a new user sees."""

from textual.content import Content
from textual.widgets import Static

EMPTY = """[b]Ask your bibliography.[/b] Answers come from the abstracts in your library, each sentence with the exact \
quote that backs it. Everything stays on this machine.

Your library is empty:
  [b $text-primary]F5[/]  or /sample   loads 40 landmark papers to try it out
  [b $text-primary]/add PATH[/]        adds your own .bib, .jsonl or saved digest (you can drag a file in here)"""

READY = """[b]Ask your bibliography.[/b] Answers come from the abstracts in your library, each sentence with the exact \
quote that backs it. Everything stays on this machine.

For example:  [$text-primary]Compare dense retrieval with BM25.[/]  and then  [$text-primary]What are its weaknesses?[/]
[b $text-primary]/add PATH[/] adds more papers, [b $text-primary]F1[/] shows all keys."""


class Welcome(Static):
    """Says what this is and what to do first; the text is ours, so it may hold markup."""

    def show(self, papers: int) -> None:
        """Suit the words to the number of papers in the library."""
        self.update(Content.from_markup(READY if papers else EMPTY))
