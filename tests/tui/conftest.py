"""The screen over a real engine; only the text the model writes is scripted."""

import gc
import shutil
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.settings import Settings
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.widgets.conversation import Remark
from tests import scripted
from tests.scripted import write_script

QUESTION = "How does LoRA make fine-tuning cheaper?"
TRUE = "Low-rank adaptation (LoRA) freezes the pre-trained weights. [1]"
FALSE = "LoRA was invented by seventeen sailors on a boat in 1802. [1]"

Screen = AbstractAsyncContextManager["Driver"]
Open = Callable[..., Screen]


class Driver:
    """What a user can do and see."""

    def __init__(self, app: AssistantApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def chat(self) -> ChatScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, ChatScreen)
        return screen

    async def until(self, condition: Callable[[], bool], what: str = "the condition") -> None:
        """Wait until it holds; the deadline is only there to end a test that fails."""
        for _ in range(1200):
            await self.pilot.pause(0.05)
            if condition():
                return
        raise AssertionError(f"{what} never came; the screen:\n{self.text}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def idle(self) -> None:
        await self.until(lambda: self.chat.phase is Phase.IDLE, "the end of the job")
        await self.pilot.pause()

    async def type(self, line: str) -> None:
        prompt = self.chat.query_one("Prompt")
        prompt.focus()
        prompt.value = line  # type: ignore[attr-defined]
        await self.pilot.press("enter")
        await self.pilot.pause()

    async def ask(self, question: str = QUESTION) -> None:
        await self.type(question)
        await self.idle()

    @property
    def text(self) -> str:
        """The screen as a user reads it, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips(self.app.size) if width and height else []
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def remarks(self) -> str:
        """What the program has said, whatever the width of the screen."""
        return "\n".join(str(remark.content) for remark in self.chat.query(Remark))

    @property
    def told(self) -> str:
        """What the program says in a corner of the screen, however it is broken into lines."""
        return "\n".join(each.message for each in self.app._notifications)

    @property
    def flat(self) -> str:
        """The screen's words without line breaks and frames, to look for sentences."""
        return " ".join(self.text.replace("│", " ").replace("█", " ").split())


@pytest.fixture(autouse=True)
def forgotten() -> Generator[None, None, None]:
    """A screen keeps the collector from what it needs as long as it lives; here many live one after the other."""
    yield
    gc.unfreeze()


@pytest.fixture
def open_screen(tmp_path: Path, sample_home: Path) -> Open:
    @asynccontextmanager
    async def opened(
        *replies: list[str], size: tuple[int, int] = (120, 40), empty: bool = False, settings: Settings | None = None
    ) -> AsyncGenerator[Driver, None]:
        home = tmp_path / "home"
        if not empty:
            shutil.copytree(sample_home, home)
        write_script(home, *(replies or [[TRUE]]))
        app = AssistantApp(settings or Settings(home), serve=scripted.serve)
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                driver = Driver(app, pilot)
                await driver.idle()
                yield driver
        finally:
            app.assistant.close()

    return opened
