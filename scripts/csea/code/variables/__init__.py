"""The variables, a module each: what a release's text says of one matter. Their rules are in ``code/rules/``."""
