"""Record the moving picture of the README: the real program over the sample library, with the starter model.

python -m benchmarks.demo [docs/demo.svg]
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from assistant.cli.add import sample_file
from assistant.settings import Settings
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.widgets.paper_list import PaperList
from assistant.tui.widgets.prompt import Prompt
from benchmarks.animation import Picture, animated

QUESTION = "By what factor does LoRA cut the trainable parameters of GPT-3?"
SIZE = (100, 30)
GROUND = "#14161b"


class Recording:
    """Does what a user does, and takes a picture after each step."""

    def __init__(self, app: AssistantApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.pictures: list[Picture] = []

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(2400):
            await self.pilot.pause(0.05)
            if condition():
                return
        raise TimeoutError("the screen never got there")

    async def idle(self) -> None:
        await self.until(lambda: self.app.desk.phase is Phase.IDLE)
        self.app.desk.show(figures="")  # what this machine needed today
        await self.pilot.pause(0.3)

    def take(self, seconds: float) -> None:
        self.pictures.append(Picture(self.app.export_screenshot(), seconds))

    async def press(self, *keys: str, seconds: float = 1.0) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(0.3)
            self.take(seconds)

    async def ask(self) -> None:
        prompt = self.app.chat.query_one(Prompt)
        self.take(1.5)
        for end in range(0, len(QUESTION) + 9, 9):
            prompt.value = QUESTION[:end]
            prompt.cursor_position = end
            await self.pilot.pause(0.1)
            self.take(0.2)
        await self.pilot.press("enter")
        await self.until(lambda: self.app.desk.phase is not Phase.SEARCHING)
        self.take(1.2)
        await self.idle()
        self.take(3.0)

    async def follow_a_mark(self) -> None:
        await self.press("f4", "f4", seconds=1.2)
        await self.press("enter", seconds=3.5)
        await self.press("escape", seconds=0.6)

    async def browse(self) -> None:
        papers = self.app.library.query_one(PaperList) if self.app.is_screen_installed("library") else None
        await self.pilot.press("f6")
        papers = papers or self.app.library.query_one(PaperList)
        await self.until(lambda: papers.chosen is not None)
        await self.pilot.pause(0.3)
        self.take(1.5)
        await self.press(*"atten", seconds=0.25)
        await self.press("down", "down", seconds=0.7)
        await self.pilot.press("escape", "f12")
        await self.idle()
        self.take(2.0)
        await self.press("tab", "tab", seconds=1.6)
        await self.press("enter", seconds=2.0)


async def recorded(app: AssistantApp) -> list[Picture]:
    async with app.run_test(size=SIZE) as pilot:
        recording = Recording(app, pilot)
        await recording.idle()
        app.chat.query_one(Prompt).cursor_blink = False
        await recording.ask()
        await recording.follow_a_mark()
        await recording.browse()
        return recording.pictures


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/demo.svg")
    with TemporaryDirectory() as home:
        app = AssistantApp(Settings(Path(home)))
        try:
            for _ in app.assistant.add([sample_file()]):
                pass
            pictures = asyncio.run(recorded(app))
        finally:
            app.assistant.close()
    target.write_text(animated(pictures, *SIZE, GROUND), encoding="utf-8")


if __name__ == "__main__":
    main()
