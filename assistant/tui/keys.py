"""Keys: which there are, how they are written for people, and those that the user chose."""

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingType

from assistant.errors import BadSettings

_NAMES = {
    "escape": "Escape",
    "enter": "Enter",
    "tab": "Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "slash": "/",
    "space": "Space",
}


def key(id_: str, keys: str, action: str, label: str, meaning: str, *, always: bool = False) -> Binding:
    """A key that the user may change, under an id; `label` is for the bottom line, `meaning` for help and manual.

    One that works `always` does so under a dialog, too.
    """
    return Binding(keys, action, label, tooltip=meaning, id=id_, priority=always)


def named(keys: str) -> str:
    """ "ctrl+y" as "Ctrl+Y"."""
    return ", ".join("+".join(_named(part) for part in one.strip().split("+")) for one in keys.split(","))


def _named(part: str) -> str:
    return _NAMES.get(part, part.capitalize() if len(part) > 1 else part.upper())


def explained(bindings: Iterable[BindingType], chosen: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Each key that has a meaning, as people write it, with what it does."""
    return [
        (named((chosen or {}).get(each.id or "", each.key)), each.tooltip)
        for each in bindings
        if isinstance(each, Binding) and each.tooltip
    ]


def chosen_keys(setting: str, known: Iterable[str]) -> dict[str, str]:
    """The user's keys by id, out of the setting `keys`: "chat.copy=f11 app.library=f2,ctrl+b"."""
    ids = set(known)
    chosen: dict[str, str] = {}
    for pair in setting.split():
        name, equals, keys = pair.partition("=")
        if not equals or not keys or name not in ids:
            raise BadSettings(
                f"keys: '{pair}' is not the id of an action with a key.",
                hint=f"It looks like chat.copy=f11. The ids: {', '.join(sorted(ids))}.",
            )
        chosen[name] = keys
    return chosen
