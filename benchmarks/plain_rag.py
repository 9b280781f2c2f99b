"""The baseline that most tools are: five whole abstracts in the prompt, and whatever the model makes of them.

    python -m benchmarks.plain_rag HOME QUESTIONS.jsonl [--model FILE] [--limit N]

Prints answers in the form of `assistant ask --json --batch`: marks are parsed, nothing is checked or replaced.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.models import Message
from assistant.models.files import chosen_model
from assistant.models.llama import LlamaModel
from assistant.settings import Settings, cache_folder
from store.embedding import find_starter as find_embedder
from store.embedding import open_embedder
from store.library import Library
from store.records import Filters, Hit

TOP = 5
INSTRUCTION = (
    "Answer the question from these abstracts. End each sentence with the number of its abstract, like [1]. If they do"
    " not answer it, say that you do not know."
)
_MARKS = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="ask only so many questions, spread over the file")
    parser.add_argument("--model", default="", help="a GGUF file, or its name (default: the configured one)")
    arguments = parser.parse_args()
    settings = Settings(arguments.home, model=arguments.model)
    folder, writer = find_embedder(), chosen_model(settings)
    if folder is None or writer is None:
        sys.exit("This baseline needs an embedding model and a language model.")
    library = Library(arguments.home, open_embedder(folder, cache=cache_folder()))
    for _ in library.in_step():
        pass
    model = LlamaModel(writer, settings)
    try:
        for row in sampled(arguments.questions, arguments.limit):
            for turn, question in enumerate((row.get("turns") or [row]), start=1):
                said = answer(question["question"], library, model, settings.answer_tokens)
                print(json.dumps({"qid": row["qid"], "turn": turn, **said}), flush=True)
    finally:
        library.close()


def sampled(path: Path, limit: int) -> Iterator[dict[str, Any]]:
    """The questions of a file, or so many of them, evenly spread: the kinds stand one after the other."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    count = min(limit, len(rows)) if limit else len(rows)
    yield from (rows[number * len(rows) // count] for number in range(count))


def answer(question: str, library: Library, model: LlamaModel, limit: int) -> dict[str, Any]:
    """One answer: the best papers by the library's own search, one prompt, the text as it comes."""
    began = time.monotonic()
    hits = library.search(question, limit=TOP, filters=Filters())
    found = time.monotonic() - began
    prompt = fitted(question, hits, model, limit)
    pieces, first = [], 0.0
    for piece in model.write(prompt, limit=limit, stop=lambda: False):
        first = first or time.monotonic() - began
        pieces.append(piece)
    text = "".join(pieces).strip()
    return {
        "question": question,
        "answered": "do not know" not in text.lower(),
        "text": text,
        "claims": claims(text),
        "sources": [{"number": number, **hit.as_json()} for number, hit in enumerate(hits, start=1)],
        "closest": [],
        "model": model.name,
        "seconds": {"evidence": found, "first_token": first, "total": time.monotonic() - began},
        "tokens": {"prompt": model.tokens(prompt), "completion": len(pieces)},
    }


def fitted(question: str, hits: list[Hit], model: LlamaModel, limit: int) -> list[Message]:
    """The prompt with as many whole abstracts as fit."""
    for count in range(len(hits), 0, -1):
        abstracts = "\n\n".join(f"[{n}] {h.paper.title}\n{h.paper.abstract}" for n, h in enumerate(hits[:count], 1))
        prompt = [Message("system", INSTRUCTION), Message("user", f"{abstracts}\n\nQuestion: {question}")]
        if model.tokens(prompt) + limit <= model.context_size:
            return prompt
    return [Message("user", question)]


def claims(text: str) -> list[dict[str, Any]]:
    """Each sentence that has marks, as a claim of those sources; it has no quotes, for nothing was checked."""
    found = []
    for sentence in re.split(r"(?<=[.!?\]])\s+(?!\[)", text):
        cited = [int(n) for group in _MARKS.findall(sentence) for n in group.split(",")]
        if cited:
            plain = _MARKS.sub("", sentence).strip()
            found.append({"text": plain, "sources": cited, "support": "supported", "quotes": []})
    return found


if __name__ == "__main__":
    main()
