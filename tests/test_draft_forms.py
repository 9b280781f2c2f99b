"""Drafts as LaTeX, Pandoc and Word users write them: parts, notes, glossaries, quantities, quotes, citations."""

import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.drafts import word
from assistant.drafts.reading import decoded, read
from assistant.drafts.units import number, unit
from assistant.errors import BadDraft


def cites(name: str, text: str) -> dict[str, list[str]]:
    return {s.text: [c.shown for c in s.citations] for s in read(name, text).sentences}


def thesis(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".tex")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "main.tex"


def test_the_parts_of_a_thesis_are_read_where_they_stand_and_named_by_file(tmp_path: Path) -> None:
    main = thesis(
        tmp_path,
        main="\\newcommand{\\lake}{Lake Orta}\n\\begin{document}\nBefore the parts.\n\\input{one}\n"
        "\\import{deep/}{two}\n"
        "\\subfile{deep/four} After the parts.\n\\end{document}",
        one="% nothing\nOtters swim in \\lake{} \\cite{a}. \\input main",
        deep__two="Otters dive \\cite{b}.\n\\input{three}",
        deep__three="Otters eat fish \\cite{c}.",
        deep__four="\\documentclass[../main]{subfiles}\n\\begin{document}\nOtters sleep \\cite{d}.\n\\end{document}",
    )
    draft = read(str(main), main.read_text(encoding="utf-8"))
    assert [(s.file, s.line, s.text) for s in draft.sentences] == [
        ("", 3, "Before the parts."),
        ("one.tex", 2, "Otters swim in Lake Orta."),
        ("deep/two.tex", 1, "Otters dive."),
        ("deep/three.tex", 1, "Otters eat fish."),
        ("deep/four.tex", 3, "Otters sleep."),
        ("", 6, "After the parts."),
    ]
    assert draft.missing == ()


def test_a_part_that_is_missing_is_named_with_the_line_that_names_it(tmp_path: Path) -> None:
    main = thesis(
        tmp_path, main="\\begin{document}\n\\include{gone}\nOtters swim.\n% \\input{commented}\n\\end{document}"
    )
    draft = read(str(main), main.read_text(encoding="utf-8"))
    assert [str(one) for one in draft.missing] == ["gone (line 2)"]
    assert [s.text for s in draft.sentences] == ["Otters swim."]


def test_footnotes_and_captions_hold_their_own_citations() -> None:
    text = (
        r"Otters swim.\footnote{Seals dive deep \cite{seal}.} They play\footnote{See \cite[p.~3]{play}.} all day."
        + "\n"
        r"\begin{figure}\includegraphics{x}\caption[short]{A caption claims it \cite{cap}.}\end{figure}" + "\n"
        r"\section{Heads \cite{head}} \todo{Later \cite{todo}.} \begin{quote}Quoted text stands \cite{quo}.\end{quote}"
    )
    assert cites("a.tex", text) == {
        "Otters swim.": [],
        "Seals dive deep.": ["seal"],
        "They play all day.": ["play"],
        "A caption claims it.": ["cap"],
        "Quoted text stands.": ["quo"],
    }


def test_words_of_glossaries_and_macros_stand_in_the_sentence() -> None:
    text = (
        "\\newacronym{who}{WHO}{World Health Organization}\n\\newcommand{\\rate}{12.5\\,\\%}\n"
        "\\newcommand{\\see}[2]{\\citep[p.~#1]{#2}}\n\\newcommand{\\gone}[1]{}\n\\begin{document}\n"
        "The \\gls{who} reports \\rate{} \\see{4}{w1}. \\gls{who} agrees \\cite{w2}. \\gone{Nobody sees \\cite{no}.}\n"
        "\\end{document}"
    )
    assert cites("a.tex", text) == {
        "The World Health Organization (WHO) reports 12.5%.": ["w1"],
        "WHO agrees.": ["w2"],
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [("1e4", "10000"), ("12,5", "12.5"), ("5 +- 1", "5 ± 1"), ("1e-3", "1 × 10^-3"), ("-2.5", "-2.5")],
)
def test_a_number_is_read_as_siunitx_prints_it(written: str, said: str) -> None:
    assert number(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"\milli\gram", "mg"),
        (r"\kilo\metre\per\hour", "km/h"),
        (r"\square\metre", "m²"),
        (r"\kg", "kg"),
        ("m/s", "m/s"),
    ],
)
def test_a_unit_is_read_as_siunitx_prints_it(written: str, said: str) -> None:
    assert unit(written) == said


def test_what_is_switched_off_or_verbatim_is_left_out() -> None:
    text = (
        "\\newif\\ifdraft\n\\begin{document}\nOtters swim \\cite{a}. \\iffalse Hidden \\cite{h}. "
        "\\ifdraft x \\fi \\fi\n"
        "\\ifdraft Draft only \\cite{d}. \\else Seals dive \\cite{s}. \\fi\n"
        "Use \\verb|% \\cite{v}| here \\cite{u}. % \\cite{c}\n"
        "\\begin{lstlisting}\n\\cite{l}\n\\end{lstlisting}\n\\end{document}"
    )
    assert cites("a.tex", text) == {"Otters swim.": ["a"], "Seals dive.": ["s"], "Use here.": ["u"]}


def test_the_families_of_biblatex_are_read() -> None:
    text = r"""Otters swim \parencites(see)()[12]{a}[3--4]{b}. Seals dive \volcite{2}[30]{c}.

\blockcquote[p. 18]{d}{Foxes dig.} \foreigntextcquote{german}[4]{e}{Bears sleep.}

Owls hunt.\footfullcite[12]{f} \citeauthor{g}'s work holds \citeyearpar{g}. \cite{h} shows that hares run."""
    assert cites("a.tex", text) == {
        "Otters swim.": ["a", "b"],
        "Seals dive.": ["c"],
        "Foxes dig.": ["d"],
        "Bears sleep.": ["e"],
        "Owls hunt.": ["f"],
        "Their work holds.": ["g"],
        "They shows that hares run.": ["h"],
    }


def test_markdown_is_read_as_pandoc_reads_it() -> None:
    text = """---
nocite: "@yaml"
---
@fox [p. 33] says otters swim. Seals dive [see @a, 9; also -@b, chap. 2]. By @{key.with:marks}, owls hunt.

[@start, V.9]: "Hares run." See @fig:one and @tbl-two; `@code` marks it, at a\\@b and me@example.org.
Foxes dig^[Badgers dig too [@badger].] at night.[^n]

> Bears sleep [@bear].

![A caption claims it [@cap].](fig.png)

[^n]: Bats fly [@bat].

    They hang too [@hang].
"""
    found = cites("a.md", text)
    assert found["They says otters swim."] == ["fox"]
    assert found["Seals dive."] == ["a", "b"]
    assert found["By them, owls hunt."] == ["key.with:marks"]
    assert found['"Hares run."'] == ["start"]
    assert found["Foxes dig at night."] == ["^n"]
    assert found["Badgers dig too."] == ["badger"]
    assert found["Bears sleep."] == ["bear"]
    assert found["A caption claims it."] == ["cap"]
    assert [found[s] for s in ("Bats fly.", "They hang too.")] == [["bat"], ["hang"]]
    keys = {key for each in found.values() for key in each}
    assert keys.isdisjoint({"yaml", "fig:one", "tbl-two", "code", "example.org"})


@pytest.mark.parametrize(
    ("cited", "said"),
    [
        ("Otters swim (Reyl 2015).", ["Reyl 2015"]),
        ("Otters swim (see Reyl 2015: 45).", ["Reyl 2015"]),
        ("Otters swim (see, e.g., Reyl 2015, pp. 4-5).", ["Reyl 2015"]),
        ("Otters swim (Amin 2010, Bolt 2014).", ["Amin 2010", "Bolt 2014"]),
        ("Otters swim (Moss 2013, 2019).", ["Moss 2013", "Moss 2019"]),
        ("Otters swim (Moss 2013a,b; Reyl et al., 2015).", ["Moss 2013", "Reyl 2015"]),
        ("Reyl's (2015) otters swim.", ["Reyl 2015"]),
        ("Reyl and Bolt (2015) saw otters swim.", ["Reyl 2015"]),
        ("Otters swim (van der Meer & O'Hara 2011).", ["van der Meer 2011"]),
        ("Otters swim (García-Soto 2012).", ["García-Soto 2012"]),
        ("Otters swim (cf. Moss [2023]).", ["Moss 2023"]),
        ("Otters swim (in March 2020) and dive (Figure 2015).", []),
    ],
)
def test_author_and_year_cite_in_chicago_and_harvard_form(cited: str, said: list[str]) -> None:
    assert [key for keys in cites("a.txt", cited).values() for key in keys] == said


def test_a_word_file_without_pandoc_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word.shutil, "which", lambda _: None)
    with pytest.raises(BadDraft, match=r"a\.docx is read by Pandoc, which is not installed") as refusal:
        decoded("a.docx", b"PK")
    assert "Pandoc" in refusal.value.hint


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs Pandoc")
def test_a_word_file_is_read_by_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    text = "# Otters\n\nOtters swim (Reyl 2015).\n\nSeals dive^[Deep, as Bolt (2014) saw.] in winter."
    subprocess.run(["pandoc", "-f", "markdown", "-o", str(path)], input=text, text=True, check=True)
    draft = read(str(path), decoded(str(path), path.read_bytes()))
    assert draft.form == "word"
    assert [(s.line, s.text, [c.shown for c in s.citations if c.kind == "name"]) for s in draft.sentences] == [
        (2, "Otters swim.", ["Reyl 2015"]),
        (3, "Seals dive in winter.", []),
        (4, "Deep, as they saw.", ["Bolt 2014"]),
    ]
