"""The link room: documents are not cases. Releases of one prosecution become one case.

``cases`` groups them, derives each case's facts from its releases and lists the uses of platforms.
"""
