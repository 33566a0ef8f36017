"""Publishing: a map as a folder of files that any web host can serve.

====================  ==================================================================
:mod:`.columns`       The layer as columns that the browser asks in place of a server
:mod:`.packing`       Data files: scripts that a page can load from a folder, too
====================  ==================================================================
"""
