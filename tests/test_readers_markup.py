"""HTML and JATS markup, and labels before abstracts."""

import pytest

from store.readers.markup import abstract, readable, without_tags


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<i>Drosophila</i> and H<sub>2</sub>O", "Drosophila and H2O"),
        ("10<sup>3</sup> cm<sup>-1</sup>, Cu<sup>2+</sup>", "10^3 cm^-1, Cu2+"),
        ("<sup>18</sup>F, Post<sup>a</sup>", "18F, Posta"),
        ("R&amp;D, A &amp;amp; B, AT&T, &lt;p&gt; &#233;", "R&D, A & B, AT&T, é"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ('<span class="x" lang=\'en\'>A</span><br/>B', "A B"),
        ("p < 0.05 and a<b, x > y", "p < 0.05 and a<b, x > y"),
        ("<unknown>kept</unknown>", "<unknown>kept</unknown>"),
        (r"of $\alpha$ and \emph{things}", "of α and things"),
        (r"costs $5 or $10 in C:\new", r"costs $5 or $10 in C:\new"),
        ("two\n  lines\u00a0here", "two lines here"),
    ],
)  # fmt: skip
def test_markup_becomes_text(written: str, text: str) -> None:
    assert readable(written) == text


def test_text_without_tags_keeps_its_spaces() -> None:
    assert without_tags("a  b <i>c</i>  d") == "a  b c  d"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Abstract: We look.", "We look."),
        ("ABSTRACT We look.", "We look."),
        ("AbstractWe look.", "We look."),
        ("Abstract We look.", "We look."),
        ("Abstract. We look.", "We look."),
        ("Abstract - We look.", "We look."),
        ("<jats:title>Abstract</jats:title><jats:p>We look.</jats:p>", "We look."),
        ("Abstract&nbsp;Copper is red.", "Copper is red."),
        ("Summary: We look.", "We look."),
        ("Abstract interpretation is a theory.", "Abstract interpretation is a theory."),
        ("Abstraction: a study.", "Abstraction: a study."),
        ("Summary statistics are given.", "Summary statistics are given."),
        ("Abstract Argumentation Frameworks are used.", "Abstract Argumentation Frameworks are used."),
        ("[No abstract available]", ""),
        ("No abstract provided.", ""),
        ("n/a", ""),
        ("No abstract theory available here explains it.", "No abstract theory available here explains it."),
        ("Abstract:", "Abstract:"),
    ],
)
def test_a_label_before_the_abstract_is_left_out_and_nothing_else(written: str, text: str) -> None:
    assert abstract(written) == text


@pytest.mark.parametrize("bad", ["<", "<a ", "&", "<sup>", "$_", "$", "\\a", '<a b="', "<i>", "&#"])
def test_pages_of_broken_markup_come_to_an_end(bad: str) -> None:
    assert len(readable(bad * 30_000)) <= len(bad) * 30_000
