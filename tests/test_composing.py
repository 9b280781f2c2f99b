from assistant.answering.composing import Composer, markdown, names
from assistant.events import Claim, Quote, Source
from store.records import Hit, Paper


def source(number: int, *texts: str) -> Source:
    paper = Paper(f"Paper {number}", " ".join(texts), key=f"p{number}")
    starts = [paper.abstract.index(text) for text in texts]
    quotes = (Quote(number, text, start, start + len(text)) for text, start in zip(texts, starts, strict=True))
    return Source(number, Hit(number, paper, 1.0, ""), tuple(quotes))


ONE = source(1, "Sparse autoencoders explain chess.", "They were trained on transcripts.")
TWO = source(2, "Koopman operators drift.")


def test_an_unsupported_draft_is_replaced_by_the_nearest_quote_of_its_paper() -> None:
    composer = Composer([ONE, TWO])
    claim = composer.in_place_of("They were trained on many transcripts", ONE)
    assert claim == Claim("They were trained on transcripts.", (1,), "quoted", (ONE.quotes[1],))


def test_a_quote_is_used_once() -> None:
    composer = Composer([ONE])
    used = [composer.in_place_of("chess", ONE) for _ in range(3)]
    assert [claim and claim.text for claim in used] == [ONE.quotes[0].text, ONE.quotes[1].text, None]


def test_what_a_supported_sentence_rests_on_is_not_quoted_again() -> None:
    composer = Composer([ONE])
    composer.keep(Claim("Chess is explained by sparse autoencoders.", (1,), "supported", (ONE.quotes[0],)))
    assert composer.is_told(ONE.quotes[:1])
    assert not composer.is_told(ONE.quotes)
    assert [claim.text for claim in composer.quotes([ONE], most=3)] == ["They were trained on transcripts."]


def test_no_more_quotes_of_one_paper_than_asked_for() -> None:
    assert [claim.sources for claim in Composer([ONE, TWO]).quotes([ONE, TWO], most=1)] == [(1,), (2,)]


def test_sources_are_the_cited_ones() -> None:
    composer = Composer([ONE, TWO])
    composer.in_place_of("drift", TWO)
    assert composer.sources() == (TWO,)


def test_written_sentences_make_a_paragraph_and_quotes_stand_in_quotation_marks() -> None:
    claims = [
        Claim("A.", (1,), "supported", ONE.quotes[:1]),
        Claim("B.", (1, 2), "supported", ONE.quotes[:1]),
        Claim("C.", (2,), "quoted", TWO.quotes),
    ]
    assert markdown(claims) == "A. [1] B. [1][2]\n\n“C.” [2]"


def test_brackets_of_an_abstract_are_not_taken_for_marks() -> None:
    claim = Claim("As shown in [3] it drifts.", (1,), "quoted", TWO.quotes)
    assert "[3]" not in markdown([claim])
    assert markdown([claim]).endswith("[1]")


def test_quotes_of_several_papers_stand_under_a_name_of_each() -> None:
    papers = [
        Paper("LoRA: low-rank adaptation"),
        Paper("A very long title that goes on and on", authors=("Vaswani, Ashish", "Shazeer, Noam"), year=2017),
        Paper("A very long title that goes on and on"),
    ]
    sources = [Source(place, Hit(place, paper, 1.0, "")) for place, paper in enumerate(papers, start=1)]
    claims = [
        Claim("Both learn.", (1, 2), "supported", ()),
        *(
            Claim(text, (n,), "quoted", (Quote(n, text),))
            for text, n in [("One.", 1), ("Two.", 1), ("Three.", 2), ("Four.", 3)]
        ),
    ]
    assert markdown(claims, sources).split("\n\n") == [
        "Both learn. [1][2]",
        *["**LoRA**", "“One.” [1]", "“Two.” [1]"],
        *["**Vaswani et al. (2017)**", "“Three.” [2]"],
        *["**A very long title that …**", "“Four.” [3]"],
    ]
    assert "**" not in markdown(claims[1:3], sources[:1])


def test_no_two_papers_of_an_answer_are_called_alike() -> None:
    papers = [
        Paper("Amino acid fertilisers: a field trial", authors=("Kim, A",), year=2020),
        Paper("Amino acid fertilisers: a second trial"),
        Paper("Amino acid fertilisers: a second trial"),
    ]
    called = names([Source(place, Hit(place, paper, 1.0, "")) for place, paper in enumerate(papers, start=1)])
    assert called[1] == "Amino acid fertilisers: a field trial"
    assert len(set(called.values())) == 3


def test_a_draft_is_replaced_by_its_sentence_of_the_abstract_even_where_that_was_not_chosen() -> None:
    first, last = "Punctuation was restored in transcripts.", "The combined F1 on TED talks is 83.9."
    paper = Paper("Commas", f"{first} {last}", key="p1")
    chosen = Source(1, Hit(1, paper, 1.0, ""), (Quote(1, first, 0, len(first)),))
    claim = Composer([chosen]).in_place_of("It reaches a combined F1 of 83.9 on TED talks.", chosen)
    assert claim is not None
    assert claim.text == last
    assert paper.abstract[claim.quotes[0].start : claim.quotes[0].end] == last
