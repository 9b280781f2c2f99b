"""The catalogue: papers, passages, vectors and full text in one SQLite file."""

from store.catalogue.catalogue import Catalogue, PlacedVector
from store.catalogue.entry import Entered, Outcome

__all__ = ["Catalogue", "Entered", "Outcome", "PlacedVector"]
