"""What a release takes out of earlier change lists to protect people, and how it reads its own bundle."""

import json
from types import SimpleNamespace

from small_versions import changed, record, registers, release, schema, texts

from csea.project import VERSIONS
from csea.release.bundle import zip_bytes
from csea.release.promises import redacted, witnessed

LIST = "data/changes/0.1.0.csv"
SCHEMAS = {
    "releases": schema("releases", {"release_id": "string", "place": "string"}, ["release_id"]),
    "release_conduct": schema(
        "release_conduct", {"release_id": "string", "conduct": "string"}, ["release_id", "conduct"]
    ),
    "withheld": schema("withheld", {"key_sha256": "string"}, ["key_sha256"]),
}
BEFORE = {
    "releases": texts("release_id place", ("r0000001", "Elmwood"), ("r0000002", "Oakville")),
    "release_conduct": texts("release_id conduct", ("r0000001", "csam")),
    "withheld": texts("key_sha256"),
}
NOW = {
    "releases": BEFORE["releases"].slice(1),
    "release_conduct": texts("release_id conduct"),
    "withheld": texts("key_sha256", ("aa",)),
}
IDS = registers(("r0000001", "aa", "0.1.0", "withdrawn", None), ("r0000002", "bb", "0.1.0", "active", None))


def project(folder):
    release(folder, "0.1.0", {}, BEFORE, SCHEMAS)
    record(folder)
    return SimpleNamespace(
        root=folder, tables=SCHEMAS, released=json.loads((folder / VERSIONS).read_text())["versions"]
    )


def test_what_is_withdrawn_for_privacy_goes_from_earlier_lists(tmp_path):
    small = project(tmp_path)
    before = (tmp_path / LIST).read_bytes()
    found = redacted(small, changed("0.2.0", BEFORE, NOW, SCHEMAS, ids=IDS))
    assert list(found.lists) == [LIST]
    text = found.lists[LIST].decode()
    assert "csam" not in text and "Elmwood" not in text and "r0000001" in text and "Oakville" in text
    assert found.entries[0]["redacted"] == ["release_conduct", "releases"]
    assert (tmp_path / LIST).read_bytes() == before  # the release writes it, nobody else


def test_what_is_withdrawn_otherwise_stays(tmp_path):
    otherwise = changed("0.2.0", BEFORE, NOW | {"withheld": texts("key_sha256")}, SCHEMAS)
    assert redacted(project(tmp_path), otherwise) is None


def test_bundle_whose_descriptor_names_another_hash_is_refused():
    descriptor = b'{"name": "x", "resources": [{"name": "a", "path": "a.csv", "hash": "sha256:0", "format": "csv"}]}'
    files = {"datapackage.json": descriptor, "a.csv": b"id\n1\n"}
    assert "published.hash" in [problem.rule for problem in witnessed(zip_bytes("top", files, "2026-01-02"))]
