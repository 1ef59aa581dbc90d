"""The version of the model: what every page, workbook, PDF and JSON carries beside the hash of its inputs."""

__version__ = "0.2.0.dev0"
