"""A step that fails after it has changed something."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("weight", sa.Integer()))
    op.execute("DELETE FROM outbox")
    op.execute("INSERT INTO nowhere VALUES (1)")
