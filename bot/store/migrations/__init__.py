"""Alembic's folder: `versions/` holds one file for each released schema step."""
