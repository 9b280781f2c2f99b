"""Training on two cores: pairs of like length together, a rate that falls with the clock, checkpoints to go on from.

python -m training.fit MIX.npz FOLDER --minutes 60
"""

import argparse
import signal
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from store.embedding import find_starter
from training.model import CrossEncoder, started_from

TOKENS = 3072
"""Tokens to a batch, padding included."""

POOL = 6000
"""Pairs that are sorted by length together."""

RATE = 1.6e-4


class Mix:
    """Tokenised pairs: `ids` end to end, where each begins, where its hypothesis begins, labels and weights."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.made = file.stat().st_mtime
        told = np.load(file)
        self.ids, self.starts, self.seconds = told["ids"], told["starts"], told["seconds"]
        self.labels = told["labels"]
        self.lengths = np.diff(self.starts)

    def batches(self, chance: np.random.Generator) -> list[npt.NDArray[np.int64]]:
        order = chance.permutation(len(self.labels))[:POOL]
        order = order[np.argsort(self.lengths[order], kind="stable")]
        made, at = [], 0
        while at < len(order):
            count = max(1, TOKENS // int(self.lengths[order[min(at + 40, len(order) - 1)]]))
            made.append(order[at : at + count])
            at += count
        return [made[i] for i in chance.permutation(len(made))]

    def tensors(self, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, ...]:
        width = int(self.lengths[rows].max())
        ids = np.zeros((len(rows), width), dtype=np.int64)
        types, mask = ids.copy(), ids.copy()
        for place, row in enumerate(rows):
            length = self.lengths[row]
            ids[place, :length] = self.ids[self.starts[row] : self.starts[row + 1]]
            types[place, self.seconds[row] : length] = 1
            mask[place, :length] = 1
        return tuple(map(torch.from_numpy, (ids, types, mask, self.labels[rows].astype(np.int64))))


def fit(mix: Mix, model: CrossEncoder, folder: Path, *, minutes: float, done: float = 0.0) -> None:
    """Train until `minutes` of the clock are over, SIGTERM comes, or FOLDER/until (epoch seconds) is reached."""
    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    chance = np.random.default_rng()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    began = saved = told = time.time()
    ends, count, losses, right = began + 60 * minutes, 0, [], []
    model.train()
    while not stop:
        if mix.file.stat().st_mtime != mix.made:
            mix = Mix(mix.file)
            print("new mix", len(mix.labels), flush=True)
        for rows in mix.batches(chance):
            now = time.time()
            if (folder / "until").exists():
                ends = float((folder / "until").read_text())
            if now >= ends or stop:
                stop.append(1)
                break
            share = done + (1 - done) * (now - began) / (ends - began)
            rate = RATE * min(1.0, (count + 64) / 6000) * (1 - share) if done == 0 else RATE * (1 - share)
            for group in optimiser.param_groups:
                group["lr"] = rate
            ids, types, mask, labels = mix.tensors(rows)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(ids, types, mask)
            loss = functional.cross_entropy(logits.float(), labels, label_smoothing=0.05)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            count += len(rows)
            losses.append(loss.item())
            right.append((logits.argmax(1) == labels).float().mean().item())
            if now - told > 20:
                print(
                    f"{now - began:.0f}s {count} pairs {count / (now - began):.0f}/s rate {rate:.1e} "
                    f"loss {np.mean(losses[-150:]):.3f} right {np.mean(right[-150:]):.3f}",
                    flush=True,
                )
                told = now
            if now - saved > 150:
                _save(model, folder)
                saved = now
    _save(model, folder)
    print("ended", count, flush=True)


def _save(model: CrossEncoder, folder: Path) -> None:
    part = folder / "checkpoint.part"
    torch.save(model.state_dict(), part)
    part.replace(folder / "checkpoint.pt")


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mix", type=Path)
    parser.add_argument("folder", type=Path, help="where checkpoint.pt is written, and read where it lies there")
    parser.add_argument(
        "--start", type=Path, help="folder of the MiniLM-L6 checkpoint; the starter embedder's if left out"
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--done", type=float, default=0.0, help="share of the schedule that is over, when going on")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    asked.folder.mkdir(parents=True, exist_ok=True)
    start = asked.start or find_starter()
    if start is None:
        parser.error("the starter embedder is not installed; give --start")
    model = started_from(start)
    if (asked.folder / "checkpoint.pt").exists():
        model.load_state_dict(torch.load(asked.folder / "checkpoint.pt"))
    fit(Mix(asked.mix), model, asked.folder, minutes=asked.minutes, done=asked.done)


if __name__ == "__main__":
    main()
