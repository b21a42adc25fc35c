"""A step as a later release may bring one: a new column, and a table that has to be rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("story") as batch:
        batch.alter_column("status", new_column_name="standing")
