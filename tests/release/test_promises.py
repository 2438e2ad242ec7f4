"""What a release takes out of earlier change lists to protect people, and how it reads its own bundle."""

from types import SimpleNamespace

import pyarrow as pa

from csea.io import csv_bytes
from csea.release.bundle import zip_bytes
from csea.release.changes import list_schema
from csea.release.promises import redacted, witnessed

LIST = "data/changes/0.1.0.csv"


def lines(*rows):
    """A change list of these cells; what is not given is empty."""
    columns = list_schema().columns
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns})


def added(table, key, value):
    known = {"version": "0.1.0", "table_name": table, "row_key": key, "op": "row_added", "cause": "curated"}
    return {**known, "new_value": f'{{"release_id":"{value}"}}'}


BEFORE = lines(added("release_conduct", '["r0000001","csam"]', "r0000001"), added("releases", "r0000002", "r0000002"))
GONE = {"version": "0.2.0", "table_name": "releases", "op": "row_removed"}


def project(folder):
    (folder / LIST).parent.mkdir(parents=True)
    (folder / LIST).write_bytes(csv_bytes(BEFORE))
    tables = {"releases": None, "release_conduct": None}
    return SimpleNamespace(root=folder, tables=tables, released=[{"version": "0.1.0"}])


def test_what_is_withdrawn_for_privacy_goes_from_earlier_lists(tmp_path):
    changes = lines({**GONE, "row_key": "r0000001", "cause": "privacy"})
    found = redacted(project(tmp_path), changes)
    assert list(found) == [LIST]
    text = found[LIST].decode()
    assert "csam" not in text and "r0000001" in text and '""release_id"":""r0000002""' in text
    assert (tmp_path / LIST).read_bytes() == csv_bytes(BEFORE)  # the release writes it, nobody else


def test_what_is_withdrawn_otherwise_stays(tmp_path):
    changes = lines({**GONE, "row_key": "r0000001", "cause": "withdrawn_at_source"})
    assert redacted(project(tmp_path), changes) == {}


def test_bundle_whose_descriptor_names_another_hash_is_refused():
    descriptor = b'{"name": "x", "resources": [{"name": "a", "path": "a.csv", "hash": "sha256:0", "format": "csv"}]}'
    files = {"datapackage.json": descriptor, "a.csv": b"id\n1\n"}
    assert "published.hash" in [problem.rule for problem in witnessed(zip_bytes("top", files, "2026-01-02"))]
