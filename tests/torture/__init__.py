"""Kills, faults and long runs: what README's table of results is written from."""
