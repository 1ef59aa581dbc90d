"""The command line as ``python -m hubmodel.cli``."""

from hubmodel.cli import main

main()
