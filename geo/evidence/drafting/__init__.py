"""Drafting: what in a text may be an incident, for an editor to accept or refuse.

``sentences`` and ``quoting`` cut the text, ``place_names`` and ``known_names`` find
places, ``date_phrases`` and ``relative_dates`` find dates; ``drafts`` puts them together.
What they know of a language stands in ``languages``, one file each.
"""
