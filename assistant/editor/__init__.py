"""For editors: the check of a draft, and completion of cite keys by meaning, as a language server."""
