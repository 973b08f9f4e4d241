"""Writers are killed for good here, in a process of their own, at each step that they take in the file system."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge import files
from bridge.errors import FileError

WRITER = """
import os, signal, sys
from bridge import files

def watch(event, arguments):
    global seen
    if event.split(".")[0] not in ("os", "open", "shutil") or not any(str(a).startswith(parent) for a in arguments):
        return
    seen += 1
    if seen == step:
        os.kill(os.getpid(), signal.SIGKILL)

def write_part(place):
    with open(place, "w") as file:
        file.write("new")

def write_parts(place):
    write_part(os.path.join(place, "a"))
    os.mkdir(os.path.join(place, "deep"))
    write_part(os.path.join(place, "deep", "b"))

for line in sys.stdin:
    path, step = line.split("\\t")
    parent, step, seen = os.path.dirname(path), int(step), 0
    pid = os.fork()
    if pid == 0:
        sys.addaudithook(watch)
        if path.endswith(".file"):
            files.write_file(files.free(path), write_part)
        else:
            files.write_directory(files.free(path, directory=True), write_parts)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
"""Reads paths and steps; for each, a fork writes there until that step, and its status is told."""


@pytest.fixture(scope="module")
def write_until() -> Iterator[Callable[[Path, int], int]]:
    # Forked from a process that has no threads, as this one may have.
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", WRITER], **pipes) as writer:

        def until(path: Path, step: int) -> int:
            writer.stdin.write(f"{path}\t{step}\n")
            writer.stdin.flush()
            return int(writer.stdout.readline())

        yield until


def text_of(path: Path) -> str:
    """What one of the two kinds holds: "old" or "new", and that it is whole."""
    if path.is_file():
        return path.read_text()
    texts = {str(part.relative_to(path)): part.read_text() for part in path.rglob("*") if part.is_file()}
    assert set(texts) == {"a", "deep/b"}
    assert len(set(texts.values())) == 1
    return texts["a"]


def make_old(path: Path) -> None:
    if path.suffix == ".file":
        path.write_text("old")
        return
    (path / "deep").mkdir(parents=True)
    (path / "a").write_text("old")
    (path / "deep/b").write_text("old")


@pytest.mark.parametrize("name", ["x.file", "directory"])
def test_a_writer_that_is_killed_at_any_step_loses_nothing_and_is_tidied_up_after(
    write_until: Callable[[Path, int], int], tmp_path: Path, name: str
) -> None:
    seen = []
    for step in range(1, 60):
        place = tmp_path / f"{step}"
        place.mkdir()
        make_old(place / name)
        (place / "of others").write_text("stays")
        status = write_until(place / name, step)
        killed = status == -signal.SIGKILL
        assert killed or status == 0
        found = text_of(Path(files.existing(str(place / name))))
        seen.append(found)
        files.free(str(place / name), directory=name == "directory")
        assert sorted(p.name for p in place.iterdir()) == sorted([name, "of others"])
        assert text_of(place / name) == found
        if not killed:
            break
    assert seen[0] == "old"
    assert seen[-1] == "new"
    assert seen == sorted(seen, reverse=True)
    assert not killed


HOLDER = """
import sys
from bridge import files

def wait(path):
    open(path, "w").close()
    print("writes", flush=True)
    sys.stdin.readline()

files.write_file(files.free(sys.argv[1]), wait)
"""


def test_the_work_of_a_process_that_lives_is_left_alone_and_that_of_a_dead_one_goes_whatever_its_number(
    tmp_path: Path,
) -> None:
    (tmp_path / ".tfbridge-notes").mkdir()
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "x")], **pipes) as holder:
        assert holder.stdout.readline() == "writes\n"
        files.free(str(tmp_path / "y"))
        files.write_file(str(tmp_path / "y"), write("new"))
        assert len([path for path in tmp_path.iterdir() if path.name.startswith(".tfbridge-work-")]) == 2
        holder.kill()
    # A folder as another machine leaves it: no process here has ever held its lock.
    (tmp_path / ".tfbridge-work-abcd1234/new").mkdir(parents=True)
    (tmp_path / ".tfbridge-work-abcd1234.lock").touch()
    files.free(str(tmp_path / "y"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".tfbridge-notes", "y"]


def write(text: str) -> Any:
    return lambda path: Path(path).write_text(text)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o400 | 0o200])
def test_the_mode_of_a_file_is_kept_and_links_stay(tmp_path: Path, mode: int) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far/x").write_text("old")
    os.chmod(tmp_path / "far/x", mode)
    os.symlink("far/x", tmp_path / "link")
    os.symlink("link", tmp_path / "link of link")
    files.write_file(files.free(str(tmp_path / "link of link")), write("new"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "link of link").is_symlink()
    assert (tmp_path / "far/x").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "far/x").stat().st_mode) == mode


def test_a_link_to_nothing_yet_is_written_through(tmp_path: Path) -> None:
    os.symlink("later", tmp_path / "link")
    files.write_file(files.free(str(tmp_path / "link")), write("new"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "later").read_text() == "new"


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_new_files_have_the_mode_that_open_would_give(tmp_path: Path, mask: int) -> None:
    umask = os.umask(mask)
    try:
        files.write_file(files.free(str(tmp_path / "x")), write("new"))
        files.write_directory(
            files.free(str(tmp_path / "d"), directory=True), lambda place: os.mkdir(f"{place}/deep", 0o700)
        )
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o666 & ~mask
    assert {stat.S_IMODE((tmp_path / p).stat().st_mode) for p in ("d", "d/deep")} == {0o777 & ~mask}


def test_what_is_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_text("")
    for name, directory, message in (
        ("directory", False, "is a directory, which is never replaced"),
        ("file", True, "is a file, which is never replaced"),
        ("none/x", False, "There is no directory .*none"),
        ("file/x", False, "There is no directory .*file"),
    ):
        with pytest.raises(FileError, match=message):
            files.free(str(tmp_path / name), directory=directory)


FULL = """
import resource, sys
from bridge import files
from bridge.errors import FileError

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

def write(path):
    with open(path, "wb") as file:
        file.write(bytes(5000))

try:
    files.write_file(files.free(sys.argv[1]), write)
except FileError as error:
    print(error.message)
"""


def test_a_system_that_refuses_is_an_error_in_words_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    said = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "x")], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == f"{tmp_path}/x could not be written: File too large."
    assert (tmp_path / "x").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


READ_ONLY = """
import os, sys
from bridge import files
from bridge.errors import FileError

if os.geteuid() == 0:
    os.setuid(65534)
for path in sys.argv[1:]:
    try:
        files.write_file(files.free(path), lambda place: open(place, "w").close())
    except FileError as error:
        print(error.message)
"""


def test_read_only_files_and_directories_are_errors_in_words() -> None:
    # Below /tmp itself: root's own directories are closed to the user that the test becomes.
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        os.chmod(place, 0o755)
        Path(place, "closed").mkdir(mode=0o555)
        Path(place, "x").write_text("")
        os.chmod(Path(place, "x"), 0o444)
        script = [sys.executable, "-c", READ_ONLY, f"{place}/closed/y", f"{place}/x"]
        said = subprocess.run(script, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == [f"{place}/closed/y could not be written: Permission denied.", f"{place}/x is read-only."]


@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])
def test_a_file_is_read_under_another_name(tmp_path: Path, ending: str) -> None:
    (tmp_path / "any name").write_text("content")
    with files.named(str(tmp_path / "any name"), ending) as path:
        assert path.endswith(ending)
        assert Path(path).read_text() == "content"
    with files.named(path := str(tmp_path / f"x{ending}"), ending) as same:
        assert same == path
