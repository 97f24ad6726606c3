"""People who work at the desk, and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Who an act or a revision is by where no person did it.
MACHINE = "the machine"
# Who a draft from files is by: a person’s, so that the machine does not lay it out anew from what it gathered.
FROM_FILES = "from files"


class Role(StrEnum):
    """What a person may do at the desk."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in; `password_hash` is an argon2 string."""

    id: int
    email: str
    name: str
    role: Role
    password_hash: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what when: the line in an edition's history. `who` is a name, or MACHINE."""

    at: datetime
    who: str
    what: str
    why: str | None
    edition_id: int | None
    revision: int | None
