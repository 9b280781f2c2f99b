"""Answering: evidence, drafting, checking."""
