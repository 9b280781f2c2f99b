"""PubMed XML, EndNote XML, Atom, and XML that is broken or hostile."""

import tracemalloc
from pathlib import Path

import pytest

from store.errors import UnreadableFile
from store.readers import read
from store.readers.xml_elements import elements
from store.records import Paper, Rejected

PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">123</PMID><Article>
<Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate><Year>1999</Year><Month>Mar
</Month></PubDate></JournalIssue><Title>Journal of things</Title></Journal>
<ArticleTitle>Things in <i>Drosophila</i> and H<sub>2</sub>O at 10<sup>3</sup> K.</ArticleTitle>
<Pagination><MedlinePgn>12-9</MedlinePgn></Pagination>
<Abstract><AbstractText Label="BACKGROUND">p &lt; 0.05.</AbstractText><AbstractText>More.</AbstractText></Abstract>
<AuthorList><Author><LastName>Post</LastName><ForeName>Emil L</ForeName><Suffix>Jr</Suffix></Author>
<Author><CollectiveName>Things Group</CollectiveName></Author></AuthorList>
</Article><KeywordList><Keyword>thing</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1234/things.7</ArticleId><ArticleId IdType="pmc">PMC9</ArticleId>
</ArticleIdList></PubmedData></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID>124</PMID><Book><Publisher><PublisherName>NCBI</PublisherName></Publisher>
<BookTitle>A book</BookTitle><PubDate><Year>2001</Year></PubDate></Book><ArticleTitle>A chapter</ArticleTitle>
</BookDocument></PubmedBookArticle>
</PubmedArticleSet>
"""

STYLE = '<style face="{face}" font="default" size="100%">{text}</style>'
ENDNOTE = """<?xml version="1.0" encoding="UTF-8" ?><xml><records><record><database name="a.enl">a.enl</database>\
<rec-number>7</rec-number><ref-type name="Conference Paper">47</ref-type><contributors><authors><author>{author}\
</author><author>Curie, M.</author></authors></contributors><titles><title>{title}</title>\
<secondary-title>Proceedings</secondary-title></titles><pages>12-19</pages><volume>7</volume><keywords>\
<keyword>thing</keyword><keyword>object</keyword></keywords><dates><year>1999</year></dates>\
<isbn>1234 (Print)&#xD;5678</isbn><accession-num>123456</accession-num><abstract>We look.&#xD;They are.</abstract>\
<urls><related-urls><url>https://a.org/1&#xD;https://a.org/2</url></related-urls></urls>\
<electronic-resource-num>10.1234/things.7</electronic-resource-num></record></records></xml>
""".format(
    author=STYLE.format(face="normal", text="Post, E. L."),
    title=STYLE.format(face="normal", text="Cu")
    + STYLE.format(face="superscript", text="2+")
    + STYLE.format(face="italic", text=" in <![CDATA[R&D]]>"),
)

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query" rel="self"/><title>ArXiv Query</title><id>http://arxiv.org/api/x</id>
  <entry><id>http://arxiv.org/abs/2301.12345v2</id><published>2023-01-29T18:00:00Z</published>
    <updated>2024-02-01T00:00:00Z</updated><title>Things with
  $\\alpha$</title><summary>  We look.
</summary><author><name>Emil L. Post</name></author><author><name>Marie Curie</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1234/things.7</arxiv:doi>
    <arxiv:journal_ref>Things 7 (1999)</arxiv:journal_ref><category term="cs.DL"/>
  </entry>
</feed>
"""


def write(folder: Path, text: str | bytes, name: str = "refs.xml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_pubmed_articles_and_chapters_are_read(tmp_path: Path) -> None:
    article, chapter = read(write(tmp_path, PUBMED))
    assert article == Paper(
        title="Things in Drosophila and H2O at 10^3 K",
        abstract="BACKGROUND: p < 0.05. More.",
        authors=("Post, Emil L, Jr", "Things Group"),
        year=1999,
        venue="Journal of things",
        doi="10.1234/things.7",
        source="refs.xml",
        extra={
            "pmid": "123", "pages": "12-9", "volume": "7", "number": "2", "issn": "1234-5678",
            "keywords": "thing", "pmcid": "PMC9", "date": "1999 Mar",
        },
    )  # fmt: skip
    assert isinstance(chapter, Paper)
    assert (chapter.title, chapter.venue, chapter.year, chapter.kind) == ("A chapter", "A book", 2001, "incollection")


def test_an_endnote_record_is_read(tmp_path: Path) -> None:
    (paper,) = read(write(tmp_path, ENDNOTE))
    assert paper == Paper(
        title="Cu2+ in R&D",
        abstract="We look. They are.",
        authors=("Post, E. L.", "Curie, M."),
        year=1999,
        venue="Proceedings",
        doi="10.1234/things.7",
        url="https://a.org/1",
        kind="inproceedings",
        source="refs.xml",
        extra={
            "pmid": "123456", "pages": "12-19", "volume": "7", "keywords": "thing, object",
            "issn": "1234 (Print) 5678",
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("database", "is_pubmed"), [("", True), ("Medline", True), ("Embase", False), ("Embase Medline", False)]
)
def test_an_accession_number_is_pubmed_s_where_no_other_database_is_named(
    tmp_path: Path, database: str, is_pubmed: bool
) -> None:
    text = ENDNOTE.replace("<urls>", f"<remote-database-name>{database}</remote-database-name><urls>")
    (paper,) = read(write(tmp_path, text))
    assert isinstance(paper, Paper)
    assert ("pmid" in paper.extra) is is_pubmed


def test_an_entry_of_arxiv_s_feed_is_read(tmp_path: Path) -> None:
    (paper,) = read(write(tmp_path, ATOM))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("Things with α", "We look.")
    assert (paper.authors, paper.year) == (("Emil L. Post", "Marie Curie"), 2023)
    assert (paper.arxiv, paper.doi, paper.venue) == ("2301.12345v2", "10.1234/things.7", "Things 7 (1999)")
    assert (paper.url, paper.extra["keywords"]) == ("http://arxiv.org/abs/2301.12345v2", "cs.DL")


def test_the_declared_encoding_counts_where_the_file_is_not_utf8(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="iso-8859-2"?><xml><records><record><rec-number>1</rec-number>'
    text += "<titles><title>Příliš žluťoučký kůň</title></titles></record></records></xml>"
    (paper,) = read(write(tmp_path, text.encode("iso-8859-2")))
    assert isinstance(paper, Paper)
    assert paper.title == "Příliš žluťoučký kůň"


RECORD = "<record><rec-number>1</rec-number><titles><title>{}</title></titles></record>\n"


def records(folder: Path, *titles: str) -> list[Paper | Rejected]:
    return list(read(write(folder, "<xml><records>\n" + "".join(map(RECORD.format, titles)) + "</records></xml>")))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("A & B", "A & B"),
        ("p < 0.05 &lt; 1", "p < 0.05 < 1"),
        ("caf&eacute; &nbsp; &#233;", "café é"),
        ("a\x0bb&#x1F;c", "abc"),
        ("a <m:mi>x</m:mi> b", "a x b"),
        ('a <x:y z:w="1"/> b', "a b"),
        ("&unknown; thing", "&unknown; thing"),
    ],
)
def test_what_xml_forbids_and_programs_write_is_read(tmp_path: Path, written: str, title: str) -> None:
    first, second = records(tmp_path, written, "Next")
    assert [first.title, second.title] == [title, "Next"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "reason"), [("<b>no end", "not valid XML"), ("<!ENTITY a 'b'>", "not valid XML"), ("", "no title")]
)
def test_a_broken_record_is_rejected_and_the_others_go_on(tmp_path: Path, written: str, reason: str) -> None:
    first, bad, last = records(tmp_path, "One", written, "Three")
    assert [first.title, last.title] == ["One", "Three"]  # type: ignore[union-attr]
    assert isinstance(bad, Rejected)
    assert bad.where == "line 3, record 2"
    assert reason in bad.reason


def test_a_record_that_is_never_closed_loses_only_itself(tmp_path: Path) -> None:
    text = "<xml><records>" + RECORD.format("One") + "<record><titles>" + RECORD.format("Three") + "<record><titles>"
    first, bad, third, last = read(write(tmp_path, text))
    assert [first.title, third.title] == ["One", "Three"]  # type: ignore[union-attr]
    assert isinstance(bad, Rejected)
    assert isinstance(last, Rejected)
    assert "never closed" in bad.reason
    assert "never closed" in last.reason


def test_an_entity_bomb_does_nothing(tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    text = f'<!DOCTYPE xml [<!ENTITY a0 "ha">{lol}]><xml><records>{RECORD.format("&a12;")}</records></xml>'
    (paper,) = read(write(tmp_path, text))
    assert isinstance(paper, Paper)
    assert paper.title == "&a12;"


def test_a_file_is_not_read_from_the_disk(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret", "secret.txt")
    text = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]><xml><records>{RECORD.format("&f;")}</records></xml>'
    (paper,) = read(write(tmp_path, text))
    assert isinstance(paper, Paper)
    assert "secret" not in paper.title


def test_other_xml_is_no_known_format(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no known format"):
        read(write(tmp_path, "<?xml version='1.0'?><html><body>" + "words " * 90 + "</body></html>"))


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_elements_are_whole_however_the_text_is_cut(size: int) -> None:
    text = "<x>\n<a><b>1</b></a>\n<a/><c:a q='1'>2</c:a>\n</x>"
    found = [
        (line, "".join(element.itertext()))
        for line, element in elements([text[at : at + size] for at in range(0, len(text), size)], "a")
        if not isinstance(element, str)
    ]
    assert found == [(2, "1"), (3, ""), (3, "2")]


def test_a_long_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = write(tmp_path, "<xml><records>" + RECORD.format("T" + "word" * 1250) * 1500 + "</records></xml>")
    tracemalloc.start()
    assert sum(1 for _ in read(path)) == 1500
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 3


def test_nesting_without_end_is_rejected_or_read_but_never_fails(tmp_path: Path) -> None:
    (record,) = records(tmp_path, "<i>" * 20_000 + "A" + "</i>" * 20_000)
    assert isinstance(record, Paper | Rejected)
