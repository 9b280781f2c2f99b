"""The vector index: passages by meaning. Given vectors, it never computes one."""

from store.index.base import VectorIndex
from store.index.exact import ExactIndex
from store.index.opening import catch_up, open_index, throw_away

__all__ = ["ExactIndex", "VectorIndex", "catch_up", "open_index", "throw_away"]
