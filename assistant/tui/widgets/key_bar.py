"""The bottom line: the five keys that matter now."""

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

MOST = 5


class KeyBar(Widget):
    """Draws the keys that its screen names in `keys_now`, as far as they are active; a click presses one."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        active = {each.binding.id: each for each in self.screen.active_bindings.values() if each.enabled}
        wanted = [active[name] for name in getattr(self.screen, "keys_now", ()) if name in active]
        return Content("  ").join(
            Content.assemble(
                (f" {self.app.get_key_display(each.binding)} ", "$primary bold"), each.binding.description
            ).stylize(Style.from_meta({"@click": f"app.simulate_key({each.binding.key!r})"}))
            for each in wanted[:MOST]
        )
