"""The cross-encoder in plain torch: the body of MiniLM-L6 and a head of three classes."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HEADS = 12
WIDTH = 384
LAYERS = 6
CLASSES = 3


class Layer(nn.Module):
    """One BERT layer; queries, keys and values come out of one product."""

    def __init__(self, *, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length = x.shape[0], x.shape[1]
        parts = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        read = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=mask)
        x = self.norm1(x + self.drop(self.out(read.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class CrossEncoder(nn.Module):
    """Logits (n, 3) of entail, contradict, neutral for token ids, types and mask, each (n, length)."""

    def __init__(self, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout=dropout) for _ in range(LAYERS))
        self.dense = nn.Linear(2 * WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, CLASSES)
        self.words.weight.requires_grad = False
        self.drop = nn.Dropout(dropout)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.types(types)
        x = self.drop(self.norm(x))
        seen = (mask > 0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, seen)
        weight = mask.to(x.dtype)[:, :, None]
        mean = (x * weight).sum(1) / weight.sum(1)
        return self.head(self.drop(torch.tanh(self.dense(torch.cat([x[:, 0], mean], dim=1)))))


def started_from(folder: Path, *, dropout: float = 0.1) -> CrossEncoder:
    """The model with the body of the BERT checkpoint in `folder` and a fresh head."""
    told = load_file(str(folder / "model.safetensors"))
    told = {name.removeprefix("bert."): tensor for name, tensor in told.items()}
    made = CrossEncoder(dropout=dropout)
    state = made.state_dict()
    for name, source in (("words", "word"), ("places", "position"), ("types", "token_type")):
        state[f"{name}.weight"] = told[f"embeddings.{source}_embeddings.weight"]
    state |= {f"norm.{end}": told[f"embeddings.LayerNorm.{end}"] for end in ("weight", "bias")}
    for number in range(LAYERS):
        state |= _layer(told, number)
    made.load_state_dict(state)
    return made


def _layer(told: dict[str, Tensor], number: int) -> dict[str, Tensor]:
    read, write = f"encoder.layer.{number}.", f"layers.{number}."
    names = {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    state = {}
    for end in ("weight", "bias"):
        attention = [told[f"{read}attention.self.{part}.{end}"] for part in ("query", "key", "value")]
        state[f"{write}qkv.{end}"] = torch.cat(attention)
        state |= {f"{write}{mine}.{end}": told[f"{read}{theirs}.{end}"] for mine, theirs in names.items()}
    return state
