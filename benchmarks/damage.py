"""Damage Chroma's folder at random places: does the next start search as before, without embedding anything?

    nice python -m benchmarks.damage LIBRARY [--times 100] [--papers 1500] [--seed 7]

Works on a copy of a library with its first papers. Each time the folder is deleted, or files of it are deleted, cut
off at a random place, or overwritten with noise, from a random place on or as a whole; sometimes the note of the last
step is gone, too, or the mark of a process that died at work is there. Then another process opens the library, looks at
everything and searches. Where native code dies of the damage, the start after that one counts, and is told.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.scale import smaller
from benchmarks.starts import Died, Start, Starts
from store.catalogue import Catalogue
from store.embedding import find_starter
from store.library import LibraryPaths

STARTS = 3
"""Starts after a damage at the most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--papers", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        home = smaller(arguments.library, Path(made) / "home", arguments.papers)
        starts = Starts(model_of(home))
        whole = starts.next(home)
        outcomes, bad = damaged(home, starts, whole, arguments.times, random.Random(arguments.seed))
        starts.close()
    print(f"{whole['papers']:,} papers, {arguments.times} damages")
    print(*(f"  {count:4} {outcome}" for outcome, count in outcomes.most_common()), sep="\n")
    print(f"not as before: {len(bad)}", *bad, sep="\n  ")
    sys.exit(1 if bad else 0)


def model_of(home: Path) -> Path:
    catalogue = Catalogue(LibraryPaths(home).catalogue)
    folder = Path(catalogue.embedder_folder) if catalogue.embedder_folder else find_starter()
    catalogue.close()
    if folder is None or not folder.is_dir():
        sys.exit("This benchmark needs the model that embedded the library.")
    return folder


def damaged(
    home: Path, starts: Starts, whole: Start, times: int, chance: random.Random
) -> tuple[Counter[str], list[str]]:
    """How often what came of it, and what was not as before."""
    outcomes: Counter[str] = Counter()
    bad: list[str] = []
    for number in range(times):
        done = damage(LibraryPaths(home).chroma, chance)
        found, deaths = started(starts, home)
        if found is None:
            bad.append(f"{number} {done}: every start died: {deaths}")
            continue
        outcomes[("the folder is made anew" if found["behind"] else "goes on with the folder") + deaths] += 1
        problem = [*found["bad"], *(["embeds passages"] if found["embedded"] else [])]
        problem += [] if found["found"] == whole["found"] else [f"finds others: {others(found, whole)} of 10 searches"]
        bad += [f"{number} {done}: {', '.join(problem)}"] if problem else []
        print(
            f"{number} {done}: {'in step' if not found['behind'] else 'made anew'}{deaths} {problem}", file=sys.stderr
        )
    return outcomes, bad


def others(found: Start, whole: Start) -> int:
    return sum(one != other for one, other in zip(found["found"], whole["found"], strict=True))


def started(starts: Starts, home: Path) -> tuple[Start | None, str]:
    """What the first start finds that lives, and how the ones before it died."""
    deaths = ""
    for _ in range(STARTS):
        try:
            return starts.next(home), deaths
        except Died as death:
            deaths += f", after a start that died ({str(death).partition(':')[0]})"
    return None, deaths


def damage(chroma: Path, chance: random.Random) -> str:
    """Do some harm to the folder; what it was."""
    if chance.random() < 0.1:
        shutil.rmtree(chroma)
        return "deleted"
    files = sorted(path for path in chroma.rglob("*") if path.is_file())
    hit = chance.sample(files, chance.choice((1, 1, 1, 2, 3, len(files)))) if len(files) > 3 else files
    done = []
    for path in hit:
        name = chance.choice(list(HARMS))
        HARMS[name](path, chance)
        done.append(f"{path.name} {name}")
    match chance.randrange(10):
        case 0:
            chroma.with_name("chroma.changes").unlink(missing_ok=True)
        case 1:
            chroma.with_name("chroma.busy").touch()
    return "; ".join(done)


def cut_off(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size + 1)])


def overwrite(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content) + 1)
    length = min(len(content) - at, int(len(content) * chance.random() ** 3) + 1)
    content[at : at + length] = chance.randbytes(length)
    path.write_bytes(content)


def fill(path: Path, chance: random.Random) -> None:
    path.write_bytes(chance.randbytes(path.stat().st_size))


def delete(path: Path, _chance: random.Random) -> None:
    path.unlink()


HARMS: dict[str, Callable[[Path, random.Random], None]] = {
    "cut off": cut_off,
    "overwritten in part": overwrite,
    "filled with noise": fill,
    "deleted": delete,
}


if __name__ == "__main__":
    main()
