"""What the scorer is trained on: rewritings stay true, corruptions do not, and no paper is on both sides."""

import random

import pytest

from training import abstracts, careful
from training.corruptions import CONTRADICTS, NOT_STATED, corrupted, negated, number_changed, numbers_swapped
from training.rewritings import compressed, numbers, passive, rewritten, third_person
from training.sets import LABELS

SENTENCES = [
    "In this paper, we propose a parser that reaches 91.4% on the English treebank, which is 2.1 points better.",
    "We evaluate the method on 12 languages and find that it improves recall without additional training data.",
    "Our results show that most of the errors may be due to rare words.",
]


def test_the_first_person_is_told_in_the_third() -> None:
    made = third_person("We evaluate our method on 12 languages.", random.Random(1))
    assert made is not None
    assert " our " not in made
    assert not made.startswith("We ")


def test_what_is_proposed_can_be_told_in_the_passive() -> None:
    made = passive("We propose a parser for rare words.", random.Random(3))
    assert made is not None
    assert made.startswith("A parser is proposed")
    assert made.endswith("for rare words.")


@pytest.mark.parametrize("seed", range(20))
def test_numbers_keep_their_value_in_another_form(seed: int) -> None:
    made = numbers("It reads 5,000 pages of 12 books, 50% of all.", random.Random(seed))
    assert made is None or any(form in made for form in ("5,000", "5000", "5 thousand"))
    assert made is None or any(form in made for form in ("12", "twelve"))


def test_what_is_left_out_is_never_the_whole() -> None:
    assert compressed("It works well.", random.Random(0)) is None


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("seed", range(10))
def test_a_corruption_changes_the_sentence_and_says_how(sentence: str, seed: int) -> None:
    made = corrupted(sentence, ["Penn", "Brown", "WSJ", "BERT"], random.Random(seed))
    assert made is not None
    assert made.text != sentence
    assert made.label in {CONTRADICTS, NOT_STATED}
    assert made.kind


def test_numbers_are_exchanged_changed_and_sentences_negated() -> None:
    swapped = numbers_swapped("It takes 14 ms for 31 pages.", random.Random(0))
    assert swapped is not None
    assert swapped.text == "It takes 31 ms for 14 pages."
    changed = number_changed("It takes 14 ms.", random.Random(0))
    assert changed is not None
    assert "14" not in changed.text.split()
    denied = negated("The model is fast.", random.Random(0))
    assert denied is not None
    assert denied.text == "The model is not fast."


def test_a_corruption_that_a_rewriting_cut_away_makes_no_pair() -> None:
    made = list(abstracts.pairs([" ".join(SENTENCES), " ".join(reversed(SENTENCES))] * 40))
    assert {pair.label for pair in made} == {0, 1, 2}
    assert all(pair.hypothesis != pair.premise for pair in made if pair.label == CONTRADICTS)


def test_the_same_seed_rewrites_alike() -> None:
    assert rewritten(SENTENCES[0], random.Random(5), steps=3) == rewritten(SENTENCES[0], random.Random(5), steps=3)


def test_every_claim_has_a_label_and_no_paper_is_in_two_parts() -> None:
    claims = careful.claims()
    assert {claim.label for claim in claims} == set(careful.LABELS)
    parts = {part: {claim.paper for claim in claims if claim.is_for_training is part} for part in (True, False)}
    assert not parts[True] & parts[False]
    assert len(parts[True]) > 2 * len(parts[False]) > 100
    assert set(careful.LABELS.values()) == set(range(len(LABELS)))
