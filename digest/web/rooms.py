"""The settings' rooms behind one router: accounts, people, the log, sources, newsletters, slots."""

from fastapi import APIRouter

from digest.web import account, logbook, people, sources

router = APIRouter()
for room in (account, people, logbook, sources):
    router.include_router(room.router)
