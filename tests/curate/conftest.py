"""What curation makes is held against its hand-kept files as it is without the corrections that people contributed."""

import pytest


@pytest.fixture(scope="session")
def tables(uncorrected_tables):
    return uncorrected_tables
