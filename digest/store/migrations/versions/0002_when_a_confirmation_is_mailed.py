"""When a confirmation is due to be mailed, who mails it now, and when it went out."""

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consents") as batch:
        batch.add_column(sa.Column("due", MOMENT, nullable=True))
        batch.add_column(sa.Column("claimed", MOMENT, nullable=True))
        batch.add_column(sa.Column("sent", MOMENT, nullable=True))
    op.create_index("ix_consents_due", "consents", ["due"])


def downgrade() -> None:
    op.drop_index("ix_consents_due", "consents")
    with op.batch_alter_table("consents") as batch:
        batch.drop_column("sent")
        batch.drop_column("claimed")
        batch.drop_column("due")
