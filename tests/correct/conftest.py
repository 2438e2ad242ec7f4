"""What is corrected in these tests is the project as it is without the corrections that people contributed."""

import pytest

from csea.project import Project


@pytest.fixture(scope="session")
def project(uncorrected):
    return Project.read(uncorrected)
