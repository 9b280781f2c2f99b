"""Sections in a scripted model's words, one paper at a time: what a paper backs stays, all else is a quotation."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from assistant.errors import ModelFailed
from assistant.events import Event, Note
from assistant.models import LanguageModel
from assistant.models.trials import Trial, keep
from assistant.related.forms import latex, text
from assistant.related.relating import Relater, Writer
from assistant.section import ANNOTATED, Request, Section, SectionFinished, Written
from assistant.settings import Settings
from store.embedding import Embedder
from tests.conftest import opened
from tests.scripted import ScriptedModel
from tests.test_related import assert_sound, section_of

KEYS = ("papineni2002bleu", "devlin2019bert", "hu2022lora")
"""In the order in which they are told: by year."""

BLEU = (
    "Papineni et al. report that BLEU correlates with the monolingual judgments at 0.99 and with the bilingual"
    " judgments at 0.96."
)
FREEZE = (
    "report that low-rank adaptation (LoRA) freezes the pre-trained weights and learns, for selected matrices,"
    " an update written as the product of two thin matrices of small rank"
)
LORA = f"Hu et al. {FREEZE}."
FALSE = "Hu et al. train all weights of the model from scratch on ten thousand images."

Run = Callable[..., list[Event]]


@pytest.fixture
def run(sample_copy: Path, embedder: Embedder) -> Run:
    library = opened(sample_copy, embedder)

    def section(*replies: str, model: LanguageModel | None = None) -> list[Event]:
        scripted = model or ScriptedModel([[f"{piece} " for piece in reply.split(" ")] for reply in replies])

        def load() -> Generator[Event, None, LanguageModel]:
            yield Note("loading")
            return scripted

        request = Request("sourdough bread baking", adds=KEYS, fresh=True)
        return list(Relater(library, Settings(sample_copy), Writer("scripted", load)).events(request, lambda: False))

    return section


def said(section: Section) -> dict[str, list[tuple[str, str]]]:
    """By cite key what is said of each paper, and how it is supported."""
    keys = {source.number: source.hit.paper.key for source in section.answer.sources}
    found: dict[str, list[tuple[str, str]]] = {key: [] for key in keys.values()}
    for claim in section.answer.claims:
        found[keys[claim.sources[0]]].append((claim.text, claim.support))
    return found


def test_each_paper_is_asked_about_by_itself_and_what_it_backs_stays(run: Run) -> None:
    model = ScriptedModel([[BLEU + " "], ["nonsense "], [LORA + " "]])
    section = section_of(run(model=model))
    assert_sound(section)
    told = said(section)
    assert told["hu2022lora"] == [(f"Hu et al. [3] {FREEZE}.", "supported")]
    assert [support for _, support in told["papineni2002bleu"]] == ["supported"]
    assert [support for _, support in told["devlin2019bert"]] == ["quoted"]
    assert len(model.prompts) == 3
    assert all("BLEU" not in prompt[-1].text for prompt in model.prompts[1:])
    assert 'begin with "Hu et al."' in model.prompts[2][-1].text
    assert ANNOTATED not in section.answer.text
    assert "\\citet{hu2022lora} report" in latex(section, "natbib")
    assert "Hu et al. [3] report" in text(section, "ieee")


@pytest.mark.parametrize(
    "sentence",
    [
        FALSE,
        f"We {FREEZE}.",
        f"The authors {FREEZE}.",
        f"Devlin et al. {FREEZE}.",
        f"In this paper, Hu et al. {FREEZE}.",
        f"Hu et al. {FREEZE}, as this work shows.",
        f"Hu et al. {FREEZE}",
        "",
    ],
)
def test_what_does_not_lead_with_its_own_authors_or_is_not_backed_gives_way_to_a_quotation(
    run: Run, sentence: str
) -> None:
    section = section_of(run(BLEU, BLEU, sentence))
    assert_sound(section)
    ((entry, support),) = said(section)["hu2022lora"]
    assert support == "quoted"
    assert entry.startswith("Hu et al. [3] write: “")
    assert "ten thousand images" not in section.answer.text


def test_a_second_sentence_is_kept_only_after_a_first_and_has_its_own_mark(run: Run) -> None:
    second = "The update is written as the product of two thin matrices of small rank."
    told = said(section_of(run(BLEU, BLEU, f"{LORA} {second}")))["hu2022lora"]
    assert told[0][1] == "supported"
    assert all("[3]" in sentence for sentence, _ in told)
    ((only, support),) = said(section_of(run(BLEU, BLEU, f"{FALSE} {second}")))["hu2022lora"]
    assert support == "quoted"
    assert second not in only


def test_a_model_that_may_judge_is_asked_of_each_paper_after_its_last_sentence(run: Run, sample_copy: Path) -> None:
    right = {"each": (4, 4), "judging": (4, 4)}
    keep(sample_copy, "scripted", Trial("scripted.gguf", right))
    order: list[str] = []

    class Watched(ScriptedModel):
        def write(self, *arguments: object, **more: object):  # type: ignore[no-untyped-def]
            for piece in super().write(*arguments, **more):  # type: ignore[arg-type]
                order.append("written")
                yield piece
            order.append("end")

        def chances(self, *arguments: object, **more: object):  # type: ignore[no-untyped-def]
            order.append("judged")
            return super().chances(*arguments, **more)  # type: ignore[arg-type]

    unsure = "Hu et al. study how few numbers suffice to fit a large model to another task."
    run(model=Watched([[f"{unsure} ", f"{LORA} "]], [(0.0, -1.0)]))
    assert "judged" in order
    for place, step in enumerate(order):
        assert step != "judged" or order[place - 1] in {"end", "judged"}


def test_a_model_whose_trial_shows_that_it_cannot_write_is_not_asked(run: Run, sample_copy: Path) -> None:
    keep(sample_copy, "scripted", Trial("scripted.gguf", {"answering": (4, 4), "each": (1, 4)}))
    model = ScriptedModel([[LORA]])
    section = section_of(run(model=model))
    assert section.annotated
    assert not model.prompts


def test_a_model_that_fails_leaves_the_rest_of_the_theme_to_quotations(run: Run) -> None:
    class Failing(ScriptedModel):
        def write(self, *arguments: object, **more: object):  # type: ignore[no-untyped-def]
            if len(self.prompts):
                raise ModelFailed("The model stopped.")
            return super().write(*arguments, **more)  # type: ignore[arg-type]

    events = run(model=Failing([[f"{BLEU} "]]))
    assert any(isinstance(event, Note) and "is quoted" in event.text for event in events)
    assert isinstance(events[-1], SectionFinished)
    assert [event for event in events if isinstance(event, Written)]
    section = section_of(events)
    assert_sound(section)
    assert set(said(section)) == set(KEYS)
