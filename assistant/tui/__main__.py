"""`python -m assistant.tui`: the screen with the settings of the environment."""

import sys

from assistant.settings import load
from assistant.tui.app import run

if __name__ == "__main__":
    sys.exit(run(load()))
