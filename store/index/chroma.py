"""The Chroma folder. The only module that imports chromadb."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import store.offline  # noqa: F401 - before the libraries below

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings

from store.embedding.base import Vectors
from store.errors import WrongEmbedder
from store.records import EmbedderId

COLLECTION = "passages"

SEARCH_EF = 240
"""How widely the graph is searched: for twice the passages that are asked for. Chroma's own 100 misses more."""


class ChromaIndex:
    """Passages in a local Chroma collection; the catalogue's passage numbers are its identifiers."""

    def __init__(self, folder: Path, *, embedder: EmbedderId) -> None:
        settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))
        try:
            self._client: Any = chromadb.PersistentClient(str(folder), settings=settings)
        except BaseException:
            SharedSystemClient.clear_system_cache()  # it keeps a client that failed to start, and hands it out again
            raise
        try:
            self._collection = self._passages(embedder)
            self._batch = int(self._client.get_max_batch_size())
            self._counted: int | None = None
        except BaseException:
            self.close()  # Chroma would hand the same broken client to the next one who asks for this folder
            raise

    def _passages(self, embedder: EmbedderId) -> Any:
        wanted = json.dumps(asdict(replace(embedder, name="")), sort_keys=True)
        kept = {"embedder": wanted, "hnsw:space": "cosine", "hnsw:search_ef": SEARCH_EF}
        collection = self._client.get_or_create_collection(COLLECTION, embedding_function=None, metadata=kept)
        stored = (collection.metadata or {}).get("embedder")
        if stored != wanted:
            raise WrongEmbedder(f"The Chroma index was made with another embedder: {stored}.")
        return collection

    def count(self) -> int:
        self._counted = int(self._collection.count())
        return self._counted

    def numbers(self) -> set[int]:
        return {int(name) for name in self._collection.get(include=[])["ids"]}

    def add(self, numbers: Sequence[int], vectors: Vectors) -> None:
        self._counted = None
        for first in range(0, len(numbers), self._batch):
            part = slice(first, first + self._batch)
            self._collection.upsert(ids=[str(n) for n in numbers[part]], embeddings=vectors[part])

    def remove(self, numbers: Sequence[int]) -> None:
        self._counted = None
        for first in range(0, len(numbers), self._batch):
            self._collection.delete(ids=[str(n) for n in numbers[first : first + self._batch]])

    def nearest(self, question: Vectors, limit: int) -> list[tuple[int, float]]:
        limit = min(limit, self.count() if self._counted is None else self._counted)  # counting takes as long as asking
        if not limit:
            return []
        found = self._collection.query(query_embeddings=[question], n_results=limit, include=["distances"])
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return sorted(((int(n), 1.0 - float(d)) for n, d in pairs), key=lambda pair: (-pair[1], pair[0]))

    def close(self) -> None:
        self._client.close()
