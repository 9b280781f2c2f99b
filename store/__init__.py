"""The library on disk: reading files, the catalogue, the vector index and search."""
