"""What a question asks, apart from what it says about its subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.clauses import MOST, asking


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("What is attention?", ["What is attention"]),
        (
            "Separating stable traits of nodes in evolving networks - which company's data did they test that on?",
            ["which company's data did they test that on"],
        ),
        (
            "A CNN that skips filters, motivated by Hebb. How is their number decided for each image?",
            ["How is their number decided for each image"],
        ),
        (
            "NeuroImagen: which brain signal does it take in and which generator makes the picture?",
            ["which brain signal does it take in", "which generator makes the picture"],
        ),
        ("graph neural networks for molecules", ["graph neural networks for molecules"]),
        ("GPT-4 and BERT", ["GPT-4 and BERT"]),
        ("", [""]),
    ],
)
def test_only_the_clauses_that_ask_are_left(question: str, clauses: list[str]) -> None:
    assert asking(question) == clauses


@given(st.text(alphabet=st.sampled_from("what is the :;?!., -–and which how\n"), max_size=200))
def test_whatever_is_asked_some_clause_of_it_is_looked_up(question: str) -> None:
    clauses = asking(question)
    assert 1 <= len(clauses) <= MOST
    assert all(clause in question for clause in clauses)
