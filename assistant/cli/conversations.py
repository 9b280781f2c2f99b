"""assistant conversations"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import answer_text, print_json, print_text
from assistant.exporting import FORMATS
from assistant.exporting.document import described
from assistant.stored import restored
from store.conversations import Conversation, Conversations, Mention, NoSuchConversation, conversations_file

NONE_YET = "There is no conversation yet."


@click.group(short_help="List, search and export conversations.")
def conversations() -> None:
    """List, show, search, rename, remove and export what was asked and answered.

    Every conversation has a number; where it may be left out, the last one is meant.
    """


def with_conversations(command: Callable[..., int]) -> Callable[..., int]:
    """`--json`, `--home`, and the conversations of that folder as `kept`."""

    @with_json
    @with_home
    @click.pass_context
    @wraps(command)
    def opened(context: click.Context, /, **given: Any) -> int:
        with _opened(context) as kept:
            return command(kept=kept, **given)

    return opened


@conversations.command("list")
@click.option("--limit", "-k", type=click.IntRange(1), help="At most so many.")
@click.option("--removed", is_flag=True, help="Those that were removed and can be restored.")
@with_conversations
def list_(kept: Conversations, limit: int | None, removed: bool, as_json: bool) -> int:
    """List conversations, the latest first; a line each."""
    found = kept.listed(limit=limit, removed=removed)
    if as_json:
        print_json([conversation.as_json() for conversation in found])
    else:
        nothing = "No conversation was removed." if removed else NONE_YET
        print_text("\n".join(_line(conversation) for conversation in found) or nothing)
    return 0 if found else 3


@conversations.command("show")
@click.argument("id_", metavar="[ID]", type=int, required=False)
@with_conversations
def show(kept: Conversations, id_: int | None, as_json: bool) -> int:
    """Show a conversation: questions, answers and sources."""
    conversation = _meant(kept, id_)
    turns = [restored(turn) for turn in kept.turns(conversation.id)]
    if as_json:
        print_json(described(conversation, turns))
        return 0
    print_text(_line(conversation))
    for turn in turns:
        print_text(f"\n> {turn.question}\n")
        print_text(answer_text(turn.answer))
    return 0


@conversations.command("search")
@click.argument("words")
@click.option("--limit", "-k", default=20, type=click.IntRange(1), show_default=True, help="At most so many.")
@with_conversations
def search(kept: Conversations, words: str, limit: int, as_json: bool) -> int:
    """Find conversations with all these WORDS in a question and its answer, or in the title."""
    found = kept.search(words, limit=limit)
    if as_json:
        print_json([mention.as_json() for mention in found])
    else:
        print_text("\n".join(_mention(mention) for mention in found) or "No conversation has these words.")
    return 0 if found else 3


@conversations.command("rename")
@click.argument("id_", metavar="ID", type=int)
@click.argument("title")
@with_conversations
def rename(kept: Conversations, id_: int, title: str, as_json: bool) -> int:
    """Give the conversation ID another TITLE."""
    _said(kept.rename(id_, title), as_json)
    return 0


@conversations.command("remove")
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
@click.option("--for-good", is_flag=True, help="Delete them at once; they cannot be restored.")
@with_conversations
def remove(kept: Conversations, ids: tuple[int, ...], for_good: bool, as_json: bool) -> int:
    """Remove conversations. For 30 days `restore` brings them back."""
    (kept.purge if for_good else kept.remove)(ids)
    if as_json:
        print_json({"removed": list(ids), "for_good": for_good})
    else:
        undo = "" if for_good else f" Undo: assistant conversations restore {' '.join(map(str, ids))}"
        print_text(f"{len(ids)} removed.{undo}")
    return 0


@conversations.command("restore")
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
@with_conversations
def restore(kept: Conversations, ids: tuple[int, ...], as_json: bool) -> int:
    """Bring removed conversations back."""
    kept.restore(ids)
    if as_json:
        print_json({"restored": list(ids)})
    else:
        print_text(f"{len(ids)} restored.")
    return 0


@conversations.command("export")
@click.argument("id_", metavar="[ID]", type=int, required=False)
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="markdown", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output without it.")
@with_conversations
def export(kept: Conversations, id_: int | None, name: str, out: Path | None, as_json: bool) -> int:
    r"""Write a conversation as Markdown, as LaTeX text with \cite{key}, or as JSON."""
    conversation = _meant(kept, id_)
    turns = [restored(turn) for turn in kept.turns(conversation.id)]
    text = FORMATS["json" if as_json else name](conversation, turns)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    return 0


@contextmanager
def _opened(context: click.Context) -> Iterator[Conversations]:
    kept = Conversations(conversations_file(current_settings(context).home))
    try:
        yield kept
    finally:
        kept.close()


def _meant(kept: Conversations, id_: int | None) -> Conversation:
    if id_ is not None:
        return kept.conversation(id_)
    if latest := kept.latest():
        return latest
    raise NoSuchConversation(NONE_YET, hint='`assistant ask "..."` and the screen begin one.')


def _said(conversation: Conversation, as_json: bool) -> None:
    if as_json:
        print_json(conversation.as_json())
    else:
        print_text(_line(conversation))


def _line(conversation: Conversation) -> str:
    turns = "1 turn" if conversation.turns == 1 else f"{conversation.turns:,} turns"
    return f"{conversation.id:>4}  {_local(conversation.updated)}  {conversation.title}  ({turns})"


def _mention(mention: Mention) -> str:
    where = f"turn {mention.turn}: " if mention.turn else "title: "
    return f"{_line(mention.conversation)}\n      {where}{' '.join(mention.excerpt.split())}"


def _local(time: str) -> str:
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
