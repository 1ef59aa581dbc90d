"""What all tests share. Warnings are errors (pyproject.toml)."""

from hypothesis import settings

# A slow machine is not a failed test; in CI the examples are the same every time.
settings.register_profile("hubmodel", deadline=None)
settings.register_profile("hubmodel-ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("hubmodel-ci" if settings.get_current_profile_name() == "ci" else "hubmodel")
