r"""LaTeX drafts: `\cite{a,b}` and its relatives are citations, everything but prose is left out."""

import re
from itertools import pairwise

from assistant.drafts.arguments import Argument, arguments
from assistant.drafts.definitions import Definitions
from assistant.drafts.marking import BREAK, Citation, Marked, balanced, between
from assistant.drafts.units import number, quantity, unit

_UNSEEN = re.compile(
    r"\\[\\%]|(?P<comment>%[^\n]*)"
    r"|\\begin\s*\{(?P<env>verbatim\*?|[BL]?Verbatim\*?|lstlisting|minted|comment|filecontents\*?|alltt|pycode)\}"
    r"|\\(?:verb|Verb|lstinline|mintinline|path|code)(?![A-Za-z])\*?(?:\[[^\]\n]*\])?(?:(?<=inline)\{\w+\})?"
    r"(?P<mark>[^A-Za-z\s*{\[])(?:(?!(?P=mark)).)*(?P=mark)"
    r"|\\(?:Verb|lstinline|path)\*?(?:\[[^\]\n]*\])?(?P<group>\{)|\\mintinline(?:\[[^\]\n]*\])?\{\w+\}(?P<minted>\{)"
)
_CONDITIONS = re.compile(r"\\(if0(?!\d)|if[A-Za-z@]*|else|fi)(?![A-Za-z@])")
_OWN_IF = re.compile(r"\\newif\s*\\(if([A-Za-z@]+))")
_PRIMITIVES = frozenset(
    "if if0 ifcat ifx ifnum ifdim ifodd ifvmode ifhmode ifmmode ifinner ifvoid ifhbox ifvbox ifeof iftrue iffalse"
    " ifcase ifdefined ifcsname iffontchar ifpdf ifxetex ifluatex iftutex ifPDFTeX ifXeTeX ifLuaTeX".split()
)
_BEGIN, _END = re.compile(r"\\begin\s*\{document\}"), re.compile(r"\\end\s*\{document\}|\\endinput(?![A-Za-z])")
_FLOATS = re.compile(
    r"\\begin\s*\{((?:figure|table|tabular[xy]?|longtable|tabu|algorithm|algorithmic|tikzpicture|thebibliography|titlepage|"
    r"wrapfigure|wraptable|sidewaystable|sidewaysfigure|marginfigure|subfigure|subtable|pgfpicture|forest|axis)\*?)\}"
)
_EQUATIONS = re.compile(
    r"\\begin\s*\{((?:equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign|split|cases)\*?)\}"
    r"|(?<!\\)(?:\\\\)*\\\[|\$\$"
)
_FORMULA = re.compile(r"(?<!\\)\$((?:\\.|[^$\\])*+)\$", re.DOTALL)
_ROUND = re.compile(r"\\\(")
_FIGURE = re.compile(r"\s*[-+]?\d[\d.,]*\s*(?:\\?%)?\s*")
_ASIDE = re.compile(
    r"\\(footnote(?:text)?|endnote(?:text)?|sidenote|marginnote|marginpar|footnotetext|blfootnote|tablefootnote"
    r"|caption(?:of)?|subcaption|captionabove|captionbelow)\*?(?=\s*[\[{])"
)
_HEADING = re.compile(
    r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|addchap|addsec|minisec|title|subtitle|author|date"
    r"|institute|affiliation|email|address|dedication)\*?(?=\s*[\[{])"
)
_DROPPED = re.compile(
    r"\\(?:label|(?:eq|auto|[cC]|labelc|sub|page|name|v|V|f|F|t|th)?ref(?:range)?\*?|[cC](?:page|ref)refrange|url|nolinkurl"
    r"|includegraphics|includesvg|includepdf|lstinputlisting|verbatiminput|inputminted|footnotemark|thanks|[vh]space"
    r"|bibliography(?:style)?|addbibresource|(?:use|Require)package|PassOptionsToPackage|documentclass|(?:re)?newcommand"
    r"|providecommand|DeclareRobustCommand|(?:New|Renew|Provide|Declare)DocumentCommand|(?:re)?newenvironment|newtheorem"
    r"|newacronym|newabbreviation|(?:long)?newglossaryentry|DeclareAcronym|acrodef|newacro|acro(?=\s*\{[^{}]*\}\s*[\[{])"
    r"|todo|missingfigure|listoftodos|index|glossary|nocite|(?:this)?pagestyle|pagenumbering|setcounter|addtocounter"
    r"|stepcounter|setlength|addtolength|addcontentsline|addtocontents|markboth|markright|hypersetup|captionsetup"
    r"|definecolor|colorlet|selectlanguage|graphicspath|geometry|sisetup|tikzset|lstset|DeclareMathOperator"
    r"|print(?:bibliography|glossary|glossaries|acronyms)|make(?:glossaries|index)|defcitealias|setcitestyle|citestyle"
    r"|glsadd(?:all)?|glsreset(?:all)?|hyphenation|linespread|fontsize|resizebox(?=\s*\{[^{}]*\}\s*\{[^{}]*\}\s*$))"
    r"\*?(?=\s*[\[{])"
)
_DEFINED = re.compile(r"\\[egx]?def\s*\\[A-Za-z@]+(?:#\d)*(?=\{)")
_FIRST_DROPPED = re.compile(
    r"\\(?:href|textcolor|colorbox|foreignlanguage|hyperref|hyperlink|hypertarget|parbox|raisebox)(?=\s*[\[{])"
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{([^{}]*)\}")
_BREAKS = re.compile(
    r"\\item\b(?:\s*\[[^\]]{0,1000}\])?|\\(?:maketitle|par|newpage|clearpage|cleardoublepage|tableofcontents"
    r"|listoffigures|listoftables|appendix|printbibliography|bigskip|medskip|smallskip|frontmatter|mainmatter|backmatter)\b"
)
_CITE = re.compile(
    r"\\(?!nocite|citestyle|defcite|citereset|citetext|setcite|citesetup|citeindex)"
    r"((?:[A-Za-z]*[cC]ite[A-Za-z]*)|(?:[A-Za-z]*[vV]olcites?))(\*?)(?=\s*[\[({<])"
)
_SUBJECT = re.compile(
    r"[cC]ite(?:t|alt|author|title|A|N|asnoun)(?![a-z])|[tT]extcite|[nN]ewcite|shortcite[AN]|[tT]volcite"
)
_QUOTE = re.compile(r"\\((?:foreign|hyphen)?(?:block|text)cquote)\*?(?=\s*[\[{])")
_QUOTING = re.compile(r"\\begin\s*\{((?:foreign|hyphen)?displaycquote)\*?\}")
_FIELDS = frozenset({"citefield", "citename", "citelist"})
_GLS = re.compile(
    r"\\([gG]ls|GLS|[aA]cr(?:short|long|full)|[aA]c|[gG]lsxtr(?:short|long|full)|[gG]lsentry(?:short|long|text|name|full)"
    r"|[gG]ls(?:text|first|name)|[aA]cs|[aA]cl|[aA]cf|ac[slf]?u|iac|Iac)(pl|p|plural)?(\*?)(?=\s*[\[{])"
)
_SHOWN_AS = re.compile(r"\\[gG]ls(?:link|disp)(?=\s*[\[{])")
_SI = re.compile(
    r"\\(SI|qty|SIrange|qtyrange|SIlist|qtylist|num|numrange|numlist|numproduct|qtyproduct|si|unit|ang|complexnum)(?=\s*[\[{])"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_COMMAND = re.compile(r"\\([A-Za-z@]+)(?:\{\})?")


def visible(text: str) -> Marked:
    """A part of a draft without comments, verbatim text and what is switched off."""
    draft = Marked(text)
    place = 0
    while found := _UNSEEN.search(text, place):
        place = found.end()
        if found["env"]:
            closing = text.find(f"\\end{{{found['env']}}}", place)
            if closing >= 0:
                place = closing + len(f"\\end{{{found['env']}}}")
                draft.blank(found.start(), place, breaks=True)
        elif found["group"] or found["minted"]:
            place = balanced(text, place - 1)
            draft.blank(found.start(), place)
        elif found["comment"] or found["mark"]:
            draft.blank(found.start(), place)
    _conditions(draft)
    return draft


def marked(draft: Marked, known: Definitions, *, preamble: bool = False, floating: bool = False) -> Marked:
    """Take out what is no prose of a visible part; note the citations.

    `preamble` says that all of it stands before the document, `floating` that it stands in a figure or table.
    """
    if preamble:
        draft.blank(0, len(draft.text))
        return draft
    _body_only(draft)
    _asides(draft)
    if floating:
        draft.blank_around(0, len(draft.text))
    for start, end in between(draft.prose, _FLOATS, _end):
        draft.blank_around(start, end)
    draft.blank_between(_EQUATIONS, _end)
    _formulas(draft)
    _groups(draft, _DROPPED)
    _groups(draft, _DEFINED)
    _headings(draft)
    _quotes(draft)
    _macros(draft, known)
    _citations(draft)
    _words(draft, known)
    _quantities(draft)
    for match in _FIRST_DROPPED.finditer(draft.prose):
        given = arguments(draft.prose, match.end(), most=4)
        first = next((one for one in given if one.mark == "{" or "hyperref" in match[0]), None)
        draft.blank(match.start(), first.end if first else match.end())
    _environments(draft)
    draft.blank_all(_BREAKS, breaks=True)
    return draft


def _conditions(draft: Marked) -> None:
    r"""Blank what `\iffalse ... \fi` and the draft's own switches turn off; the marks of the others go."""
    prose = draft.prose
    own = {match[1]: match[2] for match in _OWN_IF.finditer(prose)}
    set_by = {name: [m[1] for m in re.finditer(rf"\\{re.escape(name)}(true|false)\b", prose)] for name in own.values()}
    values = {"iffalse": False, "if0": False, "iftrue": True}
    values |= {switch: set_by[name][-1:] == ["true"] for switch, name in own.items()}
    declared = {match.start(1) - 1 for match in _OWN_IF.finditer(prose)}
    open_ifs: list[list[tuple[int, int, bool | None]]] = []
    for match in _CONDITIONS.finditer(prose):
        word = match[1]
        if word.startswith("if"):
            if (word in _PRIMITIVES or word in own) and match.start() not in declared:
                open_ifs.append([(match.start(), match.end(), values.get(word))])
        elif word == "else" and open_ifs:
            value = open_ifs[-1][-1][2]
            open_ifs[-1].append((match.start(), match.end(), None if value is None else not value))
        elif word == "fi" and open_ifs:
            steps = [*open_ifs.pop(), (match.start(), match.end(), None)]
            for (start, end, shown), (until, _, _) in pairwise(steps):
                draft.blank(start, until if shown is False else end)
            draft.blank(match.start(), match.end())


def _body_only(draft: Marked) -> None:
    prose = draft.prose
    if begin := _BEGIN.search(prose):
        draft.blank(0, begin.end())
    if end := _END.search(prose, begin.end() if begin else 0):
        draft.blank(end.start(), len(prose), breaks=True)


def _end(begun: re.Match[str]) -> str:
    """What closes an environment or a displayed formula."""
    if begun[1]:
        return f"\\end{{{begun[1]}}}"
    return "$$" if begun[0] == "$$" else r"\]"


def _asides(draft: Marked) -> None:
    """Footnotes and captions stand by themselves."""
    prose = draft.prose
    for match in _ASIDE.finditer(prose):
        given = arguments(prose, match.end(), most=3)
        groups = [one for one in given if one.mark == "{"][: 2 if match[1] == "captionof" else 1]
        if not groups or (match[1] == "captionof" and len(groups) < 2):
            continue
        text = groups[-1]
        draft.drop(match.start(), text.start + 1)
        draft.drop(text.end - 1, text.end)
        name = "" if match[1].startswith(("caption", "subcaption")) else f"^{len(draft.asides) + 1}"
        draft.aside(*text.inner, name)


def _formulas(draft: Marked) -> None:
    """Formulas go; a plain figure in dollar signs is prose."""
    prose = draft.prose
    spans = [(found.start(), found.end(), 1) for found in _FORMULA.finditer(prose)]
    spans += [(start, end, 2) for start, end in between(prose, _ROUND, lambda _: r"\)")]
    for start, end, side in spans:
        if _FIGURE.fullmatch(prose, start + side, end - side):
            draft.drop(start, start + side)
            draft.drop(end - side, end)
        else:
            draft.blank(start, end)


def _groups(draft: Marked, command: re.Pattern[str]) -> None:
    """Take out commands with all that is given to them."""
    prose, end = draft.prose, 0
    for match in command.finditer(prose):
        if match.start() < end:
            continue
        given = arguments(prose, match.end())
        end = given[-1].end if given else match.end()
        draft.blank(match.start(), end)


def _headings(draft: Marked) -> None:
    """Take out headings, with the citations in them; no sentence goes on across one."""
    prose, end = draft.prose, 0
    for match in _HEADING.finditer(prose):
        if match.start() < end:
            continue
        given = arguments(prose, match.end(), most=2)
        last = next((one for one in given if one.mark == "{"), None)
        end = last.end if last else balanced(prose, match.end())
        draft.blank_around(match.start(), end)
        draft.chars[match.start()] = BREAK


def _quotes(draft: Marked) -> None:
    r"""`\textcquote[4]{key}{text}`: the text is prose that cites the key."""
    prose = draft.prose
    for match in _QUOTE.finditer(prose):
        given = arguments(prose, match.end(), most=9)
        groups = [one for one in given if one.mark == "{"]
        if match[1].startswith(("foreign", "hyphen")):
            groups = groups[1:]
        if len(groups) < 2:
            continue
        key, text = groups[:2]
        block = "block" in match[1]
        draft.blank(match.start(), text.start + 1, breaks=block)
        for one in given:
            if one.start >= text.end and one.mark == "[":
                draft.blank(one.start, one.end)
        draft.blank(text.end - 1, text.end, breaks=block)
        _cite_keys(draft, text.start + 1, key.text)
    for match in _QUOTING.finditer(prose):
        given = arguments(prose, match.end(), most=4)
        groups = [one for one in given if one.mark == "{"][1 if match[1].startswith(("foreign", "hyphen")) else 0 :]
        if groups:
            draft.blank(match.start(), groups[0].end, breaks=True)
            _cite_keys(draft, groups[0].end, groups[0].text)


def _macros(draft: Marked, known: Definitions) -> None:
    """The draft's own commands: what they stand for, what they cite, what they hide."""
    prose = draft.prose
    for match in _COMMAND.finditer(prose):
        macro = known.macros.get(match[1])
        if macro is None:
            continue
        if (text := known.text_of(match[1])) is not None:
            keys = [key for one in _CITE.finditer(text) for key in arguments(text, one.end(), "{[") if key.mark == "{"]
            for key in keys:
                _cite_keys(draft, match.start(), key.text)
            draft.put(match.start(), match.end(), " " if keys else text)
        elif macro.takes:
            given = arguments(prose, match.end(), most=macro.takes)
            if macro.optional and (not given or given[0].mark != "["):
                given = [Argument("[", "", match.end(), match.end()), *given]
            given = given[: macro.takes]
            if not given:
                continue
            if 0 < macro.keys_at <= len(given):
                _cite_keys(draft, match.start(), given[macro.keys_at - 1].text)
                draft.blank_citation(match.start(), given[-1].end)
            elif macro.hides:
                draft.blank(match.start(), given[-1].end)


def _citations(draft: Marked) -> None:
    prose = draft.prose
    for match in _CITE.finditer(prose):
        name = match[1]
        of_volume = name.lower().rstrip("s").endswith("volcite")
        given = arguments(prose, match.end(), "{[(<", most=60)
        keys: list[Argument] = []
        end = match.end()
        for one in given:
            if one.mark == "{":
                keys.append(one)
                if not name.endswith("s") and len(keys) == 1 + of_volume:
                    end = one.end
                    break
                end = one.end
        if not keys:
            continue
        for one in keys[1::2] if of_volume else keys:
            _cite_keys(draft, match.start(), one.text)
        if name in _FIELDS and (field := arguments(prose, end, "{", most=1)):
            end = field[0].end
        if _SUBJECT.match(name):
            possessive = _POSSESSIVE.match(prose, end)
            draft.blank_subject(match.start(), possessive.end() if possessive else end, possessive=bool(possessive))
        else:
            draft.blank_citation(match.start(), end)


def _cite_keys(draft: Marked, at: int, keys: str) -> None:
    for key in filter(None, (" ".join(key.split()) for key in keys.split(","))):
        draft.cite(at, Citation("key", key))


def _words(draft: Marked, known: Definitions) -> None:
    """Entries of a glossary as they are printed."""
    prose = draft.prose
    for match in _GLS.finditer(prose):
        given = arguments(prose, match.end(), most=3)
        place = next((n for n, one in enumerate(given) if one.mark == "{"), None)
        if place is None:
            continue
        after = given[place + 1] if place + 1 < len(given) and given[place + 1].mark == "[" else None
        command = match[1].lower()
        form = "long" if command.endswith(("long", "acl")) else "full" if command.endswith(("full", "acf")) else "first"
        form = "short" if command.endswith(("short", "acs", "text", "name")) else form
        word = known.word(given[place].text.strip(), form)
        if match[2]:
            word = re.sub(r"(?=\s*\(|$)", "s", word, count=1)
        if match[1][0].isupper():
            word = word[:1].upper() + word[1:]
        draft.put(match.start(), (after or given[place]).end, word + (after.text if after else ""))
    for match in _SHOWN_AS.finditer(prose):
        given = arguments(prose, match.end(), most=3)
        groups = [one for one in given if one.mark == "{"]
        if len(groups) > 1:
            draft.drop(match.start(), groups[1].start)


def _quantities(draft: Marked) -> None:
    prose = draft.prose
    for match in _SI.finditer(prose):
        kind = match[1]
        most = {"si": 1, "unit": 1, "num": 1, "ang": 1, "complexnum": 1, "numlist": 1, "numproduct": 1}.get(kind, 2)
        most = 3 if kind in {"SIrange", "qtyrange"} else most
        given = arguments(prose, match.end(), most=most + 2)
        groups = [one for one in given if one.mark == "{"][:most]
        if len(groups) == most:
            draft.put(match.start(), groups[-1].end, _printed(kind, [one.text for one in groups]))


def _printed(kind: str, given: list[str]) -> str:
    """A command of siunitx as it is printed."""
    match kind:
        case "si" | "unit":
            return unit(given[0])
        case "ang":
            return f"{number(given[0].split(';')[0])}°"
        case "numrange":
            return f"{number(given[0])} to {number(given[1])}"
        case "SIrange" | "qtyrange":
            of = unit(given[2])
            return f"{quantity(number(given[0]), of)} to {quantity(number(given[1]), of)}"
        case "numlist" | "SIlist" | "qtylist":
            of = unit(given[1]) if len(given) > 1 else ""
            each = [quantity(number(one), of) for one in given[0].split(";")]
            return " and ".join(filter(None, [", ".join(each[:-1]), each[-1]]))
        case _:
            amount = " × ".join(map(number, re.split(r"\bx\b|(?<=\d)x(?=\d)", given[0])))
            return quantity(amount, unit(given[1])) if len(given) > 1 else amount


def _environments(draft: Marked) -> None:
    """Marks of environments go, with what is given to them; no sentence goes on across one."""
    prose = draft.prose
    for match in _ENVIRONMENT.finditer(prose):
        end = match.end()
        if match[0].startswith("\\begin"):
            close = [one for one in arguments(prose, end, most=4) if prose[one.start - 1] in "}]"]
            end = close[-1].end if close else end
        draft.blank(match.start(), end, breaks=True)
