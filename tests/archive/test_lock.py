"""One process at a time changes the archive, others are told who does, and readers go on."""

import os
import signal
from multiprocessing import Pipe

import pytest

from csea.archive import Archive
from csea.errors import UsageError


def hold(folder, ready):
    """Hold the archive open for writing until this process is killed."""
    with Archive.writer(folder, "csea collect --full"):
        ready.send(os.getpid())
        signal.pause()


@pytest.fixture
def holder(folder, forked):
    """A process that has the archive open for writing."""
    here, there = Pipe()
    child = forked(hold, folder, there)
    assert here.poll(60)
    here.recv()
    return child


def test_second_writer_is_told_the_command_and_the_process(folder, holder):
    expected = rf"in use by csea collect --full \(process {holder.pid}, since .* UTC\)"
    with pytest.raises(UsageError, match=expected), Archive.writer(folder, "csea archive import"):
        pass


def test_second_writer_does_not_take_the_holders_name(folder, holder):
    for _ in range(2):
        with pytest.raises(UsageError, match="csea collect --full"), Archive.writer(folder, "csea archive import"):
            pass


def test_lock_ends_with_a_killed_process(folder, holder):
    holder.kill()
    holder.join(60)
    with Archive.writer(folder, "csea archive import") as archive:
        assert archive.value("SELECT count(*) FROM releases") == 0


def test_name_of_a_longer_command_before_does_not_show(folder):
    for purpose in ("csea archive import a-file-with-a-long-name.jsonl", "csea collect"):
        with Archive.writer(folder, purpose):
            written = (folder / "lock").read_text(encoding="utf-8")
    assert written.startswith(f"csea collect (process {os.getpid()}, since ") and written.endswith(" UTC)")


def test_lock_is_given_back_after_an_error(folder):
    with pytest.raises(KeyboardInterrupt), Archive.writer(folder, "csea collect"):
        raise KeyboardInterrupt
    with Archive.writer(folder, "csea collect") as archive:
        assert archive.value("SELECT count(*) FROM releases") == 0


def test_reader_works_meanwhile(folder, holder):
    with Archive.reader(folder) as archive:
        assert archive.value("SELECT count(*) FROM releases") == 0


def test_reader_works_in_the_middle_of_a_transaction(archive, folder, read, release):
    with archive.transaction(), Archive.reader(folder) as reader:
        archive.add(read(release), "doj_api", "page 0", "2025-03-01T00:00:00Z")
        assert reader.value("SELECT count(*) FROM releases") == 0
