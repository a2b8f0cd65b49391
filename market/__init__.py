"""Chợ Liên Kết."""

#: As in pyproject.toml; an image that runs from a folder has no package to ask.
VERSION = "0.1.0"
