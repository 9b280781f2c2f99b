"""What a question asks for: people that the library has, years, and words set right by the library's own."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.catalogue import Catalogue
from store.question import MOST_TERMS, Asked, understood
from store.records import Paper

SHELF = (
    Paper("Seminumerical Orchards", "Counting apples by multiplication.", ("Knuth, Donald E.",), 1969),
    Paper("Structured Gardening", "Against jumps over hedges.", ("Edsger W. Dijkstra",), 1968),
    Paper("Communicating Beehives", "Bees exchange messages.", ("C. A. R. Hoare",), 1978),
    Paper("Separating Wheat from Chaff", "Winnowing at scale.", ("Smith, Jane", "Young, Tim"), 2021),
    Paper("Residual Compost", "Deeper layers of compost are warmer.", ("He, Kaiming",), 2016),
    Paper("Embedding Meadows", "Neighbours in a meadow.", ("van der Maaten, Laurens", "Hinton, Geoffrey"), 2008),
    Paper("Retrieval of Lost Tools", "A shed is searched.", ("Van Rijsbergen, C. J.",), 1979),
    Paper("Hedges and Bounds", "", ("García Márquez, Ana", "O'Neil, Pat"), 1999),
    Paper("Rain on Mondays", "Umbrellas in Bern.", ("Müller, Jörg", "Łukasiewicz, Jan"), 2003),
    Paper("Glow-worms at Night", "Luminescent insects.", ("Jean-Pierre Petit-Jean",), 2015),
    Paper("Irrigation by MiniLM", "Transformers water the beds.", ("Çelik, Ömer",), 2020),
    Paper("An Undated Almanac", "Weather of 1816, month by month."),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    catalogue = Catalogue(tmp_path_factory.mktemp("shelf") / "catalogue.sqlite3")
    with catalogue.writing():
        for number, paper in enumerate(SHELF):
            catalogue.enter(paper, file="shelf.bib", record=str(number))
    yield catalogue
    catalogue.close()


# -- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "families"),
    [
        ("papers by Knuth before 1970", "knuth"),
        ("papers by knuth", "knuth"),
        ("what has been written by hoare and dijkstra about bees", "hoare dijkstra"),
        ("Smith et al. 2021", "smith"),
        ("As Smith, et al. say", "smith"),
        ("Smith and Young, 2021", "smith young"),
        ("Dijkstra (1968)", "dijkstra"),
        ("work by Dijkstra or Hoare", "dijkstra hoare"),
        ("anything by either Knuth, Dijkstra, or Hoare?", "knuth dijkstra hoare"),
        ("Knuth's algorithms", "knuth"),
        ("Hoare’s papers and Knuth's", "hoare"),
        ("orchards by Donald Knuth", "knuth"),
        ("by D. E. Knuth", "knuth"),
        ("by Edsger W. Dijkstra", "dijkstra"),
        ("papers by C.A.R. Hoare", "hoare"),
        ("He et al. 2016", "he"),
        ("meadows by van der Maaten", "vandermaaten"),
        ("van der Maaten & Hinton (2008)", "vandermaaten hinton"),
        ("papers by Van Rijsbergen", "vanrijsbergen"),
        ("papers by García Márquez", "garciamarquez"),
        ("papers by O'Neil", "oneil"),
        ("rain by Muller", "muller"),
        ("rain by Müller", "muller"),
        ("Łukasiewicz et al.", "łukasiewicz"),
        ("insects by Petit-Jean", "petitjean"),
        ("Çelik 2020", "celik"),
    ],
)
def test_a_name_in_the_place_of_an_author_is_one_where_the_library_has_it(
    library: Catalogue, question: str, families: str
) -> None:
    assert understood(question, library).families == tuple(families.split())


@pytest.mark.parametrize(
    "question",
    [
        "papers by Turing",
        "papers by turing before 1970",
        "irrigation by Transformers",
        "Turing et al. 1950",
        "what did he write by 1970?",
        "papers by the authors",
        "By 2020",
        "Knuth",
        "young smith",
        "",
    ],
)
def test_a_name_that_the_library_does_not_have_or_that_stands_elsewhere_is_no_author(
    library: Catalogue, question: str
) -> None:
    assert understood(question, library).families == ()


def test_a_name_is_one_of_the_words_too(library: Catalogue) -> None:
    assert understood("papers by Knuth about apples", library).terms == ("knuth", "appl")


def test_an_accent_in_two_characters_is_read_as_one(library: Catalogue) -> None:
    assert understood(unicodedata.normalize("NFD", "rain by Müller"), library) == understood("rain by Müller", library)


# -- years ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ("before 1970", (None, 1969)),
        ("prior to 1970", (None, 1969)),
        ("older than 1970", (None, 1969)),
        ("until 1970", (None, 1970)),
        ("Up to 1970", (None, 1970)),
        ("no later than 1970", (None, 1970)),
        ("not after 1970", (None, 1970)),
        ("after 1970", (1971, None)),
        ("newer than 1970", (1971, None)),
        ("since 1970", (1970, None)),
        ("1970 onwards", (1970, None)),
        ("from 1970 on", (1970, None)),
        ("not before 1970", (1970, None)),
        ("not older than 1970", (1970, None)),
        ("no earlier than 1970", (1970, None)),
        ("between 1970 and 1980", (1970, 1980)),
        ("BETWEEN 1980 AND 1970", (1970, 1980)),
        ("from 1970 to 1980", (1970, 1980)),
        ("1970-1980", (1970, 1980)),
        ("1970 – 1980", (1970, 1980)),
        ("after 1970 and before 1980", (1971, 1979)),
        ("before 1980 but not before 1970", (1970, 1979)),
        ("since 1970 until 1980", (1970, 1980)),
    ],
)
def test_a_limit_in_years_is_strict_and_not_searched_for(
    library: Catalogue, said: str, years: tuple[int | None, int | None]
) -> None:
    asked = understood(f"apples {said} and bees", library)
    assert (asked.years, asked.strict, asked.terms) == (years, True, ("appl", "bee"))


@pytest.mark.parametrize(
    "question", ["apples in 2020", "apples of 2020", "apples (2020)", "Apples et al. 2020", "apples 2020"]
)
def test_a_single_year_is_no_limit_and_stays_among_the_words(library: Catalogue, question: str) -> None:
    asked = understood(question, library)
    assert (asked.years, asked.strict) == ((2020, 2020), False)
    assert {"appl", "2020"} <= set(asked.terms)


@pytest.mark.parametrize(
    ("question", "term"),
    [("the 1990s", "1990s"), ("weather of 1816", "1816"), ("version 12020", "12020"), ("since 20 years", "20")],
)
def test_another_number_is_no_year(library: Catalogue, question: str, term: str) -> None:
    asked = understood(question, library)
    assert (asked.years, asked.strict) == ((None, None), False)
    assert term in asked.terms


def test_a_month_is_no_author(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    with catalogue.writing():
        catalogue.enter(Paper("Bees", "Bees dance.", ("May, Karl",), 2020), file="a.bib", record="0")
    assert understood("bees published in May 2020", catalogue).families == ()
    assert understood("bees, see May 2020", catalogue).families == ("may",)
    catalogue.close()


def test_a_since_that_gives_a_reason_does_not_hide_the_year(library: Catalogue) -> None:
    asked = understood("since bees dance, which papers are there since 2015?", library)
    assert (asked.years, asked.strict) == ((2015, None), True)


def test_a_limit_does_not_change_what_the_embedder_reads(library: Catalogue) -> None:
    assert understood("apples before 1970", library).text == "apples before 1970"


def test_a_limit_alone_asks_for_no_words(library: Catalogue) -> None:
    assert understood("between 1970 and 1980", library) == Asked(
        "between 1970 and 1980", (), years=(1970, 1980), strict=True
    )


# -- spelling ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Seperating", "separating"),
        ("retreival", "retrieval"),
        ("umbrelas", "umbrellas"),
        ("comopst", "compost"),
        ("lumynezcent", "luminescent"),
        ("transfomers", "transformers"),
    ],
)
def test_a_misspelt_word_is_read_as_the_nearest_that_the_library_has(
    library: Catalogue, wrong: str, right: str
) -> None:
    asked = understood(f"{wrong} of things: {wrong}!", library)
    assert asked.repaired == ((wrong, right),)
    assert asked.text == f"{right} of things: {right}!"
    assert asked.terms == understood(f"{right} of things: {right}", library).terms


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("raim bes", "short words"),
        ("12021 1968b", "numbers"),
        ("MinLM TRANSFOMERS", "names with capitals inside"),
        ("separation of neighbour", "words of the library in another form"),
        ("Kunth", "a word that only names an author"),
        ("xylophone quarks", "nothing is near"),
        ("comboxt", "two slips in a word that bears one"),
        ("what is the which", "words of any question"),
        ("日本語のテキスト", "signs"),
    ],
)
def test_other_words_are_left_as_they_are(library: Catalogue, question: str, why: str) -> None:
    asked = understood(question, library)
    assert (asked.text, asked.repaired) == (question, ()), why
    assert asked.terms


def test_the_word_of_more_papers_is_taken_of_two_that_are_as_near(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    with catalogue.writing():
        for number, title in enumerate(["kroken", "kraken and waves", "kraken again", "kroken kroken, kraken"]):
            catalogue.enter(Paper(title), file="a.bib", record=str(number))
    assert understood("krxken", catalogue).repaired == (("krxken", "kraken"),)
    assert understood("krakes", catalogue).repaired == (), "another ending is another word"
    catalogue.close()


def test_a_word_that_is_known_elsewhere_is_no_slip(library: Catalogue) -> None:
    assert understood("seperating orchads", library).repaired == (("seperating", "separating"), ("orchads", "orchards"))
    assert understood("seperating orchads", library, {"orchads"}.__contains__).repaired == (
        ("seperating", "separating"),
    )


def test_no_word_is_read_as_one_with_a_digit(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    with catalogue.writing():
        catalogue.enter(Paper("Waves of krake1"), file="a.bib", record="1")
    assert understood("waves of kraken", catalogue).repaired == ()
    catalogue.close()


def test_an_empty_library_sets_nothing_right_and_knows_nobody(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    asked = understood("Seperating apples by Knuth since 1970", catalogue)
    assert (asked.families, asked.repaired, asked.years) == ((), (), (1970, None))
    catalogue.close()


# -- any question --------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "papers by Knuth Smith et al. since before 1970 2021 and or – ( ) Seperating 's of no a".split()
)


@given(st.text(max_size=60) | st.lists(WORDS, max_size=12).map(" ".join))
def test_any_question_is_understood_the_same_way_each_time(library: Catalogue, question: str) -> None:
    asked = understood(question, library)
    assert asked == understood(question, library)
    assert all(library.written_by(family) for family in asked.families)
    first, last = asked.years
    assert first is None or last is None or first <= last
    assert not asked.strict or asked.years != (None, None)


@pytest.mark.parametrize("word", ["Attention", "Ap-Ple", "O'", "A.", "van", "By Knuth,", "since"])
def test_a_very_long_question_is_read_to_its_end(library: Catalogue, word: str) -> None:
    # Where the time grew with the square of the length, this would take more than a test may take.
    asked = understood(f"{word} " * 25_000, library)
    assert len(asked.terms) <= MOST_TERMS


def test_a_text_of_many_unknown_words_is_searched_for_by_its_first(library: Catalogue) -> None:
    letters = "bcdfghjklm"
    words = [f"retriev{one}{two}{three}q" for one in letters for two in letters for three in letters]
    asked = understood(" ".join(["retreival", *words, "seperating"]), library)
    assert len(asked.terms) == MOST_TERMS
    assert ("retreival", "retrieval") in asked.repaired
    assert "seperating" not in dict(asked.repaired)
