r"""LaTeX drafts: `\cite{a,b}` and its relatives are citations, everything but prose is left out."""

import re

from assistant.drafts.marking import Citation, Marked, balanced

_VERBATIM = re.compile(r"\\begin\{(verbatim\*?|lstlisting|minted|comment|filecontents\*?)\}.*?\\end\{\1\}", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*(%[^\n]*)")
_BEGIN, _END = re.compile(r"\\begin\{document\}"), re.compile(r"\\end\{document\}")
_FLOATS = re.compile(
    r"\\begin\{((?:figure|table|tabular[xy]?|longtable|algorithm|algorithmic|tikzpicture|thebibliography|titlepage|"
    r"wrapfigure|sidewaystable|sidewaysfigure|subfigure)\*?)\}.*?\\end\{\1\}",
    re.DOTALL,
)
_EQUATIONS = re.compile(
    r"\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign|split|cases)\*?)\}"
    r".*?\\end\{\1\}|\\\[.*?\\\]|\$\$.*?\$\$",
    re.DOTALL,
)
_FORMULA = re.compile(r"(?<!\\)\$((?:\\.|[^$\\])*)\$|\\\((.*?)\\\)", re.DOTALL)
_FIGURE = re.compile(r"\s*[-+]?\d[\d.,]*\s*(?:\\?%)?\s*")
_HEADING = re.compile(
    r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title|author|date|caption)\*?\s*(?:\[[^\]]*\]\s*)?(?=\{)"
)
_DROPPED = re.compile(
    r"\\(?:label|(?:eq|auto|c|C|name|page)?ref|url|includegraphics|input|include|footnote(?:text|mark)?|thanks|[vh]space\*?|"
    r"bibliography(?:style)?|addbibresource|usepackage|newcommand|renewcommand|todo|index|nocite|pagestyle|gls[a-z]*)\*?"
    r"\s*(?:\[[^\]]*\]\s*)*(?=\{)"
)
_LINKED = re.compile(r"\\(?:href|textcolor|colorbox)\s*(?=\{)")
_BREAKS = re.compile(
    r"\\item\b(?:\s*\[[^\]]*\])?|\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\]]*\])?|\\(?:maketitle|par|newpage|clearpage|tableofcontents|appendix|printbibliography)\b"
)
_CITE = re.compile(r"\\(?!nocite|citestyle|defcite|citereset)([A-Za-z]*[cC]ite[A-Za-z]*)\*?(?=\s*[\[({])")
_SUBJECT = re.compile(r"[cC]ite(?:t|alt|author)|[tT]extcite|[nN]ewcite|shortcite[AN]")
_ARGUMENT = re.compile(r"\s*(?:\[[^\]]*\]|\([^()]*\)(?=\s*[\[({]))")
_KEYS = re.compile(r"\s*\{([^{}]*)\}")


def marked(text: str) -> Marked:
    """Blank out what is no prose; note the citations."""
    draft = Marked(text)
    draft.blank_all(_VERBATIM, breaks=True)
    draft.blank_all(_COMMENT, group=1)
    _body_only(draft)
    draft.blank_all(_FLOATS, breaks=True)
    draft.blank_all(_EQUATIONS)
    _formulas(draft)
    _groups(draft, _HEADING, breaks=True)
    _citations(draft)
    _groups(draft, _DROPPED)
    _groups(draft, _LINKED)
    draft.blank_all(_BREAKS, breaks=True)
    return draft.cited()


def _body_only(draft: Marked) -> None:
    prose = draft.prose
    if begin := _BEGIN.search(prose):
        draft.blank(0, begin.end())
    if end := _END.search(prose):
        draft.blank(end.start(), len(prose), breaks=True)


def _formulas(draft: Marked) -> None:
    """Formulas go; a plain figure in dollar signs is prose."""
    for match in _FORMULA.finditer(draft.prose):
        inner = match[1] if match[1] is not None else match[2]
        if _FIGURE.fullmatch(inner):
            side = 1 if match[1] is not None else 2
            draft.blank(match.start(), match.start() + side)
            draft.blank(match.end() - side, match.end())
        else:
            draft.blank(match.start(), match.end())


def _groups(draft: Marked, command: re.Pattern[str], *, breaks: bool = False) -> None:
    """Take out commands with the group after them."""
    prose = draft.prose
    for match in command.finditer(prose):
        draft.blank(match.start(), balanced(prose, match.end()), breaks=breaks)


def _citations(draft: Marked) -> None:
    prose = draft.prose
    for match in _CITE.finditer(prose):
        end = match.end()
        while True:
            while argument := _ARGUMENT.match(prose, end):
                end = argument.end()
            keys = _KEYS.match(prose, end)
            if keys is None:
                break
            end = keys.end()
            for key in filter(None, (key.strip() for key in keys[1].split(","))):
                draft.cite(match.start(), Citation("key", key))
            if not match[1].endswith("s"):
                break
        if _SUBJECT.match(match[1]):
            draft.blank_subject(match.start(), end)
        else:
            draft.blank(match.start(), end)
