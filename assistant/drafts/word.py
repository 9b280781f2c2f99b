"""Word and OpenDocument drafts, read by Pandoc; citations that a reference manager put in keep their papers."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import PurePath

from assistant.errors import BadDraft

FORMS = {".docx": "docx", ".odt": "odt"}
"""Forms that Pandoc reads, by the ending of a file."""

LONGEST = 120
"""Seconds that Pandoc may take."""


def is_word(name: str) -> bool:
    """Whether a draft is read by Pandoc."""
    return PurePath(name).suffix.lower() in FORMS


def converted(name: str, content: bytes) -> str:
    """The draft as Markdown, a paragraph a line, and the list of its references behind; raises `BadDraft`."""
    form = FORMS[PurePath(name).suffix.lower()]
    if shutil.which("pandoc") is None:
        raise BadDraft(
            f"{name} is read by Pandoc, which is not installed.",
            hint="Install Pandoc (Debian: apt install pandoc), or save the draft as Markdown, LaTeX or text.",
        )
    knows = form == "docx" and "citations" in _pandoc(name, b"", "", "", ["--list-extensions=docx"])
    source = f"{form}+citations" if knows else form
    text = _pandoc(name, content, source, "markdown-smart-raw_attribute-simple_tables-multiline_tables-grid_tables")
    listed = json.loads(_pandoc(name, content, source, "csljson")) if knows else []
    entries = [f"[{one['id']}] {one.get('title', '')}. {one.get('DOI', '')}" for one in listed if one.get("id")]
    return "\n\n".join([text, "# References", *entries]) if entries else text


def _pandoc(name: str, content: bytes, source: str, wanted: str, options: Sequence[str] = ()) -> str:
    command = ["pandoc", *(options or ("--from", source, "--to", wanted, "--wrap=none"))]
    try:
        ran = subprocess.run(command, input=content, capture_output=True, check=False, timeout=LONGEST)
    except subprocess.TimeoutExpired as error:
        raise BadDraft(f"Pandoc took more than {LONGEST} seconds to read {name}.", hint="Give it in parts.") from error
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadDraft(
            f"Pandoc cannot read {name}: {said[0][:200] if said else 'it gave no reason'}.",
            hint="Open it in Word and save it again, or save it as text.",
        )
    return ran.stdout.decode("utf-8")
