"""Settings of every test run."""

from hypothesis import settings

# A slow machine is no failing test; what takes too long is measured where it is claimed.
settings.register_profile("pcf", deadline=None)
settings.load_profile("pcf")
