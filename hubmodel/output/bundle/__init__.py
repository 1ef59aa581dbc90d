"""Bundles: a run with its inputs, sources, results and notebooks in one file that can be verified."""

from hubmodel.output.bundle.verifying import Verification, verify_bundle
from hubmodel.output.bundle.writing import write_bundle

__all__ = ["Verification", "verify_bundle", "write_bundle"]
