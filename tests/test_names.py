"""Names: lists of them in one field, nobody, groups, suffixes, dates, and East Asian order."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.identity import family
from store.names import Name, from_object, listed, parted, parts, people, settled, somebody
from store.readers import read
from store.records import Paper


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("['Okoye, Ada', 'Brandt, Per']", ("Okoye, Ada", "Brandt, Per")),
        ('["Okoye, Ada", "Brandt, Per"]', ("Okoye, Ada", "Brandt, Per")),
        ("('Ada Okoye', 'Per Brandt')", ("Ada Okoye", "Per Brandt")),
        ("['Ada Okoye' 'Per Brandt']", ("Ada Okoye", "Per Brandt")),
        ('c("Ada Okoye", "Per Brandt")', ("Ada Okoye", "Per Brandt")),
        ("[{'name': 'Ada Okoye'}, {'family': 'Brandt', 'given': 'Per'}]", ("Ada Okoye", "Brandt, Per")),
        ("['Ada Okoye', nan]", ("['Ada Okoye', nan]",)),
        ("Okoye, Ada; Brandt, Per", ("Okoye, Ada", "Brandt, Per")),
        ("Okoye, Ada；Brandt, Per", ("Okoye, Ada", "Brandt, Per")),
        ("Ada Okoye|Per Brandt", ("Ada Okoye", "Per Brandt")),
        ("Ada Okoye\nPer Brandt", ("Ada Okoye", "Per Brandt")),
        ("Okoye A, Brandt P", ("Okoye, A", "Brandt, P")),
        ("Okoye A., Brandt P. & Lie K.", ("Okoye, A.", "Brandt, P.", "Lie, K.")),
        ("Okoye, A., Brandt, P.", ("Okoye, A.", "Brandt, P.")),
        ("A. Okoye, P. Brandt", ("A. Okoye", "P. Brandt")),
        ("A Okoye, P Brandt", ("A Okoye", "P Brandt")),
        ("Ada Okoye, Per Brandt and Kari J. Lie", ("Ada Okoye", "Per Brandt", "Kari J. Lie")),
        ("Ada Okoye, Per Brandt, and Kari Lie", ("Ada Okoye", "Per Brandt", "Kari Lie")),
        ("van Okoye, Ada Marie and Brandt, P.", ("van Okoye, Ada Marie", "Brandt, P.")),
        ("Okoye and Brandt", ("Okoye", "Brandt")),
        ("Ada Okoye and World Health Organization", ("Ada Okoye", "World Health Organization")),
        ("Department of Health and Human Services", ("Department of Health and Human Services",)),
        ("Okoye A, Brandt P, et al.", ("Okoye, A", "Brandt, P")),
        ("Okoye, M. D., Brandt, P.", ("Okoye, M. D.", "Brandt, P.")),
        ("P. Okoye, Jr., A. Brandt, K. Lie", ("Okoye, P., Jr.", "A. Brandt", "K. Lie")),
        ("王伟，李娜，张敏", ("王伟", "李娜", "张敏")),
        ("山田太郎、鈴木一郎", ("山田太郎", "鈴木一郎")),
        ("", ()),
    ],
)
def test_the_people_of_one_field_are_told_apart(text: str, names: tuple[str, ...]) -> None:
    assert listed(text) == names


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Okoye, Ada; Brandt, Per", ("Okoye, Ada", "Brandt, Per")),
        ("Okoye, A. and Brandt, P.", ("Okoye, A.", "Brandt, P.")),
        ("Okoye A, Brandt P", ("Okoye, A", "Brandt, P")),
        ("Barnes and Noble", ("Barnes and Noble",)),
        ("Ministry of Food, Forests and Fisheries", ("Ministry of Food, Forests and Fisheries",)),
        ("Okoye, Ada", ("Okoye, Ada",)),
        ("García Márquez, Gabriel José", ("García Márquez, Gabriel José",)),
    ],
)
def test_a_value_that_should_be_one_person_is_a_list_only_where_that_is_plain(
    value: str, names: tuple[str, ...]
) -> None:
    assert people([value]) == names


@pytest.mark.parametrize(
    "nobody",
    ["", "others", "et al.", "[Anonymous]", "Anonymous", "[No author name available]", "NA", "N/A", "n.a.", "nan",
     "None", "null", "[No authors listed]", "Unknown", "Various authors", "-", "…", "others."],
)  # fmt: skip
def test_what_stands_for_nobody_is_no_author(nobody: str) -> None:
    assert not somebody(nobody)
    assert settled(nobody) == ""
    assert listed(f"Okoye, Ada; {nobody}") == ("Okoye, Ada",)


@pytest.mark.parametrize("name", ["Na, Li", "Na", "None, A.", "Unknown Mortal Collective", "O", "Al-Sayed, E."])
def test_names_that_look_like_nobody_are_somebody(name: str) -> None:
    assert settled(name) == name


@pytest.mark.parametrize(
    ("written", "kept", "parts_"),
    [
        ("Okoye, F. W., Jr.", "Okoye, F. W., Jr.", Name("Okoye", "F. W.", "Jr.")),
        ("Okoye, Jr., F. W.", "Okoye, F. W., Jr.", Name("Okoye", "F. W.", "Jr.")),
        ("Okoye Jr., F. W.", "Okoye, F. W., Jr.", Name("Okoye", "F. W.", "Jr.")),
        ("Okoye, F W 3rd", "Okoye, F W, 3rd", Name("Okoye", "F W", "3rd")),
        ("F. W. Okoye, Jr.", "Okoye, F. W., Jr.", Name("Okoye", "F. W.", "Jr.")),
        ("Okoye FW Jr", "Okoye, FW, Jr", Name("Okoye", "FW", "Jr")),
        ("F. W. Okoye III", "F. W. Okoye III", Name("Okoye", "F. W.", "III")),
        ("Okoye, A., B.", "Okoye, A. B.", Name("Okoye", "A. B.")),
        ("Sun, Nan", "Sun, Nan", Name("Sun", "Nan")),
        ("Okoye, II", "Okoye, II", Name("Okoye", "II")),
        ("García Márquez, M. D.", "García Márquez, M. D.", Name("García Márquez", "M. D.")),
        ("van Okoye, Jr.", "van Okoye, Jr.", Name("van Okoye", "Jr.")),
        ("Ada Okoye, Ph.D.", "Okoye, Ada, Ph.D.", Name("Okoye", "Ada", "Ph.D.")),
        ("Okoye, Ada, 1950-2001", "Okoye, Ada", Name("Okoye", "Ada")),
        ("Okoye, Ada, 1950-", "Okoye, Ada", Name("Okoye", "Ada")),
        ("Okoye, Ada, b. 1950, author.", "Okoye, Ada", Name("Okoye", "Ada")),
        ("Okoye, Ada (1950-2001)", "Okoye, Ada", Name("Okoye", "Ada")),
        ("Okoye, Ada,", "Okoye, Ada", Name("Okoye", "Ada")),
        ("Ada van der Okoye", "Ada van der Okoye", Name("van der Okoye", "Ada")),
        ("World Health Organization", "World Health Organization", Name("World Health Organization")),
        ("Nordic Heart Study Grp", "Nordic Heart Study Grp", Name("Nordic Heart Study Grp")),
        ("University of Oslo, Department of Physics", None, Name("University of Oslo, Department of Physics")),
        ("菅 義偉", "菅, 義偉", Name("菅", "義偉")),
        ("佐々木　健", "佐々木, 健", Name("佐々木", "健")),
        ("김 민수", "김, 민수", Name("김", "민수")),
        ("東京大学 医学部", "東京大学 医学部", Name("東京大学 医学部")),
        ("ジョン スミス", "ジョン スミス", Name("ジョン スミス")),
        ("山田, 太郎", "山田, 太郎", Name("山田", "太郎")),
        ("欧阳锋", "欧阳锋", Name("欧阳锋")),
        ("Plato", "Plato", Name("Plato")),
    ],
)
def test_a_name_is_kept_in_one_form_and_has_its_parts(written: str, kept: str | None, parts_: Name) -> None:
    assert parted(written) == (kept or written)
    assert parts(parted(written)) == parts_


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okoye, F. W., Jr.", "F. W. Okoye"),
        ("菅 義偉", "菅, 義偉"),
        ("Ada van Okoye", "van Okoye, Ada"),
        ("Okoye, Ada, 1950-2001", "Ada Okoye"),
    ],
)
def test_forms_of_one_name_have_one_family_name(one: str, other: str) -> None:
    assert family(settled(one)) == family(settled(other))


def test_a_name_in_json_is_put_together_from_its_parts() -> None:
    suffixed = {"family": "Okoye", "given": "Ada", "suffix": "III", "non-dropping-particle": "van"}
    assert from_object(suffixed) == "van Okoye, Ada, III"
    assert from_object({"author": {"display_name": "Ada Okoye"}, "raw": 3}) == "Ada Okoye"
    assert from_object({"literal": "Okoye Group"}) == "Okoye Group"
    assert from_object({"lastName": "Okoye"}) == "Okoye"
    assert from_object({"name": "et al."}) == ""


NAMES = st.sampled_from(
    ["Okoye", "van", "A.", "Jr.", "III", "and", "et al.", ";", ",", "[", "'", "菅", "1950-2001", "&"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(NAMES | st.text(max_size=4), max_size=12).map(" ".join))
def test_any_text_gives_names_that_stay_as_they_are(text: str) -> None:
    for name in listed(text):
        assert somebody(name)
        assert name == " ".join(name.split())
        assert parts(name).family


# -- the same list in every format -----------------------------------------------------------------

FILES = {
    "a.bib": "@article{{k, title = {{T}}, author = {{{}}}}}",
    "a.ris": "TY  - JOUR\nTI  - T\nAU  - {}\nER  - \n",
    "a.enw": "%0 Journal Article\n%T T\n%A {}\n%D 1999\n",
    "a.nbib": "PMID- 1\nTI  - T\nAU  - {}\n",
    "a.ciw": "FN x\nPT J\nAU {}\nTI T\nER\n\nEF\n",
    "a.tsv": "Title\tAuthors\tYear\nT\t{}\t1999\n",
    "a.xml": "<xml><records><record><titles><title>T</title></titles>"
    "<contributors><authors><author>{}</author></authors></contributors></record></records></xml>",
}


def authors(folder: Path, name: str, written: str) -> tuple[str, ...]:
    path = folder / name
    path.write_text(FILES[name].format(written), encoding="utf-8")
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    return paper.authors


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Okoye, Ada; Brandt, Per", ("Okoye, Ada", "Brandt, Per")),
        ("['Okoye, Ada', 'Brandt, Per']", ("Okoye, Ada", "Brandt, Per")),
        ("Okoye A, Brandt P", ("Okoye, A", "Brandt, P")),
        ("[No author name available]", ()),
        ("Anonymous", ()),
        ("NA", ()),
        ("菅 義偉", ("菅, 義偉",)),
        ("Okoye, F. W., Jr.", ("Okoye, F. W., Jr.",)),
        ("Okoye, Ada, 1950-2001", ("Okoye, Ada",)),
        ("Okoye, Ada and Brandt, Per", ("Okoye, Ada", "Brandt, Per")),
    ],
)
def test_every_format_reads_names_alike(tmp_path: Path, name: str, written: str, names: tuple[str, ...]) -> None:
    assert authors(tmp_path, name, written) == names


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (r"Lie, A. and \O{}stby, B. and {\O}stby, C.", ("Lie, A.", "Østby, B.", "Østby, C.")),
        (r"Lie, A. and \"Ozlem, B. and \v{Z}idan, C.", ("Lie, A.", "Özlem, B.", "Židan, C.")),
        (r"A. Lie and \L{}ucja Nowak and \'Eva \c{C}am Dag", ("Lie, A.", "Nowak, Łucja", "Dag, Éva Çam")),
        ("Lie, A. and\n \\.{I}nan, B. AND \\c{C}am, C.", ("Lie, A.", "İnan, B.", "Çam, C.")),
        ("Lie, A. and Berg, M. D.", ("Lie, A.", "Berg, M. D.")),
        (r"Lie, A. and \textsc{Berg}, B.", ("Lie, A.", "Berg, B.")),
        (
            r"\ifmmode\check{Z}\else\v{Z}\fi{}idan, S. and \ifmmode \acute{E}\else \'{E}\fi{}va Lie",
            ("Židan, S.", "Lie, Éva"),
        ),
        ("Ada van Okoye and van Lie and {Berg Labs}", ("van Okoye, Ada", "van Lie", "Berg Labs")),
        ("F. W. Okoye Jr. and Lie, III, Ada", ("Okoye, F. W., Jr.", "Lie, Ada, III")),
        ("Lie, A. and others and Anonymous and et al.", ("Lie, A.",)),
        ("Okoye A and Brandt PB", ("Okoye, A", "Brandt, PB")),
        ("Weinan E and Ada Lie", ("E, Weinan", "Lie, Ada")),
    ],
)
def test_bibtex_reads_its_own_forms_of_names(tmp_path: Path, written: str, names: tuple[str, ...]) -> None:
    assert authors(tmp_path, "a.bib", written) == names


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ciw", "FN x\nPT J\nAU Lie, A\nCA Nordic Heart Study Grp\n   Second Team\nTI T\nER\n\nEF\n"),
        ("a.nbib", "PMID- 1\nTI  - T\nFAU - Lie, A\nAU  - Lie A\nCN  - Nordic Heart Study Grp\nCN  - Second Team\n"),
        ("a.csv", "Title,Authors,Group Authors,Year\nT,\"Lie, A\",Nordic Heart Study Grp; Second Team,1999\n"),
        (
            "a.xml",
            "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle>"
            "<AuthorList><Author><LastName>Lie</LastName><Initials>A</Initials></Author>"
            "<Author><CollectiveName>Nordic Heart Study Grp</CollectiveName></Author>"
            "<Author><CollectiveName>Second Team</CollectiveName></Author></AuthorList></Article></MedlineCitation>"
            "</PubmedArticle></PubmedArticleSet>",
        ),
        ("a.bib", "@article{k, title = {T}, author = {Lie, A and {Nordic Heart Study Grp} and {Second Team}}}"),
        (
            "a.json",
            json.dumps([{"type": "book", "title": "T", "author": [{"family": "Lie", "given": "A"},
             {"literal": "Nordic Heart Study Grp"}, {"literal": "Second Team"}]}]),
        ),
    ],
)  # fmt: skip
def test_groups_are_authors(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    assert paper.authors == ("Lie, A", "Nordic Heart Study Grp", "Second Team")
    assert parts(paper.authors[1]) == Name("Nordic Heart Study Grp")
