"""Static files under their hash: kept for a year, because another content has another address."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from digest.web.house import InHouse

router = APIRouter()


@router.get("/static/{digest}/{name}")
def static_file(digest: str, name: str, request: Request, house: InHouse) -> Response:
    """Return one file of digest/web/static; an old hash gets the present file, not to be kept."""
    body = house.pages.static.get(name)
    if body is None:
        raise HTTPException(404)
    etag = f'"{house.pages.hashes[name]}"'
    keep = "public, max-age=31536000, immutable" if digest == house.pages.hashes[name] else "no-cache"
    headers = {"etag": etag, "cache-control": keep, "content-type": house.pages.content_type(name)}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers)


@router.get("/favicon.ico")
def favicon(house: InHouse) -> Response:
    """The mark, for pages that name none: a mail in the browser has an origin of its own, so it may come from anywhere."""
    headers = {"content-type": house.pages.content_type("mark.svg"), "cross-origin-resource-policy": "cross-origin"}
    return Response(house.pages.static["mark.svg"], headers=headers | {"cache-control": "public, max-age=86400"})


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Past editions may be found; the desk and the readers' own pages may not."""
    return PlainTextResponse("User-agent: *\nAllow: /archive/\nAllow: /subscribe/\nAllow: /static/\nAllow: /pictures/\nDisallow: /\n")
