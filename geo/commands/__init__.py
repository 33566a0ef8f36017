"""The commands of ``incidents``, one module each; :mod:`geo.cli` gathers them."""
