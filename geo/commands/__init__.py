"""The commands of ``incidents``, one module each; :mod:`geo.commands.cli` gathers them."""
