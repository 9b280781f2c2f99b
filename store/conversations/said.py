"""The full text of the conversations: what is put in, and how it is searched for."""

import re
import sqlite3

from store.conversations.records import StoredTurn

MOST_WORDS = 32
"""Words of a search that are looked for."""

LONGEST_TITLE = 80

_WORDS_AROUND = 16


def titled(text: str) -> str:
    """A title of at most `LONGEST_TITLE` characters in one line, cut between words."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(line) <= LONGEST_TITLE:
        return line or "(no title)"
    return line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def index_title(db: sqlite3.Connection, conversation: int, title: str) -> None:
    """Make a conversation findable by its title, and no longer by the former one."""
    db.execute("DELETE FROM said WHERE rowid = ?", (-conversation,))
    db.execute("INSERT INTO said (rowid, question, answer, titles) VALUES (?, ?, '', '')", (-conversation, title))


def index_turn(db: sqlite3.Connection, number: int, turn: StoredTurn) -> None:
    """Make a turn findable by its question, its answer, and the titles of its sources."""
    titles = [str(source.get("title", "")) for source in turn.answer.get("sources", ())]
    question = f"{turn.question} {turn.rewritten}".strip()
    db.execute(
        "INSERT INTO said (rowid, question, answer, titles) VALUES (?, ?, ?, ?)",
        (number, question, str(turn.answer.get("text", "")), "\n".join(titles)),
    )


def forget(db: sqlite3.Connection) -> None:
    """Write the full text anew without the words of rows that were deleted, which it would keep for a while."""
    db.execute("INSERT INTO said (said) VALUES ('optimize')")


def matching(text: str) -> str:
    """All words of a text as a query of FTS5, the last one as the beginning of a word; "" where it has none."""
    words = re.findall(r"\w+", text)[:MOST_WORDS]
    return " ".join(f'"{word}"' for word in words) + "*" if words else ""


def excerpt_query(heads: str) -> str:
    """A query for (turn, excerpt, head of the conversation) with the best row of each; takes the words and a limit."""
    return f"""
        WITH found AS (
            SELECT rowid AS number, rank AS badness, snippet(said, -1, '', '', ' … ', {_WORDS_AROUND}) AS excerpt
            FROM said WHERE said MATCH ?
        ), placed AS (
            SELECT coalesce(turns.conversation, -found.number) AS conversation, coalesce(place, 0) AS place,
                excerpt, badness, row_number() OVER (
                    PARTITION BY coalesce(turns.conversation, -found.number) ORDER BY found.number < 0, badness
                ) AS nth
            FROM found LEFT JOIN turns USING (number)
        )
        SELECT place, excerpt, heads.* FROM placed JOIN ({heads}) AS heads ON heads.id = conversation
        WHERE nth = 1 AND heads.removed = '' ORDER BY badness, updated DESC LIMIT ?"""
