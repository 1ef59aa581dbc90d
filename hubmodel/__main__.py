"""The command line as ``python -m hubmodel``."""

from hubmodel.cli import main

if __name__ == "__main__":
    main()
