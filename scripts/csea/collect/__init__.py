"""Collecting: the News API and files that people hold, into the archive.

``client.py`` asks one thing at a time, ``walk.py`` and ``days.py`` decide what to ask, ``intake.py`` stores what
came, ``run.py`` is one run with its report; ``layouts.py`` and ``files.py`` read files in place of the service.
Government press text alone is read: no picture, attachment or other address is ever fetched.
"""
