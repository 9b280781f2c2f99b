"""The catalogue: papers, passages, vectors and full text in one SQLite file."""

from store.catalogue.catalogue import Catalogue
from store.catalogue.entry import Entered, Outcome
from store.catalogue.overview import Statistics
from store.catalogue.sources import Source
from store.catalogue.stretches import Numbers, Stretches

__all__ = ["Catalogue", "Entered", "Numbers", "Outcome", "Source", "Statistics", "Stretches"]
