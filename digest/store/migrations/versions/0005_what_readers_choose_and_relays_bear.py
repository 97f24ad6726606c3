"""What readers choose, what checks were overridden and why, and at which pace and in which rounds a mailing goes out."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away yet."""
