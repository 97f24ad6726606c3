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
    with op.batch_alter_table("revisions") as batch:
        batch.add_column(sa.Column("typing", sa.Text(), nullable=True))
        batch.add_column(sa.Column("begun", MOMENT, nullable=True))
        batch.add_column(sa.Column("folded", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("entries") as batch:
        batch.add_column(sa.Column("canonical", sa.Text(), nullable=True))
        batch.add_column(sa.Column("text_hash", sa.Text(), nullable=True))
        batch.add_column(sa.Column("given", DOCUMENT, nullable=True))
        batch.add_column(sa.Column("history", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("page_etag", sa.Text(), nullable=True))
        batch.add_column(sa.Column("page_modified", sa.Text(), nullable=True))
        batch.add_column(sa.Column("page_read", MOMENT, nullable=True))
        batch.add_column(sa.Column("page_due", MOMENT, nullable=True))
        batch.add_column(sa.Column("page_tries", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_entries_canonical", "entries", ["canonical"])
    op.create_index("ix_entries_text_hash", "entries", ["text_hash"])
    op.create_index("ix_entries_source_id_page_due", "entries", ["source_id", "page_due"])
    with op.batch_alter_table("sources") as batch:
        for name in ("asked", "begun", "tried", "pages_due", "moved_since", "paused"):
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
        for name in ("why_due", "validated", "moved_to", "paused_by", "paused_why"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name in ("status", "moved_seen"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "hosts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("free", MOMENT, nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("quiet_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_hosts"),
    )
    op.create_index("ix_hosts_until", "hosts", ["until"])
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("fetched", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name="pk_robots"),
    )
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
    with op.batch_alter_table("revisions") as batch:
        for column in ("folded", "begun", "typing"):
            batch.drop_column(column)
    op.drop_table("robots")
    op.drop_table("hosts")
    with op.batch_alter_table("sources") as batch:
        for name in ("paused_why", "paused_by", "paused", "moved_seen", "moved_since", "moved_to", "pages_due", "validated", "why_due"):
            batch.drop_column(name)
        for name in ("status", "tried", "begun", "asked"):
            batch.drop_column(name)
    op.drop_table("choices")
    op.drop_table("edition_stories")
    op.drop_table("weighed")
    op.drop_index("ix_entries_source_id_page_due", "entries")
    op.drop_index("ix_entries_text_hash", "entries")
    op.drop_index("ix_entries_canonical", "entries")
    with op.batch_alter_table("entries") as batch:
        for column in ("page_tries", "page_due", "page_read", "page_modified", "page_etag", "history", "given", "text_hash", "canonical"):
            batch.drop_column(column)
