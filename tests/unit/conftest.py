"""How property tests run: few enough examples to be fast, and no deadline."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unit",
    max_examples=30,
    # The machines that run this are slow now and then, which is not a fault.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unit")
