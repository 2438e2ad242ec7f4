"""The code room: what each release says, as tables of facts with who coded them and how.

``hand`` takes the releases that a person coded. Every value gets a row in ``codings``.
"""
