"""Launchwire: a Discord newswire for missile launches. Importing this package does nothing."""

__version__ = "0.1.0"
