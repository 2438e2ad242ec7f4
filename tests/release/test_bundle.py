"""The bundle: the same bytes for the same contents, and all in it can be verified."""

import io
import shutil
import subprocess
import zipfile

import pytest

from csea.project import DATABASE
from csea.release.bundle import DOCUMENTS, SUMS, bundle_files, bundle_name, sums, zip_bytes

FILES = {"data/towns.csv": b"id\na\n", "VERSION": b"0.1.0\n", "csea.db": bytes(1000)}


def test_same_contents_give_the_same_bytes_whatever_their_order():
    turned = dict(reversed(FILES.items()))
    assert zip_bytes("csea-0.1.0", FILES, "2026-01-02") == zip_bytes("csea-0.1.0", turned, "2026-01-02")


def test_entries_are_sorted_and_have_the_day_and_rights_that_everybody_gets():
    with zipfile.ZipFile(io.BytesIO(zip_bytes("top", FILES, "2026-01-02"))) as archive:
        entries = archive.infolist()
        assert [entry.filename for entry in entries] == ["top/VERSION", "top/csea.db", "top/data/towns.csv"]
        assert {entry.date_time for entry in entries} == {(2026, 1, 2, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
        assert archive.testzip() is None


def test_name_says_the_version():
    assert bundle_name("0.1.0") == "csea-0.1.0.zip"


@pytest.fixture
def repository(tmp_path):
    for path in (*DOCUMENTS, "schemas/towns.schema.json", "schemas/rules/towns.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"old {path}\n")
    return tmp_path


MADE = {
    "VERSION": b"new\n",
    "data/towns.csv": b"id\n",
    "data/parquet/towns.parquet": b"P",
    "data/changes/0.1.0.csv": b"version\n",
    "data/registry/cases.csv": b"id\n",
    DATABASE: b"D",
}


def test_bundle_holds_tables_database_schemas_documents_and_sums(repository):
    files = bundle_files(repository, "0.1.0", MADE)
    assert set(files) == {
        *DOCUMENTS,
        "schemas/towns.schema.json",
        "schemas/rules/towns.yaml",
        "data/towns.csv",
        "data/parquet/towns.parquet",
        "data/changes/0.1.0.csv",
        "csea.db",
        SUMS,
    }
    assert files["VERSION"] == b"new\n"
    assert files["LICENSE"] == b"old LICENSE\n"


def test_document_that_is_missing_is_an_error(repository):
    (repository / "PRIVACY.md").unlink()
    with pytest.raises(FileNotFoundError):
        bundle_files(repository, "0.1.0", MADE)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_sums_are_what_sha256sum_reads(tmp_path):
    for path, data in {**FILES, SUMS: sums(FILES)}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    check = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "VERSION").write_bytes(b"other")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1
