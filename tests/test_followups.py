"""The rules by which a follow-up becomes a question that stands alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Turn
from assistant.events import Answer, Claim, Source
from assistant.understanding.catalogue_questions import CatalogueQuestion, asked_of_papers
from assistant.understanding.followups import before, standing_alone
from store.records import Filters, Hit, Paper

PAPERS = (
    Paper("LoRA: Low-Rank Adaptation", "LoRA freezes weights. The training data is GLUE.", ("Hu, Edward",), 2022),
    Paper("NeuroCine: Decoding Video", "We decode fMRI.", ("Sun, Jingyuan",), 2024),
    Paper("AdaLoRA", "Ranks are adapted.", ("Zhang, Qingru",), 2023),
)
HITS = tuple(Hit(10 * number, paper, 1.0, "") for number, paper in enumerate(PAPERS, start=1))
LORA, NEURO, ADA = (f"“{paper.title}”" for paper in PAPERS)


def of_them(question: str, history: list[Turn]) -> CatalogueQuestion | None:
    last = before(question, history)
    return asked_of_papers(question, last.numbers) if last else None


def answered(question: str, *hits: Hit, rewritten: str = "", filters: Filters | None = None) -> Turn:
    sources = tuple(Source(number, hit) for number, hit in enumerate(hits, start=1))
    return Turn(question, Answer(question, True, "", (), sources, rewritten=rewritten, filters=filters or Filters()))


ONE = [answered("How does LoRA make fine-tuning cheaper?", HITS[0])]
THREE = [answered("Which papers adapt models?", *HITS)]
REFUSED = Turn("Bread?", Answer("Bread?", False, "no", closest=(HITS[2], HITS[1])))


@pytest.mark.parametrize(
    ("question", "text", "numbers"),
    [
        ("What data did they use?", f"What data did they use ({LORA})?", (10,)),
        ("What is the method?", f"What is the method ({LORA})?", (10,)),
        ("On which tasks does that help?", f"On which tasks does that help ({LORA})?", (10,)),
        ("what was measured for this?", f"what was measured for this ({LORA})?", (10,)),
        ("how many parameters?", f"how many parameters ({LORA})?", (10,)),
        ("in that paper, what is frozen?", f"in that paper, what is frozen ({LORA})?", (10,)),
        ("what did Hu find?", f"what did Hu find ({LORA})?", (10,)),
        ("why?", "How does LoRA make fine-tuning cheaper, and why?", (10,)),
        ("tell me more", "How does LoRA make fine-tuning cheaper, in more detail?", (10,)),
        ("and for images?", "How does LoRA make fine-tuning cheaper, and for images?", (10,)),
        ("what about the training data?", f"what about the training data ({LORA})?", (10,)),
        ("what about BERT?", "How does BERT make fine-tuning cheaper?", ()),
        ("How does it differ from BERT?", "How does LoRA differ from BERT?", ()),
        ("any others?", f"How does LoRA make fine-tuning cheaper, other than {LORA}?", ()),
    ],
)
def test_a_question_that_points_back_is_completed(question: str, text: str, numbers: tuple[int, ...]) -> None:
    alone = standing_alone(question, ONE)
    assert (alone.text, alone.preferred) == (text, numbers)


@pytest.mark.parametrize(
    ("question", "text", "numbers"),
    [
        ("and the second one?", f"Which papers adapt models, in {NEURO}?", (20,)),
        ("what about the third paper?", f"Which papers adapt models, in {ADA}?", (30,)),
        ("compare the first and the third", f"Compare {LORA} and {ADA}: Which papers adapt models?", (10, 30)),
        ("how do they differ?", f"Compare {LORA}, {NEURO} and {ADA}: Which papers adapt models?", (10, 20, 30)),
        ("what does [2] say about rank?", f"what does {NEURO} say about rank?", (20,)),
        ("what did the last one find?", f"what did the last one find ({ADA})?", (30,)),
        ("which of them uses fMRI?", f"which of them uses fMRI ({LORA}, {NEURO} and {ADA})?", (10, 20, 30)),
        ("what do the first two share?", "what do the first two share?", ()),
        (
            "what do the first two have in common?",
            f"what do the first two have in common ({LORA} and {NEURO})?",
            (10, 20),
        ),
    ],
)
def test_papers_are_picked_by_their_place(question: str, text: str, numbers: tuple[int, ...]) -> None:
    alone = standing_alone(question, THREE)
    assert (alone.text, alone.preferred) == (text, numbers)
    assert alone.bound == bool(numbers)


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("only those after 2022", Filters(years=(2023, None))),
        ("just the ones from 2024", Filters(years=(2024, 2024))),
        ("and before 2015?", Filters(years=(None, 2014))),
        ("more recent ones?", Filters(years=(2025, None))),
        ("older ones?", Filters(years=(None, 2021))),
        ("only those by Hu", Filters(author="Hu")),
        ("only from NeurIPS", Filters(venue="NeurIPS")),
    ],
)
def test_a_limit_is_a_filter_on_the_question_before(question: str, filters: Filters) -> None:
    alone = standing_alone(question, THREE)
    assert (alone.sought, alone.filters, alone.preferred) == ("Which papers adapt models?", filters, ())
    assert alone.text.startswith("Which papers adapt models, only papers ")


def test_limits_are_carried_until_the_subject_changes() -> None:
    before = [answered("Which papers adapt models?", *HITS, filters=Filters(years=(2020, None), author="Hu"))]
    assert standing_alone("only those before 2023", before).filters == Filters(years=(None, 2022), author="Hu")
    assert standing_alone("any others?", before).filters == Filters(years=(2020, None), author="Hu")
    assert standing_alone("How does dropout work?", before).filters == Filters()


def test_a_limit_takes_the_place_of_the_one_before() -> None:
    first = standing_alone("only those after 2022", THREE)
    turn = answered("only those after 2022", *HITS[1:], rewritten=first.text, filters=first.filters)
    second = standing_alone("and before 2015?", [*THREE, turn])
    assert second.text == "Which papers adapt models, only papers up to 2014?"


@pytest.mark.parametrize(
    "question",
    [
        "How does KOROL get around it?",
        "Does BERT train its tokenizer?",
        "Is it true that coffee is healthy?",
        "Why do transformers need positions?",
        "What is the model collapse problem?",
        "What is the first step of the algorithm?",
        "more efficient attention variants?",
        "Is there evidence that coffee reduces the risk?",
        "How does one bake bread?",
        "What is in this world?",
        "what is the latest method for pruning?",
        "only papers on chess",
        "Thanks!",
    ],
)
def test_a_new_subject_does_not_drag_the_old_papers_along(question: str) -> None:
    for history in (ONE, THREE):
        alone = standing_alone(question, history)
        assert (alone.text, alone.sought, alone.preferred) == (question, question, ())
        assert of_them(question, history) is None


def test_and_before_a_whole_question_is_dropped() -> None:
    assert standing_alone("And how does dropout work?", ONE).sought == "how does dropout work?"


def test_a_refusal_does_not_lose_the_reference() -> None:
    assert standing_alone("What data did they use?", [*ONE, REFUSED]).preferred == (10,)
    assert standing_alone("why?", [*ONE, REFUSED, REFUSED]).sought == ONE[0].question


def test_where_nothing_was_answered_the_closest_papers_are_meant() -> None:
    assert standing_alone("what does the second one say?", [REFUSED]).preferred == (20,)


def test_several_papers_are_those_of_the_last_answer_that_had_so_many() -> None:
    history = [*THREE, answered("and the second one?", HITS[1])]
    assert standing_alone("compare them", history).preferred == (10, 20, 30)
    assert standing_alone("and the third?", history).preferred == (30,)
    assert standing_alone("what data did they use?", history).preferred == (20,)


def test_a_place_that_no_paper_has_is_said() -> None:
    alone = standing_alone("and the fourth one?", THREE)
    assert "3 papers" in alone.note
    assert "4" in alone.note


def test_additions_do_not_pile_up() -> None:
    history = list(ONE)
    for question in ("why?", "tell me more", "why?"):
        history.append(answered(question, HITS[0], rewritten=standing_alone(question, history).text))
    assert history[-1].answer.rewritten == "How does LoRA make fine-tuning cheaper, and why?"


def test_what_was_told_is_not_told_again_in_more_detail() -> None:
    assert standing_alone("tell me more", ONE).told == frozenset()
    assert standing_alone("any others?", ONE).without == (10,)


@pytest.mark.parametrize(
    ("question", "kind", "numbers"),
    [
        ("who wrote it?", "authors", [10, 20, 30]),
        ("Who are the authors of the second one?", "authors", [20]),
        ("authors?", "authors", [10, 20, 30]),
        ("when was the first one published?", "year", [10]),
        ("where were they presented?", "venue", [10, 20, 30]),
        ("the DOI?", "link", [10, 20, 30]),
        ("which of them is newest?", "newest", [10, 20, 30]),
        ("and which is the oldest?", "oldest", [10, 20, 30]),
    ],
)
def test_what_the_catalogue_knows_is_asked_of_it(question: str, kind: str, numbers: list[int]) -> None:
    fact = of_them(question, THREE)
    assert fact is not None
    assert (fact.asks.value, list(fact.papers)) == (kind, numbers)


@pytest.mark.parametrize("question", ["who wrote the code?", "when was the data recorded?", "which link function?"])
def test_what_only_looks_like_a_fact_is_not(question: str) -> None:
    assert of_them(question, THREE) is None


def test_without_a_conversation_nothing_is_added() -> None:
    alone = standing_alone("What about it?", [])
    assert (alone.text, alone.preferred) == ("What about it?", ())
    assert of_them("who wrote it?", []) is None


def test_papers_after_a_year_are_a_limit_in_a_first_question_too() -> None:
    assert standing_alone("Which papers after 2020 use attention?", []).filters == Filters(years=(2021, None))
    assert standing_alone("What happened after 1945?", []).filters == Filters()


@pytest.mark.parametrize("backslashes", [r"\mathcal{L}", r"\1 and \g<0>", "\\"])
def test_backslashes_of_questions_and_titles_stay_what_they_are(backslashes: str) -> None:
    assert backslashes in standing_alone(f"what about {backslashes} loss?", ONE).text
    paper = Hit(10, Paper(f"Losses with {backslashes} in them", "We learn."), 1.0, "")
    for follow_up in ("How does it differ from BERT?", "what about the first one?", "What data did they use?"):
        assert standing_alone(follow_up, [answered("Which losses are learnt?", paper, paper)]).text


@given(st.text(max_size=80))
def test_no_question_breaks_the_rules(question: str) -> None:
    for history in ([], ONE, THREE, [REFUSED]):
        alone = standing_alone(question, history)
        assert set(alone.preferred) <= {10, 20, 30}
        of_them(question, history)


def test_who_wrote_it_is_not_what_the_next_question_goes_on_from() -> None:
    fact = Claim("“LoRA” was written by Hu.", (1,), "catalogue", ())
    told = Turn("who wrote it?", Answer("who wrote it?", True, "", (fact,), ONE[0].answer.sources))
    assert standing_alone("what about BERT?", [*ONE, told]).text == "How does BERT make fine-tuning cheaper?"
    assert standing_alone("what data did they use?", [*ONE, told]).preferred == (10,)
