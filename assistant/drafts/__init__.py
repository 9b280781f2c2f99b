"""The user's own draft: read into sentences with their citations, each held against the library."""
