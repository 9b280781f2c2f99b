"""Words as the answering compares them: telling words, numbers, names."""

import re

from store.terms import STOPWORDS

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.])(?<!\w[-−])[x×]?([-−]?\d+(?:[.,]\d+)*)")
_MINOR = STOPWORDS | frozenset("paper papers abstract authors author work study show shows also thus however".split())

_SPELT = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty".split()
    )
    if number > 1  # "one" is more often a pronoun
}


def words(text: str) -> list[str]:
    """All words, lower case, in order."""
    return [word.casefold() for word in _WORD.findall(text)]


def stem(word: str) -> str:
    """A crude stem: enough to see "decoding" in "decoder", too crude to confuse different words."""
    return word[:6]


def telling(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, with repetitions."""
    return [stem(word) for word in words(text) if word not in _MINOR]


def numbers(text: str) -> set[str]:
    """Numbers in one notation: 1,024 is 1024, 3.10 is 3.1, "three" is 3."""
    digits = {_canonical(found) for found in _NUMBER.findall(text)}
    return digits | {str(_SPELT[word]) for word in words(text) if word in _SPELT}


def names(text: str) -> set[str]:
    """Words that name something: acronyms and inner capitals anywhere, capitalised ones inside a sentence."""
    found = _WORD.findall(text)
    inside = set(found[1:])
    return {
        word.casefold()
        for word in found
        if any(char.isupper() for char in word[1:]) or (word in inside and word[0].isupper())
    }


def proper_names(text: str) -> list[str]:
    """Names that cannot be common words or abbreviations of them: AlphaFold, vLLM, GPT-4, H100."""
    return [
        word
        for word in dict.fromkeys(_WORD.findall(text))
        if len(word) >= 4
        and any(char.isalpha() for char in word)
        and (any(char.isdigit() for char in word) or re.search(r"[a-z][A-Z]|^[a-z]+[A-Z]{2}", word))
    ]


def _canonical(number: str) -> str:
    plain = number.replace("−", "-").replace(",", "").rstrip(".")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
