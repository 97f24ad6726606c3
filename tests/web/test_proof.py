"""The public key of exports is served to anybody, at addresses that stay, and looking makes none."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from digest.deliver.proof import public_pem, read_public
from digest.deliver.proof_public import fingerprint
from digest.runtime import Runtime, proof_key
from digest.settings import Settings
from digest.web.app import create_app
from tests.web.newsroom import NO_TLS, Served


@pytest.fixture
def runtime(served: Served, tmp_path: Path) -> Iterator[Runtime]:
    opened = Runtime(Settings(state=tmp_path / "state", web_port=served.port))
    served.app = create_app(opened)
    yield opened
    opened.close()


def get(served: Served, kind: str, **headers: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{served.port}/.well-known/digest-exports.{kind}", headers=headers, timeout=60, verify=NO_TLS)


def test_the_key_is_served_as_key_set_and_as_pem_and_may_be_kept_for_an_hour(served: Served, runtime: Runtime) -> None:
    key = proof_key(runtime.settings).public_key()
    for kind, media in (("json", "application/jwk-set+json"), ("pem", "application/x-pem-file")):
        answer = get(served, kind)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
        assert answer.headers["cache-control"] == "public, max-age=3600"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert fingerprint(read_public(answer.text)) == fingerprint(key)
        again = get(served, kind, **{"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert get(served, "pem").text == public_pem(key)
    assert "PRIVATE" not in get(served, "pem").text
    assert json.loads(get(served, "json").text)["keys"][0].keys() == {"kty", "crv", "use", "alg", "kid", "x"}


def test_looking_makes_no_key_and_tells_strangers_nothing_of_files(served: Served, runtime: Runtime) -> None:
    state = runtime.settings.state
    for kind in ("json", "pem"):
        answer = get(served, kind)
        assert (answer.status_code, str(state) in answer.text) == (404, False)
    assert not state.exists()
    state.mkdir()
    (state / "proof.pem").write_text("no key\n", "utf-8")
    assert get(served, "json").status_code == 404
    assert get(served, "txt").status_code in {404, 422}
    posted = httpx.post(f"http://127.0.0.1:{served.port}/.well-known/digest-exports.json", headers={"sec-fetch-site": "none"}, timeout=60)
    assert posted.status_code == 405
