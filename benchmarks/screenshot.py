"""Draw the picture of the screen in the README, from the real program over the sample library.

python -m benchmarks.screenshot [docs/screen.svg]
"""

import asyncio
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.cli.add import sample_file
from assistant.settings import Settings
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.widgets.prompt import Prompt

QUESTION = "By what factor does LoRA cut the trainable parameters of GPT-3?"
SIZE = (120, 32)


async def draw(app: AssistantApp) -> str:
    async with app.run_test(size=SIZE) as pilot:
        chat = app.screen_stack[1]
        assert isinstance(chat, ChatScreen)

        async def idle() -> None:
            await pilot.pause(0.2)
            while app.desk.phase is not Phase.IDLE:
                await pilot.pause(0.1)
            await pilot.pause(0.2)

        await idle()
        chat.query_one(Prompt).value = QUESTION
        await pilot.press("enter")
        await idle()
        app.desk.show(figures="")  # what this machine needed today
        await pilot.press("f4")
        await pilot.pause(0.2)
        return app.export_screenshot(title="Literature assistant")


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screen.svg")
    with TemporaryDirectory() as home:
        app = AssistantApp(Settings(Path(home)))
        try:
            for _ in app.assistant.add([sample_file()]):
                pass
            picture = asyncio.run(draw(app))
        finally:
            app.assistant.close()
    local = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # fonts from the net have no place here
    target.write_text(local, encoding="utf-8")


if __name__ == "__main__":
    main()
