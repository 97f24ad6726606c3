"""The tables: what is counted, claimed or searched. What only editors read is one document per revision."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint, false, text

from digest.store.columns import Document, Moment, RowId

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

newsletters = Table(
    "newsletters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document", Document, nullable=False),
    Column("created", Moment, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document", Document, nullable=False),
    Column("due", Moment, nullable=False, index=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("last_good", Moment),
    Column("failures", Integer, nullable=False, default=0),
    Column("trouble", Text),
    # A visit that was published and waits for a worker, and one that a worker has in hand.
    Column("asked", Moment),
    Column("begun", Moment),
    Column("tried", Moment),
    Column("status", Integer),
    Column("why_due", Text),
    # The address that gave etag and last_modified: they are shown to no other.
    Column("validated", Text),
    # When pages of its entries are to be read next; none: all are.
    Column("pages_due", Moment),
    # Where its publisher says it has moved to for good, since when, and how often that was seen.
    Column("moved_to", Text),
    Column("moved_since", Moment),
    Column("moved_seen", Integer),
    Column("paused", Moment),
    Column("paused_by", Text),
    Column("paused_why", Text),
)

# Who may ask a host next, across all workers and machines.
hosts = Table(
    "hosts",
    metadata,
    Column("name", Text, primary_key=True),
    # Who has a request under way, and until when that is believed of them.
    Column("owner", Text),
    Column("until", Moment, index=True),
    # The pace: nobody asks before.
    Column("free", Moment),
    # 429 and 503 in a row; from the second on all of the host is left alone until `quiet_until`.
    Column("refusals", Integer, nullable=False, default=0),
    Column("quiet_until", Moment),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("fetched", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    # "rules", "all" or "none": what RFC 9309 makes of the answer.
    Column("access", Text, nullable=False),
    Column("rules", Text, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("source_id", Text, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("guid", Text, nullable=False),
    Column("moment", Moment, nullable=False, index=True),
    Column("first_seen", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("document", Document, nullable=False),
    # When its own page is to be read (again), and how often that failed.
    Column("page_due", Moment),
    Column("page_tries", Integer, nullable=False, default=0, server_default="0"),
    # What the next conditional request for it needs, and when it was last read.
    Column("page_etag", Text),
    Column("page_modified", Text),
    Column("page_read", Moment),
    # How the same piece is found again under another guid, or from another source.
    Column("canonical", Text, index=True),
    Column("text_hash", Text, index=True),
    # What the feed itself gave, where its page was read too: the page may give more, and both may be corrected.
    Column("given", Document),
    # It stood there at the first visit of its source, or came out of its archive: it counts by its date alone.
    Column("history", Boolean, nullable=False, default=False, server_default=false()),
    UniqueConstraint("source_id", "guid"),
    Index("ix_entries_source_id_page_due", "source_id", "page_due"),
)

editions = Table(
    "editions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("newsletter_id", Text, ForeignKey("newsletters.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("slot", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("touched", Boolean, nullable=False, default=False),
    Column("changed", Moment, nullable=False),
    Column("approved_sha256", Text),
    Column("held", Text),
    # One edition a slot: a second beat, a lost message or a clock set back cannot make another.
    UniqueConstraint("newsletter_id", "slot"),
    UniqueConstraint("newsletter_id", "number"),
    Index("ix_editions_state_due", "state", "due"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("document", Document, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text),
    # What saves itself while one types is one step: `typing` names the field, `begun` when it began, `folded` what a later saving took in.
    Column("typing", Text),
    Column("begun", Moment),
    Column("folded", Boolean, nullable=False, default=False, server_default=false()),
)

edition_entries = Table(
    "edition_entries",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", RowId, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# What an edition's draft was chosen from, with the reasons: what it left out is not offered to the next one as new.
weighed = Table(
    "weighed",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", RowId, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True, index=True),
    # Its section's key; none: left out.
    Column("section", Text),
    Column("because", Text, nullable=False),
)

# What an edition's items were when they came in: known again in later weeks, and held against what the source says now.
edition_stories = Table(
    "edition_stories",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("item", Text, primary_key=True),
    # No cascade: what ran is known even where its source was removed since.
    Column("entry_id", RowId, ForeignKey("entries.id", ondelete="SET NULL"), index=True),
    Column("canonical", Text, index=True),
    Column("words", Text, index=True),
    Column("taken", Document),
)

# An editor's word on an entry before or beside the draft: into a section, pinned, or left out (no section).
choices = Table(
    "choices",
    metadata,
    Column("newsletter_id", Text, ForeignKey("newsletters.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", RowId, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("section", Text),
    Column("pinned", Boolean, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

renderings = Table(
    "renderings",
    metadata,
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("document", Document, nullable=False),
    Column("at", Moment, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text),
    Column("edition_id", RowId, ForeignKey("editions.id", ondelete="CASCADE"), index=True),
    Column("revision", Integer),
)

mailings = Table(
    "mailings",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("edition_id", RowId, ForeignKey("editions.id"), nullable=False),
    Column("newsletter_id", Text, ForeignKey("newsletters.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("sha256", Text, nullable=False),
    Column("document", Document, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("finished", Moment),
    Column("reason", Text),
    # The edition itself is mailed once; `kind` tells its other mailings apart.
    UniqueConstraint("edition_id", "kind"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("mailing_id", RowId, ForeignKey("mailings.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("owner", Text),
    Column("until", Moment),
    # Claims since the last recipient was settled: a chunk that only ever kills its worker is set aside.
    Column("attempt", Integer, nullable=False, default=0),
    Index("ix_chunks_state_until", "state", "until"),
)

deliveries = Table(
    "deliveries",
    metadata,
    # The pair is the promise: nobody stands twice in the ledger of one mailing.
    Column("mailing_id", RowId, ForeignKey("mailings.id", ondelete="CASCADE"), primary_key=True),
    Column("subscriber_id", RowId, ForeignKey("subscribers.id"), primary_key=True),
    Column("chunk", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Integer),
    Column("reply", Text),
    Column("tries", Integer, nullable=False, default=0),
    # How often its message left and no answer came: whoever sent it ended, or the connection did.
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("next_try", Moment),
    Column("settled", Moment),
    # What came back after it was sent: a class of bounce, or "complaint".
    Column("returned", Text),
    # By which relay the answer came.
    Column("relay", Text),
    # No index holds the state, and room is left on each page: on PostgreSQL settling changes a row in place, and writes no index.
    Index("ix_deliveries_mailing_id_chunk", "mailing_id", "chunk"),
    Index("ix_deliveries_next_try", "next_try", postgresql_where=text("next_try IS NOT NULL"), sqlite_where=text("next_try IS NOT NULL")),
    postgresql_with={"fillfactor": 40},
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("address", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    # Keyed, so that a suppression can outlive the erasure of the address it stands for.
    Column("address_hash", Text, nullable=False, index=True),
    Column("name", Text),
    Column("created", Moment, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber_id", RowId, ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("newsletter_id", Text, ForeignKey("newsletters.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("changed", Moment, nullable=False),
    # The optional sections that the reader does without: their keys, sorted, a space between; none: all are on.
    Column("left_out", Text),
    # When a confirmation was last mailed: the cooldown stands in the upsert's predicate, so a flood of requests mails once.
    Column("asked", Moment),
    Index("ix_subscriptions_newsletter_id_state", "newsletter_id", "state"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("subscriber_id", RowId, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("newsletter_id", Text, ForeignKey("newsletters.id"), nullable=False),
    # The token of the confirmation link, hashed, until it is used once.
    Column("token_hash", Text, unique=True),
    Column("asked", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("confirmed", Moment),
    Column("wording", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("ip", Text),
    Column("user_agent", Text),
    # When its mail is to be published (again); none: it is out, or given up.
    Column("due", Moment, index=True),
    # Until when one worker has it in hand.
    Column("claimed", Moment),
    Column("sent", Moment),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("email", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", RowId, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("ip", Text),
    Column("user_agent", Text),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # What is counted: "sign-in address …", "sign-in ip …", "subscribe ip …".
    Column("subject", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_attempts_subject_at", "subject", "at"),
)

slot_changes = Table(
    "slot_changes",
    metadata,
    Column("newsletter_id", Text, ForeignKey("newsletters.id", ondelete="CASCADE"), primary_key=True),
    Column("slot", Moment, primary_key=True),
    # When it goes out instead; none: that week is skipped.
    Column("due", Moment),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("task", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("error", Text, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    # What it was doing then: a worker's present task.
    Column("doing", Text),
)
