"""Sections on related work over the sample library and the seeds: what is gathered, grouped, told and kept."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.answering.words import telling
from assistant.cli.main import main
from assistant.errors import BadQuestion
from assistant.events import Done, Event
from assistant.related.gather import cut, gathered
from assistant.related.labels import labels
from assistant.related.relating import NOT_THE_TOPIC, Relater
from assistant.related.themes import APART, chained, grouped
from assistant.section import ANNOTATED, CITED, Chosen, Gathered, Grouped, Request, Section, SectionFinished, Written
from assistant.settings import Settings
from store.embedding import Embedder, unit
from store.errors import NoSuchPaper
from store.library import Library
from store.records import Paper
from tests.conftest import opened

TOPIC = "language models"

Capture = pytest.CaptureFixture[str]
Relate = Callable[..., list[Event]]


@pytest.fixture
def relate(sample_copy: Path, embedder: Embedder) -> Relate:
    library = opened(sample_copy, embedder)

    def run(request: Request, stop: Callable[[], bool] = lambda: False) -> list[Event]:
        return list(Relater(library, Settings(sample_copy)).events(request, stop))

    return run


def section_of(events: list[Event]) -> Section:
    assert isinstance(events[-1], SectionFinished)
    return events[-1].section


def gathered_of(events: list[Event]) -> Gathered:
    return next(event for event in events if isinstance(event, Gathered))


def keys(chosen: tuple[Chosen, ...]) -> set[str]:
    return {one.hit.paper.key for one in chosen}


def assert_sound(section: Section) -> None:
    """Every claim cites one paper and quotes its abstract, every theme has two papers or a reason."""
    abstracts = {source.number: source.hit.paper.abstract for source in section.answer.sources}
    assert section.answer.claims
    for claim in section.answer.claims:
        assert len(claim.sources) == 1
        for quote in claim.quotes:
            assert quote.source == claim.sources[0]
            assert abstracts[quote.source][quote.start : quote.end] == quote.text
    assert all(len(one.theme.papers) > 1 or one.theme.reason for one in section.themes)
    assert all(told.claim or len(telling(told.text)) < 8 for one in section.themes for told in one.told)
    assert {number for claim in section.answer.claims for number in claim.sources} == set(abstracts)


def test_a_section_tells_every_paper_it_gathered_and_backs_each_sentence(relate: Relate) -> None:
    events = relate(Request(TOPIC))
    section = section_of(events)
    assert_sound(section)
    cited = {source.hit.number for source in section.answer.sources}
    assert cited == {one.hit.number for one in gathered_of(events).papers}
    assert all(one.reason for one in (*gathered_of(events).papers, *section.left_out))


def test_without_a_model_every_entry_is_a_sentence_of_the_abstract_and_the_section_says_so(relate: Relate) -> None:
    section = section_of(relate(Request("neural networks and learning")))
    assert section.answer.text.startswith(ANNOTATED)
    assert section.as_json()["annotated"]
    papers = {source.number: source.hit.paper for source in section.answer.sources}
    for told in (told for one in section.themes for told in one.told):
        assert told.claim
        assert told.claim.support == "quoted"
        (quote,) = told.claim.quotes
        frame = told.text.replace(" ".join(quote.text.split()), "Q")
        assert frame in {f"{told.authors} {CITED} {verb}: “Q”" for verb in ("write", "writes")}
        assert quote.text in papers[quote.source].abstract


def test_a_topic_that_the_library_does_not_have_is_refused_and_nothing_is_written(
    relate: Relate, sample_copy: Path
) -> None:
    events = relate(Request("sourdough bread baking"))
    section = section_of(events)
    assert (section.answer.answered, section.answer.text, section.answer.claims) == (False, NOT_THE_TOPIC, ())
    assert section.answer.closest
    assert not any(isinstance(event, Written) for event in events)
    assert not (sample_copy / "related").exists()


def test_pins_drops_and_additions_are_obeyed_and_given_as_reasons(relate: Relate) -> None:
    plain = keys(gathered_of(relate(Request(TOPIC, until="gather"))).papers)
    dropped, stranger = min(plain), "kuttler"
    with pytest.raises(NoSuchPaper):
        relate(Request(TOPIC, pins=(stranger,)))
    others = [key for key in ("kingma2015adam", "hu2022lora") if key not in plain]
    found = gathered_of(relate(Request(TOPIC, drops=(dropped,), adds=tuple(others[:1]), until="gather")))
    assert dropped not in keys(found.papers)
    assert [one.reason for one in found.left_out if one.hit.paper.key == dropped] == ["dropped by you"]
    assert [one.reason for one in found.papers if one.hit.paper.key in others[:1]] == ["added by you"] * len(others[:1])


def test_a_paper_whose_title_is_the_topic_is_among_its_papers(relate: Relate) -> None:
    found = gathered_of(relate(Request("Scaling Laws for Neural Language Models", until="gather")))
    assert "kaplan2020scaling" in keys(found.papers)
    assert len(found.papers) > 1


def test_the_limit_holds_but_for_pins(relate: Relate) -> None:
    every = [one.hit.paper.key for one in gathered_of(relate(Request(TOPIC, until="gather"))).papers]
    assert len(every) > 2
    found = gathered_of(relate(Request(TOPIC, limit=2, pins=(every[-1],), until="gather")))
    assert keys(found.papers) == {every[0], every[-1]}
    assert any("beyond the limit" in one.reason for one in found.left_out)


def test_the_steps_can_be_taken_one_by_one(relate: Relate) -> None:
    assert isinstance(relate(Request(TOPIC, until="gather"))[-1], Done)
    events = relate(Request(TOPIC, until="group"))
    assert any(isinstance(event, Grouped) for event in events)
    assert not any(isinstance(event, Written) for event in events)


def test_a_stopped_section_keeps_its_themes_and_goes_on_from_there(relate: Relate, sample_copy: Path) -> None:
    request = Request("neural networks and learning")
    themes = next(event for event in relate(Request(request.topic, until="group")) if isinstance(event, Grouped)).themes
    assert len(themes) > 1
    told = 0

    def stop() -> bool:
        nonlocal told
        told += 1
        return told > 2 + len(themes[0].papers)  # the two looks before the writing, and one before each paper

    stopped = section_of(relate(request, stop))
    assert stopped.answer.stopped
    assert [one.theme for one in stopped.themes] == [themes[0]]
    assert_sound(stopped)
    assert len(list((sample_copy / "related").glob("*.json"))) == 1
    resumed = [event for event in relate(request) if isinstance(event, Written)]
    assert [one.kept for one in resumed] == [True] + [False] * (len(themes) - 1)
    assert resumed[0].told == stopped.themes[0].told
    assert section_of(relate(request)).answer.text == section_of(relate(Request(request.topic, fresh=True))).answer.text


def test_one_theme_is_written_again_in_other_words(relate: Relate) -> None:
    request = Request("neural networks and learning")
    first = [event for event in relate(request) if isinstance(event, Written)]
    again = [event for event in relate(Request(request.topic, again="1")) if isinstance(event, Written)]
    assert [one.kept for one in again] == [False] + [True] * (len(first) - 1)
    assert again[0].told != first[0].told
    assert_sound(section_of(relate(request)))
    with pytest.raises(BadQuestion, match="nonsense"):
        relate(Request(request.topic, again="nonsense"))


def test_a_damaged_state_is_written_anew(relate: Relate, sample_copy: Path) -> None:
    text = section_of(relate(Request(TOPIC))).answer.text
    (state,) = (sample_copy / "related").glob("*.json")
    state.write_text('{"identity": 3', encoding="utf-8")
    assert section_of(relate(Request(TOPIC))).answer.text == text


@pytest.mark.parametrize(
    ("scores", "count"),
    [
        ([0.9, 0.88, 0.86, 0.4, 0.38, 0.36, 0.35], 3),
        ([0.9, 0.6, 0.59, 0.58, 0.3, 0.29, 0.29], 4),
        ([1 - place / 100 for place in range(60)], 31),
        ([0.9], 1),
        ([0.9, 0.2, 0.19], 1),
    ],
)
def test_the_cut_is_where_the_ranking_drops(scores: list[float], count: int) -> None:
    assert cut(scores) == count


def test_groups_are_those_that_lie_together_and_few_papers_are_one() -> None:
    rng = np.random.default_rng(3)
    centres = unit(rng.normal(size=(3, 24)).astype(np.float32))
    rows = unit(np.repeat(centres, 4, axis=0) + rng.normal(scale=0.05, size=(12, 24)).astype(np.float32))
    assert sorted(grouped(rows)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert grouped(rows[:3]) == [[0, 1, 2]]
    assert sorted(chained(rows, 0)[:4]) == [0, 1, 2, 3]


def test_a_theme_is_called_by_what_its_papers_share_and_others_lack() -> None:
    cats = [Paper(f"Sleeping cats {n}", "Sleeping cats are studied for their dreams.") for n in "ab"]
    dogs = [Paper(f"Barking dogs {n}", "Barking dogs are studied for their voice.") for n in "ab"]
    found = labels([cats, dogs], "animals")
    assert [each[0] for each in found] == ["sleeping cats", "barking dogs"]


def test_no_name_is_a_single_adjective_a_participle_a_verb_or_held_by_less_than_half_of_the_papers() -> None:
    told = (
        "We improve latent video diffusion. Dancing frames are predicted.",
        "To improve latent motion we train on still images. Predicted frames drift.",
        "We can improve latent motion. Still images of frames were dancing.",
        "They improve the motion of frames.",
        "We improve still more.",
    )
    papers = [Paper(f"Frames {n}", text) for n, text in enumerate(told)]
    others = [Paper("Owls", "Owls hunt at night."), Paper("Larks", "Larks sing in the morning.")]
    found, _ = labels([papers, others], "video")
    assert found == []
    (alone, _) = labels(
        [[*papers, Paper("Suggest", "Data suggest frames. Results suggest frames.")], others], "", words=(1, 1)
    )
    assert not {"suggest", "still", "latent", "improve"} & set(alone)
    found, _ = labels([papers[1:3], others], "video")
    assert found
    assert all(2 <= len(name.split()) <= 5 for name in found)
    assert not {"still images", "improve latent motion"} & set(found)


def test_no_theme_is_named_twice_and_the_earlier_work_comes_first(seed_copy: Path, embedder: Embedder) -> None:
    library: Library = opened(seed_copy, embedder)
    for topic in ("learning dynamics of neural networks", "diffusion models for video"):
        (grouping,) = [
            event
            for event in Relater(library, Settings(seed_copy)).events(Request(topic, until="group"), lambda: False)
            if isinstance(event, Grouped)
        ]
        titles = [theme.title.casefold() for theme in grouping.themes]
        assert len(titles) == len(set(titles))
        assert all(len(title.split()) > 1 for title in titles)
        papers = [library.catalogue.papers(theme.papers) for theme in grouping.themes]
        years = [[paper.year for paper in each.values()] for each in papers]
        assert all(each == sorted(each, key=lambda year: year or 0) for each in years if all(each))
    library.close()


def test_the_scorer_takes_in_papers_that_are_about_the_topic_and_leaves_out_those_that_only_share_its_words(
    relate: Relate, sample_copy: Path, embedder: Embedder
) -> None:
    class Knowing:
        def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
            titles = [
                pairs[place - place % 6][0] for place in range(len(pairs))
            ]  # six pairs to a paper, its title first
            return np.array([[0.95 * ("BERT" in title), 0.0, 0.0] for title in titles], dtype=np.float32)

    library = opened(sample_copy, embedder)
    plain = gathered(library, TOPIC, Request(TOPIC))
    told = gathered(library, TOPIC, Request(TOPIC), Knowing())
    library.close()
    before, after = ([one.hit.paper.key for one in (*found.papers, *found.left_out)] for found in (plain, told))
    assert after.index("devlin2019bert") < before.index("devlin2019bert")
    assert keys(plain.papers) <= keys(told.papers) | keys(told.left_out)


def test_the_plan_is_shown_and_the_section_is_json(sample_copy: Path, capsys: Capture) -> None:
    home = ["--home", str(sample_copy)]
    assert main(["related", TOPIC, "--plan", *home]) == 0
    assert "on the topic: “" in capsys.readouterr().out
    assert main(["related", TOPIC, "--format", "json", *home]) == 0
    section = json.loads(capsys.readouterr().out)
    assert {source["number"] for source in section["sources"]} == {
        n for theme in section["themes"] for n in theme["sources"]
    }
    assert main(["related", "sourdough bread baking", *home]) == 3
    assert NOT_THE_TOPIC in capsys.readouterr().out


def test_gaps_are_the_papers_of_the_topic_that_a_draft_does_not_cite(
    sample_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    home = ["--home", str(sample_copy), "--json"]
    draft = tmp_path / "draft.tex"
    draft.write_text("% \\cite{brown2020language}\nAs shown \\citep[p.~3]{devlin2019bert, unknown}.", encoding="utf-8")
    assert main(["gaps", TOPIC, "--draft", str(draft), *home]) == 0
    said = json.loads(capsys.readouterr().out)
    missing = {hit["key"] for hit in said["missing"]}
    assert missing
    assert "devlin2019bert" not in missing
    bib = tmp_path / "all.bib"
    main(["papers", "export", "--home", str(sample_copy), "-o", str(bib)])
    capsys.readouterr()
    assert main(["gaps", TOPIC, "--bib", str(bib), *home]) == 0
    assert json.loads(capsys.readouterr().out)["missing"] == []
    assert main(["gaps", TOPIC, "--bib", str(tmp_path / "none.bib"), *home]) == 2
    assert main(["gaps", TOPIC, *home]) == 2


def test_every_cell_of_a_table_is_a_quote_or_says_that_there_is_none(sample_copy: Path, capsys: Capture) -> None:
    home = ["--home", str(sample_copy)]
    assert main(["table", TOPIC, "--format", "json", *home]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    for row in rows:
        main(["papers", "show", row["key"], "--json", *home])
        abstract = json.loads(capsys.readouterr().out)["abstract"]
        assert list(row["aspects"]) == ["problem", "method", "data", "result"]
        assert all(cell is None or cell in abstract for cell in row["aspects"].values())
    for form in ("markdown", "latex", "csv"):
        assert main(["table", "--key", "devlin2019bert", "--key", "hu2022lora", "--format", form, *home]) == 0
        assert "hu2022lora" in capsys.readouterr().out
    assert main(["table", "sourdough bread baking", *home]) == 3


def test_similar_papers_leave_out_the_paper_itself(sample_copy: Path, capsys: Capture) -> None:
    assert main(["similar", "devlin2019bert", "--json", "--limit", "3", "--home", str(sample_copy)]) == 0
    found = [hit["key"] for hit in json.loads(capsys.readouterr().out)]
    assert len(found) == 3
    assert "liu2019roberta" in found
    assert "devlin2019bert" not in found


def test_the_seeds_are_told_whole(seed_copy: Path, embedder: Embedder) -> None:
    library: Library = opened(seed_copy, embedder)
    for topic in ("learning dynamics of neural networks", "Koopman operators"):
        events = list(Relater(library, Settings(seed_copy)).events(Request(topic), lambda: False))
        section = section_of(events)
        assert_sound(section)
        assert all(one.theme.title != APART or one.theme.reason for one in section.themes)
    library.close()
