"""The hand-kept files hold what was compiled elsewhere, cell by cell; only where the compiled files are at hand."""

import csv

import pytest

KEYS = {"milestones": "milestone_id", "figures": "figure_id", "coded_releases": "url"}


def read(path, key):
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row[key])


@pytest.fixture(params=KEYS)
def name(request):
    return request.param


@pytest.fixture
def curated(root, name):
    path = root.parent / "shared" / "curated" / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"skipped: data/inputs/{name}.csv against the compiled {path}, which is not there")
    return read(path, KEYS[name])


@pytest.fixture
def kept(root, name):
    return read(root / "data" / "inputs" / f"{name}.csv", KEYS[name])


def test_kept_file_has_the_columns_of_the_compiled_one(curated, kept):
    assert list(kept[0]) == list(curated[0])


def test_kept_file_has_the_rows_of_the_compiled_one(curated, kept, name):
    assert [row[KEYS[name]] for row in kept] == [row[KEYS[name]] for row in curated]


def test_kept_file_has_the_cells_of_the_compiled_one(curated, kept, name):
    differing = [
        (row[KEYS[name]], column, row[column], other[column])
        for row, other in zip(kept, curated, strict=True)
        for column in other
        if row[column] != other[column]
    ]
    assert differing == []
