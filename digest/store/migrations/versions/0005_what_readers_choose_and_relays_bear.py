"""What readers choose, what checks were overridden and why, and at which pace and in which rounds a mailing goes out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscriptions") as batch:
        batch.add_column(sa.Column("left_out", sa.Text(), nullable=True))
    op.create_table(
        "first_rounds",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_first_rounds_edition_id_editions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", name="pk_first_rounds"),
    )
    op.create_table(
        "departures",
        sa.Column("mailing_id", ROW_ID, nullable=False),
        sa.Column("lead", ROW_ID, nullable=False),
        sa.Column("listed", MOMENT, nullable=False),
        sa.Column("leaves", MOMENT, nullable=True),
        sa.Column("follows", ROW_ID, nullable=True),
        sa.Column("pause", sa.Integer(), nullable=True),
        sa.Column("rule", DOCUMENT, nullable=True),
        sa.Column("ended", MOMENT, nullable=True),
        sa.Column("stopped", MOMENT, nullable=True),
        sa.Column("replaced_by", ROW_ID, nullable=True),
        sa.Column("replaced_state", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_departures_mailing_id_mailings", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lead"], ["mailings.id"], name="fk_departures_lead_mailings", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["follows"], ["mailings.id"], name="fk_departures_follows_mailings", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["replaced_by"], ["mailings.id"], name="fk_departures_replaced_by_mailings", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("mailing_id", name="pk_departures"),
    )
    for column in ("lead", "leaves", "follows", "replaced_by"):
        op.create_index(f"ix_departures_{column}", "departures", [column])
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("relay", sa.Text(), nullable=True))
    op.create_table(
        "pace",
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("free", MOMENT),
        sa.Column("day", sa.Text()),
        sa.Column("used", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("days", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("since", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("until", MOMENT),
        sa.Column("cause", sa.Text()),
        sa.Column("why", sa.Text()),
        sa.Column("opened", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("probing", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("relay", "domain", name="pk_pace"),
    )
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_pictures"),
    )
    op.create_table(
        "picture_wishes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("logo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("entry_id", ROW_ID, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("found_width", sa.Integer(), nullable=True),
        sa.Column("found_height", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("lasting", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due", MOMENT, nullable=True),
        sa.Column("wished", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["pictures.sha256"], name="fk_picture_wishes_sha256_pictures", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("key", name="pk_picture_wishes"),
    )
    op.create_table(
        "edition_pictures",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_edition_pictures_edition_id_editions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "place", name="pk_edition_pictures"),
    )
    op.create_table(
        "approved_pictures",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_approved_pictures_edition_id_editions", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["pictures.sha256"], name="fk_approved_pictures_sha256_pictures"),
        sa.PrimaryKeyConstraint("edition_id", "sha256", name="pk_approved_pictures"),
    )
    op.create_index("ix_approved_pictures_sha256", "approved_pictures", ["sha256"])
    for table, column in (
        ("picture_wishes", "sha256"),
        ("picture_wishes", "due"),
        ("edition_pictures", "wish"),
        ("edition_pictures", "sha256"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "link_checks",
        sa.Column("url_hash", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("leads_to", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("checked", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("url_hash", name="pk_link_checks"),
    )
    op.create_index("ix_link_checks_checked", "link_checks", ["checked"])
    op.create_table(
        "link_rounds",
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("due", MOMENT, nullable=True),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("claimed", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("done", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_link_rounds_edition_id_editions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", name="pk_link_rounds"),
    )
    op.create_index("ix_link_rounds_due", "link_rounds", ["due"])
    op.create_table(
        "overrides",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("edition_id", ROW_ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_overrides_edition_id_editions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
        sa.UniqueConstraint("edition_id", "code", "place", "about", "content", name="uq_overrides_edition_id_code_place_about_content"),
    )


def downgrade() -> None:
    op.drop_table("overrides")
    op.drop_index("ix_link_rounds_due", "link_rounds")
    op.drop_table("link_rounds")
    op.drop_index("ix_link_checks_checked", "link_checks")
    op.drop_table("link_checks")
    for table, column in (
        ("edition_pictures", "sha256"),
        ("edition_pictures", "wish"),
        ("picture_wishes", "due"),
        ("picture_wishes", "sha256"),
    ):
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_index("ix_approved_pictures_sha256", "approved_pictures")
    op.drop_table("approved_pictures")
    for table in ("edition_pictures", "picture_wishes", "pictures"):
        op.drop_table(table)
    op.drop_table("pace")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("relay")
    for column in ("replaced_by", "follows", "leaves", "lead"):
        op.drop_index(f"ix_departures_{column}", "departures")
    op.drop_table("departures")
    op.drop_table("first_rounds")
    with op.batch_alter_table("subscriptions") as batch:
        batch.drop_column("left_out")
