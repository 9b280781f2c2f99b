"""How well reference files are read: agreement with what is expected of them, duplicates found, damage survived.

    python -m benchmarks.readers [--shared ../shared] [--fuzz N] [--seed S] [--round-trips]

Expected results lie beside the files. Texts are compared without markup, case, and the form of quotation marks,
dashes, ties and what stands between title and subtitle: Zotero's expected titles are in sentence case, and keep
markup that a reader of text has no use for. `--round-trips` does nothing but export every file, read what was
exported and export it again: the second export must equal the first.
"""

import argparse
import gzip
import html
import io
import json
import random
import re
import signal
import time
import traceback
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from store.catalogue import Catalogue
from store.errors import UnreadableFile
from store.identity import squashed, suggested_key
from store.readers import read
from store.records import Paper, Rejected
from store.writers import WRITERS
from tests.test_readers_fuzz import SAMPLES

SAME_TEN = """RIS/_baseline_zotero.ris RIS/_baseline_mendeley.ris RIS/_baseline_endnote.ris RIS/_baseline_refworks.ris
RIS/_baseline_rayyan.ris RIS/_baseline_eppireviewer.ris RIS/_baseline_embase.ris RIS/_baseline_covidence_endnote.ris
RIS/_baseline_covidence_mendeley.ris RIS/_baseline_covidence_refworks.ris RIS/_baseline_covidence_zotero.ris
CSV/_baseline_zotero.csv CSV/_baseline_rayyan.csv CSV/_baseline_embase.csv CSV/_baseline_excel.csv
CSV/_baseline_covidence.csv XLSX/_baseline_embase.xlsx XLSX/_baseline_eppireviewer.xlsx""".split()
SLOW = 10.0
MARKS = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u22c5": "\u00b7", "\u2215": "/", "\u0304": "\u0305"}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u00ad\u200b\x01^_", "")
    | {"~": " "}
)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="read N damaged files, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--round-trips", action="store_true", help="only compare exports with exports of them")
    arguments = parser.parse_args()
    references = arguments.shared / "eval" / "references"
    if arguments.round_trips:
        round_trips(references)
        return
    every_file(references)
    same_ten(references / "citation-file-formatting" / "Datasets")
    pairs = {
        "better-bibtex": list(better_bibtex(references / "better-bibtex" / "import")),
        "colrev": list(colrev(references / "colrev")),
    }
    for name, compared in pairs.items():
        expected(name, compared)
    together([pair for compared in pairs.values() for pair in compared])
    for path in sorted((references / "dedupe-sweep").glob("*.xml")):
        duplicates(path)
    if arguments.fuzz:
        fuzz(references, arguments.fuzz, arguments.seed)


def papers(path: Path) -> list[Paper]:
    try:
        return [record for record in read(path) if isinstance(record, Paper)]
    except UnreadableFile:
        return []


def every_file(references: Path) -> None:
    counts: Counter[str] = Counter()
    start = time.perf_counter()
    for path in sorted(each for each in references.rglob("*") if each.is_file()):
        counts["files"] += 1
        try:
            for record in read(path):
                counts["papers" if isinstance(record, Paper) else "rejected records"] += 1
        except UnreadableFile as error:
            counts["files of no known format"] += 1
            print(f"    {error}")
        except Exception:  # noqa: BLE001 - it is what is counted
            counts["tracebacks"] += 1
            print(path.name, traceback.format_exc(limit=-2))
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    print(f"every file   {said}; {counts['tracebacks']} tracebacks; {time.perf_counter() - start:.1f} s\n")


# -- exported, read and exported again -----------------------------------------------------------


def round_trips(references: Path) -> None:
    """Count the files whose second export equals the first, for each format, and show where the others part."""
    same: Counter[str] = Counter()
    files = 0
    for path in sorted(each for each in references.rglob("*") if each.is_file()):
        found = [replace(paper, key=paper.key or suggested_key(paper)) for paper in papers(path)]
        files += bool(found)
        for form in ("bibtex", "ris", "csl") if found else ():
            first = "".join(WRITERS[form].write(found))
            second = "".join(WRITERS[form].write(read_back(first, WRITERS[form].suffix)))
            same[form] += first == second
            if first != second:
                print(f"    {form:6} {path.relative_to(references)}")
                lines = zip_longest(first.splitlines(), second.splitlines(), fillvalue="")
                one, other = next(pair for pair in lines if pair[0] != pair[1])
                print(f"        {one[:150]}\n        {other[:150]}")
    print("round trips  " + ", ".join(f"{form} {same[form]} of {files}" for form in ("bibtex", "ris", "csl")))


def read_back(text: str, suffix: str) -> list[Paper]:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"exported{suffix}")
        path.write_text(text, encoding="utf-8")
        return papers(path)


# -- the same ten papers from every program ------------------------------------------------------


def same_ten(folder: Path) -> None:
    """Each field: how many of the records agree, of those whose file holds the value at all."""
    truth = {squashed(paper.title): paper for paper in papers(folder / SAME_TEN[0])}
    print(f"{'the same ten papers':38} papers of ten   year  first author   DOI  abstract")
    for name in SAME_TEN:
        found = {squashed(paper.title): paper for paper in papers(folder / name)}
        content = squashed(raw_text(folder / name))
        columns = [f"{len(found):3}", f"{len(found.keys() & truth.keys()):3}"]
        for field in ("year", "family", "doi", "abstract"):
            held = [
                key for key in truth if value(truth[key], field) and squashed(value(truth[key], field))[:60] in content
            ]
            agreed = sum(
                key in found and normal(value(found[key], field)) == normal(value(truth[key], field)) for key in held
            )
            columns.append(f"{agreed}/{len(held)}")
        print(f"{name:38}" + "".join(f"{column:>8}" for column in columns))
    every = [paper for name in SAME_TEN for paper in papers(folder / name)]
    numbers = entered(every)
    print(f"all {len(SAME_TEN)} files entered: {len(every)} records, {len(set(numbers))} papers", end="")
    print(" (Covidence's files hold two others beside eight of the ten)\n")


def value(paper: Paper, field: str) -> str:
    if field == "family":
        first = paper.authors[0] if paper.authors else ""
        return first.partition(",")[0]
    return str(getattr(paper, field) or "")


def raw_text(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_bytes().decode("utf-8", "replace")
    return " ".join(" ".join(map(str, (p.title, p.abstract, p.year, p.doi, p.authors))) for p in papers(path))


# -- expected results beside the files -----------------------------------------------------------


def expected(name: str, pairs: list[tuple[str, str, str, str]]) -> None:
    """How many of the expected titles and abstracts are read; the others, with what is known of the reason."""
    print(f"{name}: {len({place for place, *_ in pairs})} files with an expected result beside them")
    for field in ("title", "abstract"):
        compared = [(place, want, got) for place, what, want, got in pairs if what == field]
        if field == "abstract":
            compared = [(place, unlabelled(want), unlabelled(got)) for place, want, got in compared]
        differ = [(place, want, got) for place, want, got in compared if normal(want) != normal(got)]
        agreed = len(compared) - len(differ)
        print(f"    {field:9}{agreed:6} of {len(compared):6} agree  {agreed / max(len(compared), 1):.2%}")
        print(f"             {strictly(compared)}")
        by_reason: dict[str, list[tuple[str, str, str]]] = {}
        for place, want, got in differ:
            by_reason.setdefault(reason(place, want, got), []).append((place, want, got))
        for why, cases in sorted(by_reason.items(), key=lambda item: -len(item[1])):
            print(f"      {len(cases):3}  {why}")
            for place, want, got in cases:
                one, other = where_they_part(normal(want), normal(got))
                print(f"             {place[:36]:36}  expected {one!r}  read {other!r}")
    print()


def together(pairs: list[tuple[str, str, str, str]]) -> None:
    """The share of both collections, and that without what is explained above."""
    for field in ("title", "abstract"):
        texts = [(place, unlabelled(want), unlabelled(got)) for place, what, want, got in pairs if what == field]
        differ = [reason(*each) for each in texts if normal(each[1]) != normal(each[2])]
        print(
            f"both together: {field:9}{len(texts) - len(differ):6} of {len(texts):6} agree"
            f"  {1 - len(differ) / max(len(texts), 1):.2%}; without an explanation {differ.count('other')}"
        )
    print()


LABEL = re.compile(r"^\W*abstract\b\W*", re.IGNORECASE)
REASONS: list[tuple[str, Callable[[str, str], bool]]] = [
    (
        "Zotero takes what follows a bare % for a comment, or LaTeX's ligature for <",
        lambda want, got: "%" in got and "%" not in want,
    ),
    (
        "Zotero reads an old code for < and > that this file does not use",
        lambda want, got: "\u00a1" in want + got or "\u00bf" in want,
    ),
    (
        "the expected title keeps LaTeX or MathML as it is",
        lambda want, got: ("\\" in want and "\\" not in got) or "xmlns" in want,
    ),
    ("only the spaces around a symbol differ", lambda want, got: got.replace(" ", "") == want.replace(" ", "")),
    ("Zotero adds the field titleaddon to the title", lambda want, got: want.startswith(got) or is_inserted(want, got)),
    ("this is no abstract", lambda want, got: want.startswith("no abstract") and not got),
    ("only signs differ, every word is there", lambda want, got: squashed(want) == squashed(got)),
]


def unlabelled(abstract: str) -> str:
    """The abstract without the word before it, which some expected results have kept."""
    return LABEL.sub("", html.unescape(abstract))


def strictly(compared: list[tuple[str, str, str]]) -> str:
    """How many agree under stricter comparisons, so that nobody takes the figure for more than it is."""
    plain = sum(want.split() == got.split() for _, want, got in compared)
    caseless = sum(want.casefold().split() == got.casefold().split() for _, want, got in compared)
    return f"character by character but for white space {plain}, but for case, too, {caseless}"


def reason(place: str, want: str, got: str) -> str:
    if place in COLREV_CHANGES:
        return COLREV_CHANGES[place]
    want, got = normal(want), normal(got)
    return next((why for why, holds in REASONS if holds(want, got)), "other")


COLREV_CHANGES = {
    "ebsco_bib.bib": "colrev drops the full stop at the end of a title",
    "files_dir_bib.bib": 'colrev drops "research in progress" from titles',
    "jstor_ris.ris": "colrev gives a chapter the title of its book",
    "scopus_bib.bib": "colrev gives a chapter the title of its series",
    "wiley_bib.bib": "colrev gives a chapter the title of its book",
    "psycinfo_ris.ris": "a label before the abstract is left out here",
}


def is_inserted(want: str, got: str) -> bool:
    """Whether the expected title is what was read, with something put in at one place."""
    start = next((at for at, (a, b) in enumerate(zip(want, got, strict=False)) if a != b), 0)
    rest = got[start:].lstrip(": ")
    return start > 8 and len(rest) > 8 and want.endswith(rest)


def normal(text: str) -> str:
    text = TAG.sub("", html.unescape(text.replace("</p>", " ").replace("<br", " <br")))
    text = unicodedata.normalize("NFKC", text).translate(MARKS).casefold()
    return " ".join(re.sub(r"-{2,}", "-", text).split()).replace(". ", ": ")


def where_they_part(one: str, other: str) -> tuple[str, str]:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, at - 12)
    return one[start : at + 28], other[start : at + 28]


def better_bibtex(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Zotero's items, by cite key where there is one and else by title."""
    for path in sorted(folder.glob("*.bib")):
        beside = path.with_suffix(".json")
        items = json.loads(beside.read_text("utf-8")).get("items", []) if beside.is_file() else []
        found = papers(path)
        for item in items:
            if item.get("itemType") in {"note", "attachment"} or not item.get("title"):
                continue
            paper = same_item(found, item)
            yield path.name, "title", item["title"], paper.title if paper else ""
            if item.get("abstractNote"):
                yield path.name, "abstract", item["abstractNote"], paper.abstract if paper else ""


def same_item(found: list[Paper], item: dict[str, Any]) -> Paper | None:
    """The paper of an item: of those with its title, DOI or key, the one that most of these hold for."""
    title, key = squashed(normal(item["title"])), item.get("citationKey") or key_in_extra(item)
    doi, abstract = str(item.get("DOI", "")).lower(), normal(item.get("abstractNote", ""))[:80]

    def likeness(paper: Paper) -> tuple[bool, bool, bool, bool]:
        is_titled = squashed(normal(paper.title)) == title
        return is_titled, paper.key == key, bool(doi) and paper.doi == doi, normal(paper.abstract)[:80] == abstract

    best = max(found, key=likeness, default=None)
    return best if best and any(likeness(best)[:3]) else best if len(found) == 1 else None


def key_in_extra(item: dict[str, Any]) -> str:
    extra = item.get("extra")
    lines = extra if isinstance(extra, list) else str(extra or "").split("\n")
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("Citation Key:")), "")


def colrev(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """The expected BibTeX names the record that each entry came from only loosely: it is found by its title."""
    for result in sorted([*folder.rglob("*_result.bib"), *folder.rglob("*expected.bib")]):
        stem = re.sub(r"[_-](?:result|expected)$", "", result.stem)
        origin = next((each for each in sorted(result.parent.glob(f"{stem}.*")) if each != result), None)
        if origin is None:
            continue
        found = papers(origin)
        for want in papers(result):
            got = nearest_of(found, want)
            yield origin.name, "title", want.title, got.title if got else ""
            if want.abstract:
                yield origin.name, "abstract", want.abstract, got.abstract if got else ""


def nearest_of(found: list[Paper], want: Paper) -> Paper | None:
    """The paper of the expected title; of several, or of none, the one with most else in common."""

    def likeness(paper: Paper) -> list[bool]:
        return [
            squashed(paper.title) == squashed(want.title),
            bool(paper.abstract) and normal(paper.abstract) == normal(want.abstract),
            bool(paper.doi) and paper.doi == want.doi,
            bool(paper.url) and paper.url == want.url,
            squashed(paper.title)[:20] == squashed(want.title)[:20],
        ]

    return max(found, key=likeness, default=None)


# -- duplicates ----------------------------------------------------------------------------------


def duplicates(path: Path) -> None:
    """Enter a whole file into the catalogue; compare the pairs that became one paper with the marked ones."""
    gold = [json.loads(line) for line in path.with_suffix(".gold.jsonl").read_text("utf-8").splitlines()]
    records = list(read(path))
    found = [record for record in records if isinstance(record, Paper)]
    numbers = entered(found)
    groups = Counter(numbers)
    flagged = [groups[number] > 1 for number in numbers]
    marked = [bool(row["duplicate"]) for row in gold]
    hits = sum(one and other for one, other in zip(flagged, marked, strict=True))
    print(
        f"{path.name:18} {len(found)} records read, {len(records) - len(found)} rejected; {len(groups)} papers;"
        f" duplicates: precision {hits / max(sum(flagged), 1):.4f}  recall {hits / max(sum(marked), 1):.4f}"
    )
    for paper, number, one, other, row in zip(found, numbers, flagged, marked, gold, strict=True):
        if one != other:
            said = "taken for a duplicate" if one else "not found"
            shown = f"{paper.year or '':4} {paper.doi[:24]:24} {paper.title[:60]}"
            print(f"    {said:22} paper {number:4} rec {row['rec']:>4} {shown}")


def entered(found: list[Paper]) -> list[int]:
    """The number of the paper that each record became."""
    with TemporaryDirectory() as home:
        catalogue = Catalogue(Path(home) / "library" / "catalogue.sqlite3")
        with catalogue.writing():
            numbers = [
                catalogue.enter(paper, file=paper.source, record=str(at)).number for at, paper in enumerate(found)
            ]
        catalogue.close()
    return numbers


# -- damaged files -------------------------------------------------------------------------------


class TooSlow(Exception):
    """A file was not read in time."""


def fuzz(references: Path, count: int, seed: int) -> None:
    """Read real files with bytes changed, cut, doubled, mixed and packed; count tracebacks and files that take long.

    The formats of which no real file is there are those of the tests.
    """
    chance = random.Random(seed)
    files = [path for path in sorted(references.rglob("*")) if path.is_file() and path.stat().st_size < 400_000]
    contents = {path.name: path.read_bytes() for path in files} | {
        f"sample {name}": text.encode() for name, text in SAMPLES.items()
    }
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    signal.signal(signal.SIGALRM, give_up)
    with TemporaryDirectory() as folder:
        for number in range(count):
            name = chance.choice(list(contents))
            path = Path(folder) / f"damaged{Path(name).suffix}"
            path.write_bytes(maybe_packed(damaged(contents[name], chance, contents), chance, contents))
            start = time.perf_counter()
            outcomes[outcome(path, name, number)] += 1
            slowest = max(slowest, (time.perf_counter() - start, name))
    said = ", ".join(f"{times:,} {what}" for what, times in outcomes.most_common())
    print(f"fuzz: {count:,} damaged files: {said}")
    print(f"      tracebacks {outcomes['traceback']}, over {SLOW:.0f} s {outcomes['too slow']}")
    print(f"      slowest {slowest[0]:.2f} s ({slowest[1]})")


def outcome(path: Path, name: str, number: int) -> str:
    signal.setitimer(signal.ITIMER_REAL, SLOW)
    try:
        kinds = {isinstance(record, Rejected) for record in read(path)}
        return {(): "without a record", (False,): "read", (True,): "all rejected"}.get(tuple(kinds), "read in part")
    except UnreadableFile:
        return "refused"
    except TooSlow:
        print(f"    number {number}, {name}: too slow")
        return "too slow"
    except Exception:  # noqa: BLE001 - it is what is counted
        print(f"    number {number}, {name}: {traceback.format_exc(limit=-4)}")
        return "traceback"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


SPLINTERS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"}", b'"', b"\\", b"$", b"<", b">", b"&", b"&#x1F;", b"<record>",
    b"</record>", b"TY  - ", b"ER  - ", b"\n\n", b"\r", b"@article{", b"PMID- ", b"%0 ", b"]", b"[", b",", b";", b"\t",
    b"\x80", b"PT J", b"\xed\xa0\x80", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"]]>", b"<![CDATA[", b"0" * 5000,
    b"{" * 2000,
]  # fmt: skip


def maybe_packed(content: bytes, chance: random.Random, contents: dict[str, bytes]) -> bytes:
    """One file in ten as a gzip file or a zip archive, half of those damaged once more."""
    if chance.random() > 0.1:
        return content
    packed = gzip.compress(content) if chance.random() < 0.5 else zipped(content)
    return damaged(packed, chance, contents) if chance.random() < 0.5 else packed


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bib", content)
        archive.writestr("b.xlsx", content)
    return file.getvalue()


def damaged(content: bytes, chance: random.Random, contents: dict[str, bytes]) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at, to = sorted(chance.choices(range(len(content) + 1), k=2))
        match chance.randrange(7):
            case 0:
                content = content[:at] + chance.randbytes(chance.randint(1, 8)) + content[at + 1 :]
            case 1:
                content = content[:at] + content[min(to, at + chance.randint(1, 3000)) :]
            case 2:
                content = content[:at] + chance.choice(SPLINTERS) + content[at:]
            case 3:
                again = content[at : at + chance.randint(1, 2000)] * chance.randint(1, 20)
                content = content[:to] + again + content[to:]
            case 4:
                content = content[: max(at, 1)] if chance.random() < 0.5 else content
            case 5:
                other = contents[chance.choice(list(contents))]
                content = content[:at] + other[: chance.randint(1, 20_000)] + content[at:]
            case 6:
                content = content.replace(*chance.choice(CHANGES))
        content = content[:600_000]
    return content


CHANGES = [(b"\n", b"\r\n"), (b"\n", b" "), (b'"', b""), (b"}", b""), (b"</", b"<"), (b",", b";"), (b" ", b"\t")]


if __name__ == "__main__":
    main()
