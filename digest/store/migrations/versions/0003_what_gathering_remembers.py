"""What gathering remembers: how an entry is known again, what its feed and its page gave, what each edition weighed and took."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("entries") as batch:
        batch.add_column(sa.Column("canonical", sa.Text(), nullable=True))
        batch.add_column(sa.Column("text_hash", sa.Text(), nullable=True))
        batch.add_column(sa.Column("given", DOCUMENT, nullable=True))
        batch.add_column(sa.Column("history", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("page_etag", sa.Text(), nullable=True))
        batch.add_column(sa.Column("page_modified", sa.Text(), nullable=True))
        batch.add_column(sa.Column("page_read", MOMENT, nullable=True))
    op.create_index("ix_entries_canonical", "entries", ["canonical"])
    op.create_index("ix_entries_text_hash", "entries", ["text_hash"])
    op.create_table(
        "weighed",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("entry_id", ROW_ID, nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_weighed_edition_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_weighed_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "entry_id", name="pk_weighed"),
    )
    op.create_index("ix_weighed_entry_id", "weighed", ["entry_id"])
    op.create_table(
        "edition_stories",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("entry_id", ROW_ID, nullable=True),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("taken", DOCUMENT, nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_edition_stories_edition_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_edition_stories_entry_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("edition_id", "item", name="pk_edition_stories"),
    )
    op.create_index("ix_edition_stories_canonical", "edition_stories", ["canonical"])
    op.create_index("ix_edition_stories_words", "edition_stories", ["words"])
    op.create_index("ix_edition_stories_entry_id", "edition_stories", ["entry_id"])
    op.create_table(
        "choices",
        sa.Column("newsletter_id", sa.Text(), nullable=False),
        sa.Column("entry_id", ROW_ID, nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletters.id"], name="fk_choices_newsletter_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_choices_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("newsletter_id", "entry_id", name="pk_choices"),
    )
    # What the editions before looked at and left out is not offered to the next one as if it had just come.
    op.execute(
        "INSERT INTO weighed (edition_id, entry_id, section, because) "
        "SELECT editions.id, entries.id, NULL, 'weighed before reasons were kept' FROM editions JOIN entries "
        "ON entries.moment < editions.slot AND entries.first_seen <= editions.changed "
        "WHERE editions.state NOT IN ('cancelled', 'skipped')"
    )


def downgrade() -> None:
    op.drop_table("choices")
    op.drop_table("edition_stories")
    op.drop_table("weighed")
    op.drop_index("ix_entries_text_hash", "entries")
    op.drop_index("ix_entries_canonical", "entries")
    with op.batch_alter_table("entries") as batch:
        for column in ("page_read", "page_modified", "page_etag", "history", "given", "text_hash", "canonical"):
            batch.drop_column(column)
