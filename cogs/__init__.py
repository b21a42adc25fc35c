"""Slash commands: Discord in, one service, a rendered reply out."""
