"""Settings: the file, the environment over it, secrets from files, and an error that names the nearest name."""

from pathlib import Path

import pytest

from digest.errors import SettingsError
from digest.settings import Settings, load_settings


def test_the_environment_stands_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    config = tmp_path / "digest.toml"
    config.write_text('web_port = 9000\nchunk_size = 50\nstate = "here"\n')
    settings = load_settings(config, environ={"DIGEST_WEB_PORT": "9001", "PATH": "/bin"})
    assert (settings.web_port, settings.chunk_size, settings.tick_seconds) == (9001, 50, 5.0)
    assert settings.state == tmp_path / "here"


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret that is long enough\n")
    assert load_settings(environ={"DIGEST_SECRET_FILE": str(secret)}).secret == "a secret that is long enough"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"DIGEST_CHUNKSIZE": "5"}, "did you mean DIGEST_CHUNK_SIZE"),
        ({"DIGEST_CHUNK_SIZE": "0"}, "setting chunk_size"),
        ({"DIGEST_DATABASE_URL": "mysql://x"}, "must begin with postgresql"),
        ({"DIGEST_TRANSPORT": "mail.example.org"}, "must begin with smtp"),
        ({"DIGEST_SECRET": "short"}, "setting secret"),
        ({"DIGEST_WEB_PORT_FILE": "/x"}, "is no setting"),
        ({"DIGEST_CONFIG": "/nowhere/digest.toml"}, "cannot read the settings file"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_write(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(environ=environ)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    config = tmp_path / "digest.toml"
    config.write_text("web_port = = 1\n")
    with pytest.raises(SettingsError, match=r"digest\.toml is no valid TOML"):
        load_settings(config, environ={})


def test_the_defaults_alone_are_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(environ={}) == Settings()
