r"""LaTeX drafts: `\cite{a,b}` and its relatives are citations, everything but prose is left out."""

import re

from assistant.drafts.marking import Citation, Marked, balanced, between

_VERBATIM = re.compile(r"\\begin\{(verbatim\*?|lstlisting|minted|comment|filecontents\*?)\}")
_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*(%[^\n]*)")
_BEGIN, _END = re.compile(r"\\begin\{document\}"), re.compile(r"\\end\{document\}")
_FLOATS = re.compile(
    r"\\begin\{((?:figure|table|tabular[xy]?|longtable|algorithm|algorithmic|tikzpicture|thebibliography|titlepage|"
    r"wrapfigure|sidewaystable|sidewaysfigure|subfigure)\*?)\}"
)
_EQUATIONS = re.compile(
    r"\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign|split|cases)\*?)\}"
    r"|(?<!\\)(?:\\\\)*\\\[|\$\$"
)
_FORMULA = re.compile(r"(?<!\\)\$((?:\\.|[^$\\])*+)\$", re.DOTALL)
_ROUND = re.compile(r"\\\(")
_FIGURE = re.compile(r"\s*[-+]?\d[\d.,]*\s*(?:\\?%)?\s*")
_HEADING = re.compile(
    r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title|author|date|caption)\*?\s*(?:\[[^\]]{0,1000}\]\s*)?(?=\{)"
)
_DROPPED = re.compile(
    r"\\(?:label|(?:eq|auto|c|C|name|page)?ref|url|includegraphics|input|include|footnote(?:text|mark)?|thanks|[vh]space\*?|"
    r"bibliography(?:style)?|addbibresource|usepackage|newcommand|renewcommand|todo|index|nocite|pagestyle|gls[a-z]*)\*?"
    r"\s*(?:\[[^\]]{0,1000}\]\s*)*(?=\{)"
)
_LINKED = re.compile(r"\\(?:href|textcolor|colorbox)\s*(?=\{)")
_BREAKS = re.compile(
    r"\\item\b(?:\s*\[[^\]]{0,1000}\])?|\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\]]{0,1000}\])?|\\(?:maketitle|par|newpage|clearpage|tableofcontents|appendix|printbibliography)\b"
)
_CITE = re.compile(r"\\(?!nocite|citestyle|defcite|citereset)([A-Za-z]*[cC]ite[A-Za-z]*)\*?(?=\s*[\[({])")
_SUBJECT = re.compile(r"[cC]ite(?:t|alt|author)|[tT]extcite|[nN]ewcite|shortcite[AN]")
_ARGUMENT = re.compile(r"\s*(?:\[[^\]]{0,1000}\]|\([^()]*\)(?=\s*[\[({]))")
_KEYS = re.compile(r"\s*\{([^{}]*)\}")


def marked(text: str) -> Marked:
    """Blank out what is no prose; note the citations."""
    draft = Marked(text)
    draft.blank_between(_VERBATIM, _end, breaks=True)
    draft.blank_all(_COMMENT, group=1)
    _body_only(draft)
    draft.blank_between(_FLOATS, _end, breaks=True)
    draft.blank_between(_EQUATIONS, _end)
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


def _end(begun: re.Match[str]) -> str:
    """What closes an environment or a displayed formula."""
    if begun[1]:
        return f"\\end{{{begun[1]}}}"
    return "$$" if begun[0] == "$$" else r"\]"


def _formulas(draft: Marked) -> None:
    """Formulas go; a plain figure in dollar signs is prose."""
    prose = draft.prose
    spans = [(found.start(), found.end(), 1) for found in _FORMULA.finditer(prose)]
    spans += [(start, end, 2) for start, end in between(prose, _ROUND, lambda _: r"\)")]
    for start, end, side in spans:
        if _FIGURE.fullmatch(prose, start + side, end - side):
            draft.blank(start, start + side)
            draft.blank(end - side, end)
        else:
            draft.blank(start, end)


def _groups(draft: Marked, command: re.Pattern[str], *, breaks: bool = False) -> None:
    """Take out commands with the group after them; what lies in a group goes with it."""
    prose, end = draft.prose, 0
    for match in command.finditer(prose):
        if match.start() >= end:
            end = balanced(prose, match.end())
            draft.blank(match.start(), end, breaks=breaks)


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
