"""One small animated picture out of many pictures of a screen: each of its lines is there once, while it stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDE, HIGH = 12.2, 24.4
"""Of a character, in the units of the pictures that Textual draws."""

_RULE = re.compile(r"\.[\w-]+-(r\d+) \{(.*?)\}")
_RECT = re.compile(r'<rect fill="(#\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+" shape')
_TEXT = re.compile(r'<text class="[\w-]+-(r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)<')


@dataclass
class Picture:
    """A picture of the screen and the seconds for which it is shown."""

    svg: str
    seconds: float


@dataclass
class _Drawing:
    """Styles by what they say, and for each line what stands on it and when."""

    styles: dict[str, str] = field(default_factory=dict)
    lines: dict[tuple[int, str], list[tuple[float, float]]] = field(default_factory=dict)

    def name(self, style: str) -> str:
        return self.styles.setdefault(style, f"s{len(self.styles)}")


def animated(pictures: Sequence[Picture], columns: int, rows: int, ground: str) -> str:
    """An SVG that shows the pictures one after the other, for ever."""
    drawing, now = _Drawing(), 0.0
    for picture in pictures:
        for place in _lines(picture.svg, drawing).items():
            _show(drawing.lines.setdefault(place, []), now, now + picture.seconds)
        now += picture.seconds
    return "\n".join(_written(drawing, now, columns, rows, ground)) + "\n"


def _show(times: list[tuple[float, float]], begin: float, end: float) -> None:
    if times and times[-1][1] == begin:
        times[-1] = (times[-1][0], end)
    else:
        times.append((begin, end))


def _lines(svg: str, drawing: _Drawing) -> dict[int, str]:
    """What stands on each line of a picture."""
    said = dict(_RULE.findall(svg))
    lines: dict[int, list[str]] = {}
    for fill, x, y, width in _RECT.findall(svg):
        row = round((float(y) - 1.5) / HIGH)
        lines.setdefault(row, []).append(
            f'<rect class="{drawing.name(f"fill: {fill}")}" x="{_short(x)}" width="{_short(width)}" height="25"/>'
        )
    for style, x, y, width, text in _TEXT.findall(svg):
        if text.replace("&#160;", ""):
            row = round((float(y) - 20) / HIGH)
            lines.setdefault(row, []).append(
                f'<text class="{drawing.name(said[style].strip())}" x="{_short(x)}" y="18.5"'
                f' textLength="{_short(width)}">{text.replace("&#160;", chr(160))}</text>'
            )
    return {row: "".join(parts) for row, parts in lines.items()}


def _short(number: str) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def _written(drawing: _Drawing, total: float, columns: int, rows: int, ground: str) -> list[str]:
    spans = {tuple(times) for times in drawing.lines.values()} - {((0.0, total),)}
    names = {times: f"t{place}" for place, times in enumerate(sorted(spans))}
    width, height = columns * WIDE + 24, rows * HIGH + 24
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">',
        "<style>text{font:20px 'Fira Code',Menlo,Consolas,monospace;white-space:pre}rect{shape-rendering:crispEdges}",
        *(f".{name}{{{style}}}" for style, name in drawing.styles.items()),
        *(f".{name}{{animation:{name} {total:g}s step-end infinite}}" for name in names.values()),
        *(f"@keyframes {name}{{{_frames(times, total)}}}" for times, name in names.items()),
        f'</style><rect width="100%" height="100%" rx="10" fill="{ground}"/>',
        *(
            f'<g transform="translate(12 {12 + row * HIGH:.1f})"{_class(names.get(tuple(times)))}>{line}</g>'
            for (row, line), times in drawing.lines.items()
        ),
        "</svg>",
    ]


def _class(name: str | None) -> str:
    return f' class="{name}"' if name else ""


def _frames(times: Sequence[tuple[float, float]], total: float) -> str:
    """When a line is to be seen."""
    marks = {0.0: "hidden"}
    for begin, end in times:
        marks[begin] = "visible"
        marks[end] = "hidden"
    return "".join(f"{100 * when / total:.2f}%{{visibility:{what}}}" for when, what in sorted(marks.items()))
