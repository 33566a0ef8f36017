"""What is made of a map for readers elsewhere: pages, pictures, feeds, sites, a gate.

Everything here is a pure function of the map: the server answers with it, and a site
without a server is written of it.
"""
