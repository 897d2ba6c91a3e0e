"""Settings of the test suite."""

from hypothesis import settings

# A test may be slow on a busy machine; speed is the benchmarks' business.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
