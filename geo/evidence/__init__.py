"""Evidence: copies of the sources, and where in them each claim stands.

``fetch`` (over ``connecting``, ``addresses``, ``unpacking``) and ``capture`` bring a
page in, ``extraction`` reads its text in a process of its own (``quarantine``),
``archive`` keeps it: ``copies`` describes one, ``versions`` lays it down, ``integrity``
checks every byte. ``web_archive`` carries copies as WARC or WACZ, ``revision`` tells
what changed between two. ``anchor`` finds a quote again, ``concordance`` sets text and
layer side by side, ``citing`` says how to cite, ``intake`` is what an editor calls.
"""
