"""Deliveries change in place: no index holds what settling changes, so PostgreSQL writes a row's new version beside it, and no index."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_deliveries_mailing_id_chunk_state", "deliveries")
    op.create_index("ix_deliveries_mailing_id_chunk", "deliveries", ["mailing_id", "chunk"])
    op.drop_index("ix_deliveries_next_try", "deliveries")
    waits = sa.text("next_try IS NOT NULL")
    op.create_index("ix_deliveries_next_try", "deliveries", ["next_try"], postgresql_where=waits, sqlite_where=waits)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries SET (fillfactor = 45)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries RESET (fillfactor)")
    op.drop_index("ix_deliveries_next_try", "deliveries")
    op.create_index("ix_deliveries_next_try", "deliveries", ["next_try"])
    op.drop_index("ix_deliveries_mailing_id_chunk", "deliveries")
    op.create_index("ix_deliveries_mailing_id_chunk_state", "deliveries", ["mailing_id", "chunk", "state"])
