"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# Written out here, so that a later change of the column types leaves this migration as it ran.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("folded", name="uq_accounts_folded"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_at", "attempts", ["at"])
    op.create_index("ix_attempts_subject_at", "attempts", ["subject", "at"])
    op.create_table(
        "failures",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failures"),
    )
    op.create_index("ix_failures_at", "failures", ["at"])
    op.create_index("ix_failures_task", "failures", ["task"])
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("doing", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeats"),
    )
    op.create_table(
        "newsletters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_newsletters"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("last_good", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_index("ix_sources_due", "sources", ["due"])
    op.create_table(
        "subscribers",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("folded", name="uq_subscribers_folded"),
    )
    op.create_index("ix_subscribers_address_hash", "subscribers", ["address_hash"])
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name="pk_suppressions"),
    )
    op.create_table(
        "consents",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("subscriber_id", ROW_ID, nullable=False),
        sa.Column("newsletter_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("confirmed", MOMENT, nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletters.id"], name="fk_consents_newsletter_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_consents_subscriber_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.UniqueConstraint("token_hash", name="uq_consents_token_hash"),
    )
    op.create_index("ix_consents_expires", "consents", ["expires"])
    op.create_index("ix_consents_subscriber_id", "consents", ["subscriber_id"])
    op.create_table(
        "editions",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("newsletter_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slot", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("touched", sa.Boolean(), nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("approved_sha256", sa.Text(), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletters.id"], name="fk_editions_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("newsletter_id", "number", name="uq_editions_newsletter_id_number"),
        sa.UniqueConstraint("newsletter_id", "slot", name="uq_editions_newsletter_id_slot"),
    )
    op.create_index("ix_editions_state_due", "editions", ["state", "due"])
    op.create_table(
        "entries",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_entries_source_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("source_id", "guid", name="uq_entries_source_id_guid"),
    )
    op.create_index("ix_entries_moment", "entries", ["moment"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", ROW_ID, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_index("ix_sessions_expires", "sessions", ["expires"])
    op.create_table(
        "slot_changes",
        sa.Column("newsletter_id", sa.Text(), nullable=False),
        sa.Column("slot", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletters.id"], name="fk_slot_changes_newsletter_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("newsletter_id", "slot", name="pk_slot_changes"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("subscriber_id", ROW_ID, nullable=False),
        sa.Column("newsletter_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("asked", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletters.id"], name="fk_subscriptions_newsletter_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_subscriptions_subscriber_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subscriber_id", "newsletter_id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_newsletter_id_state", "subscriptions", ["newsletter_id", "state"])
    op.create_table(
        "acts",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("edition_id", ROW_ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_acts_edition_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
    )
    op.create_index("ix_acts_edition_id", "acts", ["edition_id"])
    op.create_table(
        "edition_entries",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("entry_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_edition_entries_edition_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_edition_entries_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "entry_id", name="pk_edition_entries"),
    )
    op.create_index("ix_edition_entries_entry_id", "edition_entries", ["entry_id"])
    op.create_table(
        "mailings",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("newsletter_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("opened", MOMENT, nullable=False),
        sa.Column("finished", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_mailings_edition_id"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletters.id"], name="fk_mailings_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
        sa.UniqueConstraint("edition_id", "kind", name="uq_mailings_edition_id_kind"),
    )
    op.create_index("ix_mailings_state", "mailings", ["state"])
    op.create_table(
        "renderings",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_renderings_edition_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "revision", name="pk_renderings"),
    )
    op.create_index("ix_renderings_sha256", "renderings", ["sha256"])
    op.create_table(
        "revisions",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_revisions_edition_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "revision", name="pk_revisions"),
    )
    op.create_table(
        "chunks",
        sa.Column("mailing_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_chunks_mailing_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mailing_id", "number", name="pk_chunks"),
    )
    op.create_index("ix_chunks_state_until", "chunks", ["state", "until"])
    op.create_table(
        "deliveries",
        sa.Column("mailing_id", ROW_ID, nullable=False),
        sa.Column("subscriber_id", ROW_ID, nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", MOMENT, nullable=True),
        sa.Column("settled", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_deliveries_mailing_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_deliveries_subscriber_id"),
        sa.PrimaryKeyConstraint("mailing_id", "subscriber_id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_mailing_id_chunk_state", "deliveries", ["mailing_id", "chunk", "state"])
    op.create_index("ix_deliveries_next_try", "deliveries", ["next_try"])


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("chunks")
    op.drop_table("revisions")
    op.drop_table("renderings")
    op.drop_table("mailings")
    op.drop_table("edition_entries")
    op.drop_table("acts")
    op.drop_table("subscriptions")
    op.drop_table("slot_changes")
    op.drop_table("sessions")
    op.drop_table("entries")
    op.drop_table("editions")
    op.drop_table("consents")
    op.drop_table("suppressions")
    op.drop_table("subscribers")
    op.drop_table("sources")
    op.drop_table("newsletters")
    op.drop_table("heartbeats")
    op.drop_table("failures")
    op.drop_table("attempts")
    op.drop_table("accounts")
