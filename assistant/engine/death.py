"""How a process ended, in words."""

import signal


def described(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "it does not answer"
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    meaning = {
        "SIGSEGV": "a crash in native code",
        "SIGKILL": "killed, perhaps by the system for lack of memory",
        "SIGILL": "this processor lacks an instruction that the model runtime was built for",
        "SIGABRT": "native code gave up",
    }.get(name)
    return f"{name} ({meaning})" if meaning else name
