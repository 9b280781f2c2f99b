"""The trained model as int8 ONNX: python -m training.export CHECKPOINT OUT.onnx."""

import hashlib
import sys
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.model import CrossEncoder

INPUTS = ["ids", "types", "mask"]


def export(model: CrossEncoder, out: Path) -> str:
    """Write `model` to `out`, its weights in eight bits; returns the sha256."""
    sample = tuple(torch.ones((2, 8), dtype=torch.int64) for _ in INPUTS)
    sizes = {name: {0: "pairs", 1: "tokens"} for name in INPUTS}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model.eval(),
            sample,
            str(whole),
            input_names=INPUTS,
            output_names=["logits"],
            dynamic_axes=sizes | {"logits": {0: "pairs"}},
            dynamo=False,
            opset_version=17,
        )
        quantize_dynamic(
            whole, out, weight_type=QuantType.QInt8, per_channel=True, extra_options={"MatMulConstBOnly": True}
        )
    return hashlib.sha256(out.read_bytes()).hexdigest()


def main() -> None:
    """Export from the command line."""
    checkpoint, out = map(Path, sys.argv[1:])
    model = CrossEncoder()
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    print(export(model, out), out.stat().st_size)


if __name__ == "__main__":
    main()
