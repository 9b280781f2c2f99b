"""DOIs in the spellings that files have."""

import pytest

from store.readers.identifiers import doi

WILEY = "10.1002/(sici)1097(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"


@pytest.mark.parametrize(
    "written",
    ["10.1234/ab.c-5", "10.1234/AB.C-5", "doi:10.1234/ab.c-5", "DOI: 10.1234/ab.c-5.", "https://doi.org/10.1234/ab.c-5",
     "http://dx.doi.org/10.1234/ab.c-5", "doi.org/10.1234%2Fab.c-5", "10.1234%2FAB.C-5 ", "10.1234%2fab%2Ec%2D5",
     "https://doi.org/10.1234/ab.c-5?utm_source=x", "https://doi.org/10.1234/ab.c-5#sec1", "<10.1234/ab.c-5>",
     "(10.1234/ab.c-5)", "10.1234/ab.c-5,", "10.1234/ab.c-5)", "“10.1234/ab.c-5”", "10.1234/ab.c-5 [doi]",
     "\u200b10.1234/ab.c-5\u200b", "10.1234/\u200bab.c-5", "10.1234/ab.\u00adc-5", "\ufeff10.1234/ab.c-5",
     "10.1234/ab.c\u20135", "10.1234/ab.c\u20105", "１０.１２３４/ab.c-5", "info:doi/10.1234/ab.c-5",
     "urn:doi:10.1234/ab.c-5", "https://pub.example/doi/full/10.1234/ab.c-5", "https://pub.example/10.1234/ab.c-5/pdf",
     "https://proxy.example/login?url=https%3A%2F%2Fdoi.org%2F10.1234%2Fab.c-5"],
)  # fmt: skip
def test_a_doi_has_one_form_however_it_is_spelt(written: str) -> None:
    assert doi(written) == "10.1234/ab.c-5"


@pytest.mark.parametrize(
    "written",
    [WILEY, WILEY.upper(), WILEY.replace("<", "&lt;").replace(">", "&gt;"), WILEY.replace("<", "&amp;lt;"),
     "https://doi.org/" + WILEY.replace("<", "%3C").replace(">", "%3E").replace(";", "%3B"), f"({WILEY})"],
)  # fmt: skip
def test_brackets_and_signs_in_a_doi_stay(written: str) -> None:
    assert doi(written) == WILEY


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("10.1016/S0140-6736(99)01234-5)", "10.1016/s0140-6736(99)01234-5"),
        ("10.1000.10/123", "10.1000.10/123"),
        ("10.1234/abc\u200bhttps://pub.example", "10.1234/abc"),
        ("10.1234/50%off", "10.1234/50%off"),
        ("10.12", ""),
        ("not assigned", ""),
        ("", ""),
    ],
)
def test_what_is_no_part_of_a_doi_is_left_out(written: str, found: str) -> None:
    assert doi(written) == found
