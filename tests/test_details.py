"""Questions for a detail are told from others, and a figure from a number that is something else."""

import pytest

from assistant.answering.details import asked_detail


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many participants took part?", "Data of 12 subjects were recorded."),
        ("How many human raters judged the videos?", "Three annotators judged each video."),
        ("For how many milliseconds was it stable?", "It stayed stable for 20 ms."),
        ("Which accuracy does it reach on ImageNet?", "It reaches 81.2% on ImageNet."),
        ("What is its word error rate?", "The word error rate falls to 4.1."),
        ("What was the age range of the subjects?", "Forty people aged 18 to 35 took part."),
        ("how many datasets were used", "Experiments on five benchmarks confirm it."),
        ("Under which licence is the code released?", "The code is open source under the MIT license."),
        ("Which optimizer did they use?", "All models are trained with AdamW."),
        ("Which learning rate works best?", "A learning rate of 0.001 works best."),
        ("On which GPUs was it trained?", "Training takes a day on one A100."),
    ],
)
def test_a_sentence_with_a_number_of_the_thing_gives_the_figure(question: str, sentence: str) -> None:
    detail = asked_detail(question)
    assert detail is not None
    assert detail.given_in(sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many participants took part?", "We compare 12 baselines."),
        ("How many participants took part?", "The participants watched pictures."),
        ("How many human raters took part?", "It agrees with human ratings in 90% of all cases."),
        ("Which accuracy does it reach?", "It beats ten baselines with eight times fewer parameters."),
        ("What was the age range of the subjects?", "We record 12 subjects and 72 categories."),
        ("What is its word error rate?", "Errors are rare in speech."),
        ("Under which licence is the code released?", "The code is available online."),
        ("Which optimizer did they use?", "Gradient descent is analysed."),
        ("Which learning rate works best?", "The learning rate matters."),
        ("On which GPUs was it trained?", "It was trained for a day."),
    ],
)
def test_another_number_or_none_does_not(question: str, sentence: str) -> None:
    detail = asked_detail(question)
    assert detail is not None
    assert not detail.given_in(sentence)


@pytest.mark.parametrize(
    "question",
    [
        "How is the number of kept filters decided?",
        "How much faster is it than others?",
        "How many of them are there?",
        "Which losses are used for contrastive training?",
        "By what factor does LoRA cut the trainable parameters?",
        "How does a learned optimizer generalise?",
        "",
    ],
)
def test_other_questions_ask_for_no_figure(question: str) -> None:
    assert asked_detail(question) is None
