"""How often a delivery was in the dark: its message left and nobody knows whether it arrived; after the second time it goes no more."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("doubts", sa.Integer(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        # A longer row needs more room beside it to be changed in place.
        op.execute("ALTER TABLE deliveries SET (fillfactor = 40)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries SET (fillfactor = 45)")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("doubts")
