"""What comes back: returned mails, what became of a delivery after it was sent, and domains that a person looks at."""

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("returned", sa.Text(), nullable=True))
    op.create_table(
        "returns",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bounce_class", sa.Text(), nullable=True),
        sa.Column("mailing_id", ROW_ID, nullable=True),
        sa.Column("subscriber_id", ROW_ID, nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("diagnostic", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("follows", sa.Text(), nullable=False),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_returns_mailing_id_mailings", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_returns_subscriber_id_subscribers", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
        sa.UniqueConstraint("sha256", name="uq_returns_sha256"),
    )
    for column in ("at", "mailing_id", "subscriber_id"):
        op.create_index(f"ix_returns_{column}", "returns", [column])
    op.create_table(
        "returned_domains",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("hard", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_returned_domains_edition_id_editions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "domain", name="pk_returned_domains"),
    )


def downgrade() -> None:
    op.drop_table("returned_domains")
    for column in ("subscriber_id", "mailing_id", "at"):
        op.drop_index(f"ix_returns_{column}", "returns")
    op.drop_table("returns")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("returned")
