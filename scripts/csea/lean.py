"""Use pyarrow without importing pandas, which takes longer than checking the whole dataset does."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec


class _NoPandas:
    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ImportError(name)
        return None


def without_pandas() -> None:
    """Let pyarrow look for pandas and not find it.

    It looks once, at the first value that it is given, to see whether pandas made it. What needs pandas afterwards
    can still import it.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    blocker = _NoPandas()
    sys.meta_path.insert(0, blocker)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(blocker)
