"""What is written in LaTeX compiles: with hard keys, by BibTeX and by Biber, with no citation undefined."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.related.forms import CITATIONS
from store.embedding import Embedder
from tests.conftest import filled

BIB = r"""
@article{müller:2020_a+b, author={Müller, Jörg and Smith, A.}, title={Layers \& 100\% \_ of \#1 ~ parsing}, year={2020},
  journal={J. of X}, abstract={Turbulent layers are hard. We propose MüllerNet, a network that predicts 95\% of
  turbulent boundary layers with \$5 of cost \& R\&D \#1 \{x\} \textasciitilde{} tilde \_ under ^ \textbackslash.}}
@misc{DBLP:conf/acl/X_2019, author={Li, B. and Ho, C. and Wu, D.}, title={Measuring turbulent boundary layers},
  year={2019}, abstract={We present measurements of turbulent boundary layers in water at low speed.}}
@misc{no'author, title={Turbulent boundary layer control}, abstract={In this paper we propose a method for the control
  of turbulent boundary layers with plasma actuators. Our method reduces drag by 10\%.}}
@misc{off, title={Sourdough}, abstract={We bake bread with sourdough starters.}}
"""
CITED = {"müller:2020_a+b", "DBLP:conf/acl/X_2019", "no-27-author"}
BODY = {
    "natbib": "\\usepackage{natbib}\n\\begin{document}\n%s\n\\bibliographystyle{plainnat}\\bibliography{cited}\n",
    "biblatex": "\\usepackage[backend=biber,style=authoryear]{biblatex}"
    "\\addbibresource{cited.bib}\n\\begin{document}\n%s\n\\printbibliography\n",
    "cite": "\\begin{document}\n%s\n\\bibliographystyle{plain}\\bibliography{cited}\n",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A library of papers with hard keys."""
    folder = tmp_path_factory.mktemp("hard keys")
    (folder / "hard.bib").write_text(BIB, encoding="utf-8")
    return filled(folder / "home", embedder, [folder / "hard.bib"])


def related(home: Path, *arguments: str) -> int:
    return main(["related", "turbulent boundary layers", "--home", str(home), *arguments])


@pytest.mark.parametrize("citations", list(CITATIONS))
def test_the_section_compiles_and_no_citation_is_undefined(written: Path, tmp_path: Path, citations: str) -> None:
    needed = {"latexmk", "pdflatex", "biber" if citations == "biblatex" else "bibtex"}
    if missing := {program for program in needed if not shutil.which(program)}:
        pytest.skip(
            f"{', '.join(sorted(missing))} not installed (Debian: apt install latexmk texlive-latex-extra biber)"
        )
    section, bib = tmp_path / "section.tex", tmp_path / "cited.bib"
    settings = ["--set", f"citations={citations}", "--home", str(written)]
    arguments = ["related", "turbulent boundary layers", "--format", "latex", "-o", str(section), "--bib", str(bib)]
    assert main([*settings, *arguments]) == 0
    document = (
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{textcomp}\n"
        + BODY[citations] % r"\input{section}"
    )
    (tmp_path / "paper.tex").write_text(document + "\\end{document}\n", encoding="utf-8")
    ran = subprocess.run(
        ["latexmk", "-pdf", "-interaction=nonstopmode", "paper.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    log = (tmp_path / "paper.log").read_text(encoding="utf-8", errors="replace")
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert not re.search(r"undefined (?:citation|reference)|Citation .* undefined|Missing character", log)
    assert (tmp_path / "paper.pdf").stat().st_size > 5000


def test_the_bib_file_has_the_cited_entries_and_no_others(written: Path, tmp_path: Path) -> None:
    bib, tex = tmp_path / "cited.bib", tmp_path / "section.tex"
    assert related(written, "--format", "latex", "-o", str(tex), "--bib", str(bib)) == 0
    assert set(re.findall(r"@\w+\{([^,]+),", bib.read_text(encoding="utf-8"))) == CITED
    assert set(re.findall(r"\\cite[pt]?\{([^}]+)\}", tex.read_text(encoding="utf-8"))) == CITED


@pytest.mark.parametrize("style", ["apa", "ieee", "chicago"])
def test_running_text_lists_its_references(written: Path, tmp_path: Path, style: str) -> None:
    out = tmp_path / "section.txt"
    assert related(written, "--format", "text", "--style", style, "-o", str(out)) == 0
    text, references = out.read_text(encoding="utf-8").split("\n\nReferences\n\n")
    assert len(references.strip().split("\n\n")) == 3
    assert "Müller" in references
    assert ("(2019)" in text) == (style != "ieee")
    assert ("Li et al. [" in text) == (style == "ieee")


def test_a_word_file_is_made_by_pandoc_or_its_lack_is_named(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "section.docx"
    if shutil.which("pandoc"):
        assert related(written, "--format", "docx", "-o", str(out)) == 0
        back = subprocess.run(["pandoc", str(out), "-t", "plain"], capture_output=True, text=True, check=True).stdout
        assert "References" in back
        assert "95%" in back
        assert "_ under" in back
    assert related(written, "--format", "docx") == 2
    monkeypatch.setenv("PATH", str(tmp_path))
    assert related(written, "--format", "docx", "-o", str(out)) == 1
    assert "Pandoc" in capsys.readouterr().err


def test_the_json_has_what_other_tools_read(written: Path, tmp_path: Path) -> None:
    out = tmp_path / "section.json"
    assert related(written, "--format", "json", "-o", str(out)) == 0
    section = json.loads(out.read_text(encoding="utf-8"))
    assert section["answered"]
    assert {"question", "text", "claims", "sources", "themes", "left_out", "closest", "seconds"} <= set(section)
    numbers = {source["number"] for source in section["sources"]}
    assert {number for theme in section["themes"] for number in theme["sources"]} == numbers
    assert all(claim["quotes"] and set(claim["sources"]) <= numbers for claim in section["claims"])
