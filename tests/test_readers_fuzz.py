"""Whatever becomes of a file on its way here, it is read, rejected or refused: it never fails, and never takes long."""

import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import UnreadableFile
from store.readers import read
from store.records import Paper, Rejected
from tests.test_readers_json import CROSSREF, CSL, OPENALEX, SEMANTIC_SCHOLAR, SNAPSHOT, ZOTERO
from tests.test_readers_ris import RECORD
from tests.test_readers_tagged import MEDLINE, REFER, WEB_OF_SCIENCE
from tests.test_readers_xml import ATOM, ENDNOTE, PUBMED

SAMPLES = {
    "bibtex.bib": '@article{post99, title = {A {G\\"odel} study of $\\alpha$}, author = {Post, Emil and Curie, M.},\n'
    ' year = 1999, abstract = {We look.}, doi = {10.1234/ab}}\n@string{j = {Things}}\n@misc{b, title = "B" # j}\n' * 3,
    "ris.ris": RECORD * 3,
    "medline.nbib": MEDLINE,
    "web of science.txt": WEB_OF_SCIENCE,
    "refer.enw": REFER,
    "pubmed.xml": PUBMED,
    "endnote.xml": ENDNOTE * 2,
    "atom.xml": ATOM,
    "csl.json": json.dumps([CSL, CROSSREF]),
    "zotero.json": json.dumps({"config": {"id": 1}, "items": [ZOTERO, ZOTERO]}, indent=1),
    "openalex.json": json.dumps({"meta": {}, "results": [OPENALEX]}),
    "snapshot.jsonl": (json.dumps(SNAPSHOT) + "\n") * 3,
    "semantic scholar.json": json.dumps(SEMANTIC_SCHOLAR),
    "table.csv": 'Title,Authors,Year,Abstract\n"A ""good"" study","Post, E.; Curie, M.",1999,"We\nlook."\nB,C D,x,\n',
    "table.tsv": "Article Title\tAuthors\tPublication Year\nA\tPost E, Curie M\t1999\n",
    "page.txt": "A study of things\n" + "We look at things and what is in them. " * 12 + "\n",
}
SPLINTERS = [
    "{", "}", '"', "\\", "$", "<", ">", "&", "\0", "\n\n", "\r", "TY  - ", "ER  - ", "@a{", "%0 ", "]", "[", ",", "\t",
    "PT J", "<record>", "</record>", "&#x1F;", "<![CDATA[", "\ufeff", "\ud800", "9" * 5000, "{" * 3000,
]  # fmt: skip


def outcome(path: Path) -> None:
    """Read a file to its end; everything that comes out can be stored."""
    with suppress(UnreadableFile):
        for record in read(path):
            assert isinstance(record, Paper | Rejected)
            str(record).encode("utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_read_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(SAMPLES[name])
    records = list(read(path))
    assert any(isinstance(record, Paper) and record.title for record in records)


@settings(deadline=None, max_examples=1500, derandomize=True)
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(SPLINTERS) | st.text(max_size=5)), max_size=6
    ),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig", "utf-16-be"]),
)
def test_no_damage_makes_a_reader_fail(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[float, int, str]], encoding: str
) -> None:
    text = SAMPLES[name]
    for where, length, put in changes:
        at = int(where * len(text))
        text = text[:at] + put + text[at + length :]
    path = tmp_path_factory.getbasetemp() / f"damaged {name}"
    path.write_bytes(text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace"))
    outcome(path)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_of_mixed_formats_is_read_as_one_of_them(tmp_path: Path, name: str) -> None:
    for other in SAMPLES:
        path = tmp_path / f"{name} {other}"
        path.write_text(SAMPLES[name] + SAMPLES[other])
        outcome(path)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "splinter", ["{", "<a ", '"', "\n- ", "&", ";", "\\", "[[", " ", "TY  - A\n", "a", "} ", "$_", ", A"]
)
def test_pages_of_one_splinter_come_to_an_end(tmp_path: Path, name: str, splinter: str) -> None:
    half = len(SAMPLES[name]) // 2
    path = tmp_path / name
    path.write_text(SAMPLES[name][:half] + splinter * 20_000 + SAMPLES[name][half:])
    outcome(path)


def test_real_files_survive_damage(tmp_path: Path, shared: Path) -> None:
    chance = random.Random(1)
    files = [path for path in sorted((shared / "eval" / "references").rglob("*")) if path.is_file()]
    for original in chance.sample([path for path in files if path.stat().st_size < 50_000], 60):
        content = bytearray(original.read_bytes())
        for _ in range(5):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path = tmp_path / original.name
        path.write_bytes(content)
        outcome(path)
