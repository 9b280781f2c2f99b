"""The whole library in one file, and back."""

from store.backup.restoring import Restoring
from store.backup.writing import BackingUp

__all__ = ["BackingUp", "Restoring"]
