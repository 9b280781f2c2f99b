"""LaTeX as readable text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers.latex import readable


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("plain text, 50% of it", "plain text, 50% of it"),
        (r"R\&D at 5\% and 50%, \#1 \_x \{a\} \$5", "R&D at 5% and 50%, #1 _x {a} $5"),
        (r"G{\"o}del G\"odel G\"{o}del {\'E}t{\'e}", "Gödel Gödel Gödel Été"),
        (r"{\v R}eh{\r u}{\v{r}}ek, Do{\u g}an, St{\k{e}}p, Fran\c cois", "Řehůřek, Doğan, Stęp, François"),
        (r"S{\o}ren \O ystein \ss \L{}\'od\'z kr{\'\i}m {\AA}s", "Søren Øystein ßŁódź krím Ås"),
        ("{D}eep {{Learning}} for {NLP}", "Deep Learning for NLP"),
        (r"pages 1--2 --- ``quoted''", "pages 1\u20132 \u2014 \u201cquoted\u201d"),
        (r"$\alpha$-stable $x_i \leq 2$ in $O(n\log n)$", "α-stable x_i ≤ 2 in O(n log n)"),
        (r"$\mu$J, Cu$_2$O, mm$^2$, $\frac{a}{b}$, $\sqrt{2}$", "μJ, Cu2O, mm^2, a/b, √(2)"),
        (r"H\textsubscript{2}O, 10\textsuperscript{3}, 1\textsuperscript{st}", "H2O, 10^3, 1st"),
        (r"\emph{One} \textbf{two \textit{three}} {\it four} {\bf five}", "One two three four five"),
        (r"\url{http://a.org/~b} \href{http://a.org}{here}", "http://a.org/~b here"),
        (r"100~nm at ~90% a\,b \quad c \\ d", "100 nm at ~90% a b c d"),
        ("from $5 to $10, and $3.5M", "from $5 to $10, and $3.5M"),
        (r"with $x$ at $5", "with x at $5"),
        (r"\unknown{kept} and \aap", "kept and aap"),
        (r"\textless{}b\textgreater{} \textbackslash{}n \textasciitilde", "<b> \\n ~"),
        (r"0.9\ifmmode\pm\else±\fi0.1, $3 \ifmmode\times\else\texttimes\fi{} 4$", "0.9±0.1, 3 × 4"),
        (r"\ifmmode \check{Z}\else \v{Z}\fi{}umer, {\ifmmode\acute{e}\else\'{e}\fi} \ifmmode x\fi", "Žumer, é x"),
        ("two\n  lines\tand\u00a0more", "two lines and more"),
    ],
)
def test_markup_is_resolved_and_the_words_stay(latex: str, text: str) -> None:
    assert readable(latex) == text


@pytest.mark.parametrize(
    "bad",
    ["{", "}", "\\", "$", r"\frac{", r"\sqrt{{", '\\"{', r"\cite{", "&", "<i ", "~-`", "$1 ", r"\a ", " "],
)
def test_pages_of_broken_markup_come_to_an_end(bad: str) -> None:
    assert len(readable(bad * 20_000)) <= len(bad) * 20_000


PIECES = st.sampled_from(["{", "}", "\\", "$", r"\frac", r"\'", r"\v", "^", "~", "--", "&amp;", "<i>", " ", "e"])


@settings(deadline=None, max_examples=300)
@given(pieces=st.lists(PIECES | st.text(max_size=3), max_size=20))
def test_any_text_comes_out_on_one_line_and_can_be_stored(pieces: list[str]) -> None:
    text = readable("".join(pieces))
    assert text == text.strip()
    assert all(char.isprintable() or not char.isspace() for char in text)
    assert text.encode("utf-8") is not None
