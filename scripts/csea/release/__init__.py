"""The release room: versions that one can trust.

``changes`` makes the list of what changed from one version to the next and applies it in both directions, ``causes``
says why each value moved, ``history`` rebuilds any earlier version from the lists, ``ids`` proves that the registers
only grow, ``contract`` that no column goes without notice. Out of scope: making the tables (``build``) and comparing
them (``compare``).
"""
