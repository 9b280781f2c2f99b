"""Tasks that put the papers of a library in order."""

from assistant.engine.messages import Drop, Merge, UndoMerge
from assistant.events import Organised, Removed
from store.library import Library
from store.organising import drop, merge, undo_merge


def organised(library: Library, task: Drop | UndoMerge | Merge) -> Organised | Removed:
    """Do it, and say what came of it."""
    match task:
        case Drop():
            return Removed(drop(library, task.left))
        case UndoMerge():
            return Organised(tuple(undo_merge(library, task.key, task.records)))
        case Merge():
            return Organised((merge(library, task.keys),))
