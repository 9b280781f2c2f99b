"""Which instructions a build is told to use, and what is said where the processor has them not."""

import os
import sys
from pathlib import Path

import pytest

from assistant.cli.doctor import _instructions
from assistant.errors import ModelFailed
from assistant.models import opening, processor
from assistant.models.processor import ARM, RECORD, X86, build_options, built_for, lacking, physical_cores, usable
from assistant.settings import Settings

AVX2 = {"sse4_2", "avx", "f16c", "fma", "bmi2", "avx2"}
AVX512 = AVX2 | {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw", "avx512vbmi", "avx512_vnni", "avx512_bf16"}


def test_a_processor_gets_what_it_has_and_never_amx() -> None:
    assert usable(AVX2) == {"GGML_SSE42", "GGML_AVX", "GGML_F16C", "GGML_FMA", "GGML_BMI2", "GGML_AVX2"}
    assert {"GGML_AVX512", "GGML_AVX512_VBMI", "GGML_AVX512_VNNI", "GGML_AVX512_BF16"} <= usable(AVX512)
    assert not any("AMX" in option for option in usable(AVX512 | {"amx_tile", "amx_int8", "amx_bf16"}))
    assert usable({"sse4_2"}) == {"GGML_SSE42"}


def test_half_of_an_instruction_set_is_not_used() -> None:
    assert "GGML_AVX512" not in usable(AVX512 - {"avx512bw"})
    assert "GGML_AVX512_VNNI" not in usable(AVX512 - {"avx512bw"})
    assert "GGML_AVX_VNNI" in usable(AVX2 | {"avx_vnni"})
    assert "GGML_AVX_VNNI" not in usable(AVX512 | {"avx_vnni"})


def test_every_option_is_said_so_that_no_default_of_the_build_counts() -> None:
    said = build_options(AVX2, "x86_64", "Linux")
    assert {option.split("=")[0] for option in said} == {"-DGGML_NATIVE", *(f"-D{option}" for option in X86)}
    assert "-DGGML_AVX2=ON" in said
    assert {"-DGGML_AVX512=OFF", "-DGGML_AMX_INT8=OFF", "-DGGML_NATIVE=OFF"} <= set(said)


def test_other_machines_get_what_their_system_tells() -> None:
    assert build_options((), "arm64", "Darwin") == ("-DGGML_NATIVE=ON",)
    assert build_options(ARM, "aarch64", "Linux")[1] == "-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod+fp16+i8mm"
    assert build_options((), "aarch64", "Linux") == ("-DGGML_NATIVE=OFF",)


def test_what_is_lacking_is_named_and_an_unknown_processor_lacks_nothing() -> None:
    assert lacking({"GGML_AVX2", "GGML_AVX512_VNNI", "GGML_NATIVE"}, AVX2) == {"avx512_vnni"}
    assert lacking({"GGML_AVX2"}, AVX2) == frozenset()
    assert lacking({"GGML_AVX512"}, ()) == frozenset()


def test_a_build_for_another_processor_is_refused_before_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "built_for", lambda: frozenset({"GGML_AVX512_VNNI"}))
    monkeypatch.setattr(opening, "flags", lambda: frozenset(AVX2))
    with pytest.raises(ModelFailed, match="avx512_vnni, which this one has not") as refused:
        opening.open_llama(tmp_path / "none.gguf", Settings(tmp_path))
    assert "make setup" in refused.value.hint


def test_the_record_is_read_from_beside_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "llama_cpp" / "lib").mkdir(parents=True)
    (tmp_path / "llama_cpp" / "__init__.py").write_text("raise SystemExit('loaded')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "llama_cpp", raising=False)
    assert built_for() is None
    (tmp_path / "llama_cpp" / "lib" / RECORD).write_text("GGML_AVX\nGGML_AVX2\n")
    assert built_for() == {"GGML_AVX", "GGML_AVX2"}


def test_the_doctor_tells_what_is_used_lacking_and_to_spare() -> None:
    assert "does not tell" in _instructions(None, AVX2).detail
    poor = _instructions({"GGML_AVX512_VNNI"}, AVX2)
    assert (poor.well, "avx512_vnni" in poor.detail, "make setup" in poor.hint) == (False, True, True)
    spare = _instructions(usable(AVX2), AVX512)
    assert spare.well
    assert "also has avx512" in spare.detail
    assert "also has" not in _instructions(usable(AVX512), AVX512).detail


def test_threads_are_counted_by_cores_within_what_a_container_may_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(processor, "_siblings", lambda number: str(number // 2))
    monkeypatch.setattr(processor, "_share", lambda: 0)
    assert physical_cores() == 4
    monkeypatch.setattr(processor, "_share", lambda: 2)
    assert physical_cores() == 2


@pytest.mark.parametrize(
    ("limit", "share"), [("max 100000", 0), ("150000 100000", 2), ("20000 100000", 1), ("broken", 0)]
)
def test_the_share_of_a_container_is_read(tmp_path: Path, limit: str, share: int) -> None:
    (tmp_path / "cpu.max").write_text(limit)
    assert processor._share(tmp_path) == share
