"""The settings' rooms behind one router: accounts, people, the log, sources, newsletters, slots."""

from fastapi import APIRouter

from digest.web import account, logbook, people

router = APIRouter()
for room in (account, people, logbook):
    router.include_router(room.router)
