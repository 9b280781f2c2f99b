"""Markup leaves, text stays: in every format, whatever publisher wrote it."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers import read
from store.readers.markup import from_latex, readable, without_tags
from store.records import Paper

MATHML = "<math><mrow><msub><mi>NaO</mi><mn>2</mn></msub></mrow></math>"
PREFIXED = MATHML.replace("<m", "<mml:m").replace("</m", "</mml:m")
TEX = r"<tex-math>\documentclass[12pt]{minimal}\usepackage{amsmath}\begin{document}$$\alpha$$\end{document}</tex-math>"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (f"of {MATHML} at", "of NaO2 at"),
        (f"of {PREFIXED} at", "of NaO2 at"),
        ('<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML" display="block"><mml:mi>T</mml:mi></mml:math>',
         "T"),
        ("&lt;math&gt;&lt;mi&gt;T&lt;/mi&gt;&lt;mo&gt;&lt;&lt;/mo&gt;&lt;mn&gt;3&lt;/mn&gt;&lt;/math&gt;", "T<3"),
        ("<math><msup><mn>10</mn><mrow><mo>-</mo><mn>3</mn></mrow></msup></math>", "10^-3"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msub><mi>y</mi><mi>i</mi></msub></math>", "x^2+y_i"),
        ("<math><mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac></math>", "1/(a+b)"),
        ("<math><msqrt><mn>2</mn></msqrt><mo>&#8804;</mo><mfenced><mi>a</mi><mi>b</mi></mfenced></math>",
         "√(2)≤(a, b)"),
        ("<math><mmultiscripts><mi>C</mi><mprescripts/><none/><mn>14</mn></mmultiscripts></math>", "14C"),
        ("<math><semantics><mi>q</mi><annotation encoding='application/x-tex'>q</annotation></semantics></math>", "q"),
        ("<math><msup><mn>90</mn><mo>∘</mo></msup></math>", "90∘"),
        ("<math><mi>a</mi><mn>5</math> km", "a5 km"),
        (f"<inline-formula><alternatives>{TEX}<mml:math><mml:mi>α</mml:mi></mml:math></alternatives></inline-formula>",
         "α"),
        (f"the <inline-formula>{TEX}</inline-formula> test", "the α test"),
        ('<InlineEquation ID="IEq1"><EquationSource Format="TEX">$\\beta$</EquationSource>'
         '<EquationSource Format="MATHML"><math><mi>β</mi></math></EquationSource></InlineEquation>', "β"),
        ("<Para>Growth of <Emphasis Type=\"Italic\">E. coli</Emphasis> on CO<Subscript>2</Subscript></Para>",
         "Growth of E. coli on CO2"),
        ("<ce:para>The <ce:italic>Fmr1</ce:italic> gene<ce:hsp sp=\"0.25\"/>, 10<ce:sup>3</ce:sup></ce:para>",
         "The Fmr1 gene, 10^3"),
        ("<ce:section-title>Aim</ce:section-title><ce:simple-para>We ask.</ce:simple-para>", "Aim We ask."),
        ("<jats:sec><jats:title>Aim</jats:title><jats:p>We ask.</jats:p></jats:sec>", "Aim We ask."),
        ("<it>In vivo</it> and <fixed-case>BERT</fixed-case> and <bold>so</bold> <sc>on</sc>",
         "In vivo and BERT and so on"),
        ("Bed <!-- checked --> rest <![CDATA[at <i>home</i>]]>", "Bed rest at home"),
        ("One.<br>Two.<p>Three.", "One. Two. Three."),
        ("so p < 0.05 and x<y>z, a<b and c>d, k<b>c", "so p < 0.05 and x<y>z, a<b and c>d, k<b>c"),
        ("if i<p>k then <i> is odd", "if i<p>k then <i> is odd"),
        ("the <sub> token of List<String>, <100> planes", "the <sub> token of List<String>, <100> planes"),
        ("R&amp;D &lt; &#233;, AT&T; <i>in vivo</i><br/>CO<sub>2</sub>", "R&D < é, AT&T; in vivo CO2"),
    ],
)  # fmt: skip
def test_the_markup_of_publishers_becomes_text(written: str, text: str) -> None:
    assert readable(written) == text
    assert from_latex(written) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"in \ensuremath{<}mml:math {display=''inline''\ensuremath{>}\ensuremath{<}mml:mi\ensuremath{>}T"
         r"\ensuremath{<}/mml:mi\ensuremath{>}\ensuremath{<}/mml:math\ensuremath{>}} now", "in T now"),
        (r"{\textless}i{\textgreater}Apis{\textless}/i{\textgreater} bees, $<$sub$>$2$<$/sub$>$", "Apis bees, 2"),
        (r"\textless{}b\textgreater{} is open, $p < 0.05$ and $x<y>z$", "<b> is open, p < 0.05 and x<y>z"),
        (r"R\&amp;D, 5\% &lt; 6\%", "R&D, 5% < 6%"),
    ],
)  # fmt: skip
def test_markup_that_latex_hides_becomes_text_too(written: str, text: str) -> None:
    assert from_latex(written) == text


WORDS = st.from_regex(r"[a-z]{1,8}|[0-9]{1,3}(?:\.[0-9])?", fullmatch=True)
COMPARED = st.builds(
    "{}{}{}{}{}".format, WORDS, st.sampled_from(["<", " < ", ">", " > ", "<=", "<<"]), WORDS,
    st.sampled_from(["<", ">", " > ", " <", ""]), WORDS,
)  # fmt: skip
TAGS = [
    "i",
    "b",
    "it",
    "sub",
    "Emphasis",
    "Para",
    "ce:italic",
    "jats:p",
    "fixed-case",
    "tex-math",
    "p",
    "mml:mi",
    "bold",
]
MARKED = st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", st.sampled_from(TAGS), WORDS)


@settings(deadline=None, max_examples=500)
@given(st.lists(COMPARED, min_size=1, max_size=6).map(" ".join))
def test_comparisons_stay_as_they_are(text: str) -> None:
    assert without_tags(text) == text
    assert readable(text) == " ".join(text.split())


@settings(deadline=None, max_examples=500)
@given(st.lists(WORDS | MARKED | st.just("p < 0.05"), min_size=1, max_size=10))
def test_no_word_is_lost_between_tags(pieces: list[str]) -> None:
    words = " ".join(pieces)
    for tag in TAGS:
        words = words.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert readable(" ".join(pieces)).split() == words.split()


TEXT = "Of {0}, p < 0.05 where x<y>z"
EXPECTED = "Of NaO2 and CO2, p < 0.05 where x<y>z"
MARKUP = f"{PREFIXED} and <it>CO</it><sub>2</sub>"
ESCAPED = TEXT.format(MARKUP).replace("<", "&lt;").replace(">", "&gt;")
FORMATS = {
    "a.bib": f"@article{{k, title = {{{TEXT}}}, abstract = {{{TEXT}}}}}",
    "a.ris": f"TY  - JOUR\nTI  - {TEXT}\nAB  - {TEXT}\nER  - \n",
    "a.enw": f"%0 Book\n%T {TEXT}\n%X {TEXT}\n%D 1999\n",
    "a.nbib": f"PMID- 1\nTI  - {TEXT}\nAB  - {TEXT}\n",
    "a.ciw": f"FN x\nPT J\nTI {TEXT}\nAB {TEXT}\nER\n\nEF\n",
    "a.tsv": f"Title\tAbstract\tYear\n{TEXT}\t{TEXT}\t1999\n",
}


def texts(path: Path) -> tuple[str, str]:
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    return paper.title, paper.abstract


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_cleaned_alike(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FORMATS[name].replace("{0}", MARKUP), encoding="utf-8")
    assert texts(path) == (EXPECTED, EXPECTED)


@pytest.mark.parametrize("further", [{}, {"type": "book", "issued": {}}, {"itemType": "book"}, {"authorships": []}])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_every_json_is_cleaned_alike(tmp_path: Path, name: str, further: dict[str, object]) -> None:
    text = TEXT.format(MARKUP)
    abstract = {"abstractNote": text} if "itemType" in further else {"abstract": text}
    path = tmp_path / name
    path.write_text(json.dumps({"title": text} | abstract | further))
    assert texts(path) == (EXPECTED, EXPECTED)


@pytest.mark.parametrize(
    "inner", [ESCAPED, TEXT.format(MARKUP).replace(" < ", " &lt; ").replace("x<y>z", "x&lt;y&gt;z")]
)
@pytest.mark.parametrize(
    "frame",
    [
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{0}</ArticleTitle>"
        "<Abstract><AbstractText>{0}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>",
        "<xml><records><record><titles><title>{0}</title></titles><abstract>{0}</abstract></record></records></xml>",
    ],
)
def test_xml_is_cleaned_alike(tmp_path: Path, frame: str, inner: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(frame.format(inner), encoding="utf-8")
    assert texts(path) == (EXPECTED, EXPECTED)
