"""The settings' rooms behind one router: accounts, people, the log, sources, newsletters, slots."""

from fastapi import APIRouter

from digest.web import account, checks, intake, logbook, newsletters, people, pictures, plans, renewing, returns, slots, sources, teaching

router = APIRouter()
for room in (intake, checks, renewing, account, people, logbook, sources, teaching, newsletters, plans, slots, pictures, returns):
    router.include_router(room.router)
