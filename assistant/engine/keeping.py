"""What the engine does to keep a library: backups, and their restoring."""

from collections.abc import Callable, Iterator

from assistant.engine.messages import BackUp, Restore
from assistant.events import BackedUp, Done, Event, Restored
from assistant.settings import FILE, PROMPTS, Settings
from store.backup import BackingUp, Restoring

Stop = Callable[[], bool]


def backed_up(settings: Settings, task: BackUp, stop: Stop) -> Iterator[Event]:
    """Write the backup and say what it holds."""
    own_prompts = [f"{PROMPTS}/{file.name}" for file in sorted(settings.prompts_folder.glob("*.txt"))]
    work = BackingUp(settings.home, task.file, also=(FILE, *own_prompts), replace=task.replace)
    yield from work.steps(stop)
    if work.manifest is None:
        yield Done(stopped=True)
    else:
        yield BackedUp(work.manifest.papers, task.file.stat().st_size)


def restored(settings: Settings, task: Restore, stop: Stop) -> Iterator[Event]:
    """Put the backup in place and say what went aside."""
    work = Restoring(settings.home, task.file, force=task.force)
    yield from work.steps(stop)
    if work.manifest is None:
        yield Done(stopped=True)
    else:
        yield Restored(work.manifest.papers, work.manifest.made, str(work.aside or ""))
