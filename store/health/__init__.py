"""Is the library whole, down to each passage and vector? And if not, what of it can be mended?"""

from store.health.examining import examined, index_check, vectors_check
from store.health.mending import mended, mended_index

__all__ = ["examined", "index_check", "mended", "mended_index", "vectors_check"]
