"""Texts to vectors: the small protocol, and the choice of the implementation for a model folder."""

from store.embedding.base import Embedder, Span, Vectors, unit
from store.embedding.folder import EmbedderFolder, find_starter
from store.embedding.opening import is_prepared, open_embedder

__all__ = ["Embedder", "EmbedderFolder", "Span", "Vectors", "find_starter", "is_prepared", "open_embedder", "unit"]
