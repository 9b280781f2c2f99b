"""Which sentences of a paper are quoted, and how many."""

from collections.abc import Set
from dataclasses import replace

from assistant.answering.candidates import Candidate
from assistant.events import Quote, Source
from store.records import Hit
from store.sentences import Sentence

ONE_PAPER_WORDS = 65
SEVERAL_PAPERS_WORDS = 210
BESIDE_WORDS = 30
MOST_SENTENCES = 3
"""How much is quoted of one paper, of several together, of one beside the best, and how many sentences of each."""


def with_best_sentence(candidate: Candidate) -> Hit:
    """The paper as it is shown where it does not answer, with its nearest sentence."""
    scores = candidate.sentence_scores
    if not scores:
        return candidate.hit
    sentence = candidate.sentences[max(range(len(scores)), key=lambda place: (scores[place], -place))]
    return replace(candidate.hit, why=replace(candidate.hit.why, sentence=sentence.text))


def words_for(number: int, papers: int, *, several: bool) -> int:
    """How many words of a source are quoted: an answer stays short whatever it draws on."""
    if papers == 1 or (number == 1 and not several):
        return ONE_PAPER_WORDS
    return max(BESIDE_WORDS, SEVERAL_PAPERS_WORDS // papers) if several else BESIDE_WORDS


def quoted(number: int, candidate: Candidate, words: int, told: Set[str]) -> Source:
    """The paper as source `number`, with the sentences that answer in about so many words, the best first."""
    scores = candidate.sentence_scores
    fresh = [place for place, sentence in enumerate(candidate.sentences) if sentence.text not in told]
    order = sorted(fresh, key=lambda place: (place not in candidate.told_first, -scores[place]))
    kept: list[Sentence] = []
    for place in order[:MOST_SENTENCES]:
        if kept and scores[place] < 0:
            break
        sentence = candidate.sentences[place]
        length = sum(len(s.text.split()) for s in [*kept, sentence])
        if not kept or length <= words:
            kept.append(sentence)
    quotes = tuple(Quote(number, s.text, s.start, s.end) for s in kept)
    return Source(number, candidate.hit, quotes)
