"""A rendered message to a place: Discord, the terminal, the preview page."""
