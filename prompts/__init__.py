"""Prompt templates: plain text files, read and checked by `assistant.answering.templates`."""
