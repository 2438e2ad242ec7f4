"""``python -m csea.cli``: the same as the console script."""

from csea.cli import main

main()
