"""Which prompts are put away, taken out, and forgotten."""

from assistant.models.recall import ReadPrompt, Recall, shared


def prompt(*tokens: int, size: int = 4) -> ReadPrompt:
    return ReadPrompt(list(tokens), bytes(size))


def test_the_prompt_that_begins_most_alike_is_taken_out_once() -> None:
    recall = Recall(100)
    recall.keep(prompt(1, 2, 3))
    recall.keep(prompt(1, 2, 9))
    found = recall.take([1, 2, 3, 4], more_than=2)
    assert found is not None
    assert found.tokens == [1, 2, 3]
    assert recall.take([1, 2, 3, 4], more_than=2) is None
    assert recall.take([1, 2, 3, 4], more_than=1) is not None


def test_the_longest_unused_goes_when_there_is_no_room() -> None:
    recall = Recall(8)
    for number in (1, 2, 3):
        recall.keep(prompt(number, 0))
    assert recall.take([1, 0], more_than=0) is None
    assert recall.take([2, 0], more_than=0) is not None
    recall.keep(prompt(4, 0, size=9))
    assert recall.take([4, 0], more_than=0) is None


def test_the_beginning_of_a_longer_prompt_takes_no_room() -> None:
    recall = Recall(8)
    recall.keep(prompt(5, 6))
    recall.keep(prompt(1, 2))
    recall.keep(prompt(1, 2, 3))
    assert recall.take([5, 6], more_than=1) is not None


def test_what_two_prompts_share_ends_at_the_first_difference() -> None:
    assert shared([1, 2, 3], [1, 2, 4]) == 2
    assert shared([1, 2], [1, 2, 4]) == 2
    assert shared([], [1]) == 0
