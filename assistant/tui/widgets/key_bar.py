"""The bottom line: the five keys that matter now."""

from collections.abc import Iterator
from itertools import islice

from textual.binding import Binding
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

MOST = 5
_OF_LISTS = {"enter", "delete"}


class KeyBar(Widget):
    """Draws the keys that its screen names in `keys_now`, as far as they are active; a click presses one."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        bar = Content("")
        for each in islice(self._wanted(), MOST):
            longer = bar + Content("  " if bar.plain else "") + self._drawn(each)
            if longer.cell_length > self.content_size.width:
                break
            bar = longer
        return bar

    def _drawn(self, binding: Binding) -> Content:
        drawn = Content.assemble((f" {self.app.get_key_display(binding)} ", "$text-primary bold"), binding.description)
        return drawn.stylize(Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"}))

    def _wanted(self) -> Iterator[Binding]:
        """Also keys that the part with the focus does the same with: Enter in a list."""
        active = {each.binding.id: each.binding for each in self.screen.active_bindings.values() if each.enabled}
        own = {each.id: each for each in self.screen.BINDINGS if isinstance(each, Binding)}
        for name in getattr(self.screen, "keys_now", ()):
            if name in active:
                yield active[name]
            elif name in own and own[name].key in _OF_LISTS:
                yield own[name]
