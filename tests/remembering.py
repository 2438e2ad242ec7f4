"""A coder that codes each release once, for tests that read the same invented releases again and again."""

from contextlib import contextmanager
from typing import ClassVar

import pytest

from csea.code.batch import Coder, coder_of


class Remembering(Coder):
    """What it finds in a release does not depend on the rest of an archive. For one set of offices and platforms."""

    known: ClassVar = {}

    def _row(self, *values):
        if values not in self.known:
            self.known[values] = super()._row(*values)
        return self.known[values]


@contextmanager
def remembering_coder():
    """Within it, reading an archive in this process codes no release twice."""

    def remembering_of(root):
        coder = coder_of(root)
        return Remembering(coder.aliases, coder.states, coder.kinds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("csea.reading.coder_of", remembering_of)
        yield
