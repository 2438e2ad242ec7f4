"""The pages in a real browser: headless Chromium against the server that `csea serve` starts."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CSEA = Path(sys.executable).parent / "csea"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip(
        "Chromium is not installed (Debian: apt-get install chromium); browser tests skipped", allow_module_level=True
    )


@pytest.fixture(scope="module")
def address():
    port = free_port()
    server = subprocess.Popen([CSEA, "serve", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    answers = any(b"Uvicorn running" in line for line in server.stdout)  # reads until the server says so
    assert answers, "the server stopped before it answered"
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dom(url, tmp_path):
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path}", "--dump-dom", "--virtual-time-budget=3000", url]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_front_page_opens_with_questions_and_tables(address, tmp_path):
    page = dom(address, tmp_path)
    assert "Which duties were met, late or missed" in page
    assert "Duties and funding lines" in page


def test_column_meanings_are_folded_above_a_table(address, tmp_path):
    page = dom(f"{address}/csea/releases", tmp_path)
    assert '<details class="columns"><summary>What the' in page


def test_facets_of_yes_or_no_columns_read_as_yes_and_no(address, tmp_path):
    page = dom(f"{address}/csea/cases", tmp_path)
    assert re.search(r"is_child_exploitation=1[^>]*>yes</a>", page)


def test_a_taken_port_gets_one_clear_sentence(address):
    port = address.rsplit(":", 1)[1]
    result = subprocess.run([CSEA, "serve", "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert result.stderr.strip().count("\n") == 0
    assert f"Port {port} is taken" in result.stderr
