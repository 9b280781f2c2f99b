r"""Numbers and units as siunitx prints them: `\SI{5}{\milli\gram}` is "5 mg"."""

import re
from collections.abc import Mapping

_PREFIXES = dict(
    zip(
        "quecto ronto yocto zepto atto femto pico nano micro milli centi deci deca deka hecto kilo mega giga tera peta"
        " exa zetta yotta ronna quetta".split(),
        "q r y z a f p n µ m c d da da h k M G T P E Z Y R Q".split(),
        strict=True,
    )
)
_UNITS: Mapping[str, str] = {
    **dict(
        zip(
            "ampere candela gram kelvin kilogram metre meter mole second becquerel coulomb farad gray hertz henry joule"
            " katal lumen lux newton pascal radian siemens sievert steradian tesla volt watt weber astronomicalunit bel"
            " dalton day decibel electronvolt hectare hour litre liter minute neper tonne bar byte bit angstrom knot"
            " ppm eV".split(),
            "A cd g K kg m m mol s Bq C F Gy Hz H J kat lm lx N Pa rad S Sv sr T V W Wb au B Da d dB eV ha h L L min"
            " Np t bar B bit Å kn ppm eV".split(),
            strict=True,
        )
    ),
    "celsius": "°C",
    "degreeCelsius": "°C",
    "degree": "°",
    "arcminute": "′",
    "arcsecond": "″",
    "ohm": "Ω",
    "percent": "%",
    "per": "/",
    "of": "",
    "square": "",
    "cubic": "",
    "squared": "²",
    "cubed": "³",
    "micron": "µm",
    "um": "µm",
    "ug": "µg",
    "us": "µs",
    "ul": "µL",
    "uL": "µL",
    "degC": "°C",
}
_WORD = re.compile(r"\\([A-Za-z]+)\s*(?:\{([^{}]*)\})?|([^\\]+)")
_NUMBER = re.compile(r"\s*([-+]?)\s*(\d[\d ]*)?(?:[.,](\d[\d ]*))?\s*(?:[eEdD]\s*([-+]?\d+))?\s*$")
_LARGEST = 15
"""Powers of ten that are written out."""


def number(text: str) -> str:
    """A number as siunitx reads it: `1e4` is 10000, `12,5` is 12.5, `5 +- 1` is 5 ± 1."""
    text = text.replace("~", " ").strip()
    for mark in ("+-", r"\pm", "±"):
        if mark in text:
            return " ± ".join(number(part) for part in text.split(mark))
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]):
        return text
    sign, whole, part = found[1].replace("+", ""), (found[2] or "0").replace(" ", ""), (found[3] or "").replace(" ", "")
    power = int(found[4] or 0)
    if not 0 <= power <= _LARGEST:
        return f"{sign}{whole}{'.' * bool(part)}{part} × 10^{power}"
    part = part.ljust(power, "0")
    whole, part = (whole + part[:power]).lstrip("0") or "0", part[power:]
    return f"{sign}{whole}{'.' * bool(part)}{part}"


def unit(text: str) -> str:
    r"""A unit: `\kilo\metre\per\hour` is km/h, `\kg` is kg, `m/s` stays."""
    out, power = "", ""
    for word, group, plain in _WORD.findall(text):
        if plain:
            out += plain.replace("~", " ").replace(".", " ").strip()
        elif word in _PREFIXES:
            out += _PREFIXES[word]
        elif word in {"square", "cubic"}:
            power = "²" if word == "square" else "³"
        elif word in {"tothe", "raiseto"}:
            out += f"^{group}"
        elif word not in {"highlight", "cancel", "text", "mathrm", "of"}:
            out += _UNITS.get(word, word) + ("" if word == "per" else power)
            power = power if word == "per" else ""
        else:
            out += group
    return out


def quantity(amount: str, of: str) -> str:
    """A number with its unit; a sign like % or ° stands close."""
    return f"{amount}{of}" if of in {"%", "°", "′", "″"} else f"{amount} {of}".strip()
