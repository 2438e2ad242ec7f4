"""The code room: what each release says, as tables of facts with who coded them and how.

A batch of the archive goes in at ``batch`` (on all cores: ``pool``), becomes normal text (``text``, ``document``) and
is read by ``rules``: patterns in ``rules/``, a module a variable in ``variables/``, put together in ``release``. What
is found goes to ``data/machine/`` (``found``); ``machine`` makes tables of that, ``hand`` of what a person coded.
``identity`` serves linking alone; ``review`` lets people look at, overrule and measure it all. Every value gets a row
in ``codings``.
"""
