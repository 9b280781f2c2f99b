"""Tasks that put the papers of a library in order."""

from assistant.engine.messages import Drop, Merge, PutBack, Remove, UndoMerge
from assistant.events import Organised, Removed, Returned
from store.library import Library
from store.organising import drop, merge, undo_merge

Order = Drop | UndoMerge | Merge | Remove | PutBack


def organised(library: Library, task: Order) -> Organised | Removed | Returned:
    """Do it, and say what came of it."""
    match task:
        case Drop():
            return Removed(drop(library, task.left))
        case UndoMerge():
            return Organised(tuple(undo_merge(library, task.key, task.records)))
        case Merge():
            return Organised((merge(library, task.keys),))
        case Remove():
            taken = library.remove(task.keys)
            return Removed(len(taken), taken)
        case PutBack():
            library.put_back(task.taken)
            return Returned(len(task.taken))
