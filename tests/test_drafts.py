"""Drafts are read into sentences with their lines and citations; everything that is no prose is left out."""

import re

import pytest

from assistant.drafts import latex
from assistant.drafts.marking import LONGEST_GROUP, Citation, balanced, between
from assistant.drafts.reading import decoded, read
from assistant.errors import BadDraft

LATEX = r"""\documentclass{article}
\title{A title is no claim}
\begin{document}
\section{Related work}
% A comment makes no claim \cite{comment}.
Sparse attention scales linearly~\cite[see][p.~3]{child2019, beltagy2020}.
It was first shown by \citet{kitaev2020}, and
later confirmed in \emph{many} settings by 12.5\% \citep*{m\"uller:2020_a+b}.
\begin{equation}
  We show that E = mc^2.
\end{equation}
\begin{figure}
  \caption{Figures make claims \cite{figure}.}
\end{figure}
\begin{itemize}
  \item Items stand alone $x_1 > 3$ with $42\%$ more \autocite{one}\parencite[4]{two}
  \item So does this one \cites[1]{three}[2]{four}, M{\"u}ller said.
\end{itemize}
\begin{lstlisting}
print("Code makes no claim")
\end{lstlisting}
\nocite{hidden}
\end{document}
After the end.
"""

MARKDOWN = """---
title: Front matter makes no claim
---

# A heading makes no claim @heading

Sparse attention scales [@child2019; see also @beltagy2020, pp. 3-5]. As @kitaev2020 shows,
it *works*.

```python
print("Code makes no claim [@code]")
```

- An item with a [link](https://example.org/a_(b)) and a mail to me@example.org
- Another <!-- comment @comment --> item $x^2$ grew by $42$ percent [1, 3].

| a table | [@table] |
|---|---|

> Numbers in brackets [7] that no list explains stay as they are.

A note explains this.[^n] A person did it (Vaswani et al., 2017; Devlin & Chang 2019), in (March 2020).
Smith and Jones (2018) agree.

[^n]: Attention Is All You Need.

## References

[1] Child, R. Generating Long Sequences. 2019.
[3] Kitaev, N. Reformer. 2020.
"""


def keys(name: str, text: str) -> dict[str, list[str]]:
    return {s.text: [c.shown for c in s.citations] for s in read(name, text).sentences}


def test_latex_is_read_into_sentences_with_their_citations() -> None:
    assert keys("a.tex", LATEX) == {
        "Sparse attention scales linearly.": ["child2019", "beltagy2020"],
        "It was first shown by them, and later confirmed in many settings by 12.5%.": [
            "kitaev2020",
            'm\\"uller:2020_a+b',
        ],
        "Figures make claims.": ["figure"],
        "Items stand alone with 42% more": ["one", "two"],
        "So does this one, Müller said.": ["three", "four"],
    }


def test_a_sentence_of_a_latex_draft_is_found_on_its_lines() -> None:
    found = [(s.line, s.last_line) for s in read("a.tex", LATEX).sentences]
    lines = LATEX.splitlines()
    assert found == [(6, 6), (7, 8), (13, 13), (16, 16), (17, 17)]
    assert lines[5].startswith("Sparse")


def test_markdown_is_read_into_sentences_with_their_citations() -> None:
    assert keys("a.md", MARKDOWN) == {
        "Sparse attention scales.": ["child2019", "beltagy2020"],
        "As they shows, it works.": ["kitaev2020"],
        "An item with a link and a mail to me@example.org": [],
        "Another item grew by 42 percent.": ["1", "3"],
        "Numbers in brackets [7] that no list explains stay as they are.": [],
        "A note explains this.": ["^n"],
        "A person did it, in (March 2020).": ["Vaswani 2017", "Devlin 2019"],
        "They agree.": ["Smith 2018"],
        "Attention Is All You Need.": [],
    }


def test_a_reference_list_is_kept_to_look_numbers_up() -> None:
    assert dict(read("a.md", MARKDOWN).entries) == {
        "1": "Child, R. Generating Long Sequences. 2019.",
        "3": "Kitaev, N. Reformer. 2020.",
        "^n": "Attention Is All You Need.",
    }


@pytest.mark.parametrize(
    ("text", "form"),
    [(r"It works \cite{a}.", "latex"), ("It works [@a].", "markdown"), ("It works.", "markdown")],
)
def test_the_form_of_a_draft_without_a_name_is_seen_in_its_text(text: str, form: str) -> None:
    assert read("-", text).form == form


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        r"\cite{",
        r"\section{never closed",
        r"\begin{figure} never ends",
        "$",
        "```\nnever closed",
        "[@",
        "[1-99999]",
        "(((((",
        "\x00",
        r"\begin{document}",
        "<!-- open",
    ],
)
def test_a_broken_draft_is_read_as_far_as_it_goes(text: str) -> None:
    for name in ("a.tex", "a.md"):
        assert all(s.text and s.line >= 1 for s in read(name, text).sentences)


def test_what_is_no_text_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadDraft, match=r"draft\.pages is not a text file") as refusal:
        decoded("draft.pages", b"PK\x03\x04\x00\x00")
    assert "pandoc" in refusal.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_draft_is_read_in_its_encoding(encoding: str) -> None:
    assert decoded("a.md", "Müller – naïve\r\nend".encode(encoding)) == "Müller – naïve\nend"


def test_a_citation_with_a_kind_of_its_own_is_shown_as_the_draft_has_it() -> None:
    assert [Citation("key", "a").shown, Citation("name", "Smith", "2018").shown] == ["a", "Smith 2018"]


def test_what_opens_and_never_closes_is_prose_and_what_closes_goes_once() -> None:
    quoted = re.compile("<(a|b)>")
    text = "<a> one </a> two <b> three <a> four </a> five <b>"
    found = [text[start:end] for start, end in between(text, quoted, lambda opened: f"</{opened[1]}>")]
    assert found == ["<a> one </a>", "<a> four </a>"]


def test_what_lies_in_an_open_group_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read_from: list[int] = []

    def counted(text: str, opening: int) -> int:
        read_from.append(opening)
        return balanced(text, opening)

    monkeypatch.setattr(latex, "balanced", counted)
    unclosed = r"\section{" * 3000
    assert read("draft.tex", f"{unclosed} \n\nA sentence at the end stands.").sentences == ()
    assert len(read_from) <= len(unclosed) / LONGEST_GROUP + 1


def test_a_sentence_after_unclosed_formulas_and_floats_is_read() -> None:
    draft = r"\begin{figure} \( \[ \begin{align} $ One sentence \citet{a} stands \\[2pt] here." + "\n\nAnother one."
    assert [sentence.text for sentence in read("draft.tex", draft).sentences][-1] == "Another one."
    assert "One sentence they stands" in " ".join(sentence.text for sentence in read("draft.tex", draft).sentences)
