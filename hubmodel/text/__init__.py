"""Texts, names and numbers as people read and type them, in English and Swedish."""
