"""Text to facts: CPU only, deterministic, no network and no clock."""
