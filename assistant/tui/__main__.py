"""`python -m assistant.tui`: the screen alone, with the settings of file and environment."""

import sys


def main() -> int:
    """Run the screen; an unreadable settings file is said in one line."""
    from assistant.errors import ExpectedError
    from assistant.settings import load
    from assistant.tui.app import run

    try:
        return run(load())
    except ExpectedError as error:
        print(f"error: {error}", error.hint and f"hint: {error.hint}", sep="\n", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
