import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.demo.sink import Sink, Tally, parse_refusal, read_log, tally
from digest.errors import ProcessError, SettingsError

MAIL = (
    b"Message-ID: <one@example.org>\r\nSubject: Dots\r\n\r\n"
    b".\r\n..two dots\r\n.leading dot\r\nplain\r\n\r\n\tTabs and trailing space \r\nUmlaut: \xc3\xbc\r\n"
)


def _send(port: int, recipients: list[str], mail: bytes = MAIL) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=10) as client:
        return client.sendmail("bounce+1@news.example", recipients, mail)


def test_a_message_is_kept_byte_for_byte_and_logged_per_recipient(tmp_path: Path) -> None:
    begun = datetime.now(UTC)
    with Sink(tmp_path) as sink:
        assert _send(sink.port, ["a@example.org", "b@example.net"]) == {}
        first, second = read_log(tmp_path)
    assert [first.rcpt, second.rcpt] == ["a@example.org", "b@example.net"]
    assert {first.mail_from, second.mail_from} == {"bounce+1@news.example"}
    assert first.message_id == second.message_id == "<one@example.org>"
    assert begun <= first.at <= datetime.now(UTC)
    assert first.file == second.file
    assert first.file is not None
    assert (tmp_path / first.file).read_bytes() == MAIL
    assert first.bytes == len(MAIL)
    assert len(list(tmp_path.iterdir())) == 2  # the message and the log: nothing half-written stays


def test_the_log_is_one_json_object_a_line(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        _send(sink.port, ["a@example.org"])
    (line,) = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line).keys() == {"at", "rcpt", "mail_from", "message_id", "file", "bytes"}


def test_refused_recipients_are_answered_so_and_not_kept(tmp_path: Path) -> None:
    rules = [parse_refusal("*@GONE.example:550"), parse_refusal("full*@example.org:452 4.2.2 mailbox full")]
    with Sink(tmp_path, refusals=rules) as sink:
        refused = _send(sink.port, ["a@example.org", "b@gone.example", "full.house@example.org"])
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            _send(sink.port, ["c@gone.example"])
    assert refused["b@gone.example"][0] == 550
    assert refused["full.house@example.org"] == (452, b"4.2.2 mailbox full")
    assert [accepted.rcpt for accepted in read_log(tmp_path)] == ["a@example.org"]
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.parametrize("rule", ["*@x.example", "*@x.example:250", "*@x.example:5x0", ":550"])
def test_a_rule_without_a_code_of_refusal_is_refused(rule: str) -> None:
    with pytest.raises(SettingsError, match="GLOB:CODE"):
        parse_refusal(rule)


def test_the_tally_counts_an_address_that_came_twice(tmp_path: Path) -> None:
    assert tally(tmp_path) == Tally(accepted=0, distinct=0, duplicates=0)
    with Sink(tmp_path, keep_files=False) as sink:
        for recipient in ("a@example.org", "b@example.org", "a@example.org"):
            _send(sink.port, [recipient])
    assert tally(tmp_path) == Tally(accepted=3, distinct=2, duplicates=1)
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]
    assert {accepted.file for accepted in read_log(tmp_path)} == {None}


def test_a_sink_started_again_goes_on_in_the_same_folder(tmp_path: Path) -> None:
    for recipient in ("a@example.org", "b@example.org"):
        with Sink(tmp_path) as sink:
            _send(sink.port, [recipient])
    assert tally(tmp_path).distinct == 2
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_many_messages_go_over_one_connection(tmp_path: Path) -> None:
    with Sink(tmp_path, keep_files=False) as sink, smtplib.SMTP("127.0.0.1", sink.port, local_hostname="client.example") as client:
        for number in range(200):
            client.sendmail("from@example.org", [f"reader{number}@example.org"], MAIL)
    assert tally(tmp_path) == Tally(accepted=200, distinct=200, duplicates=0)


def test_a_delay_holds_the_answer_back(tmp_path: Path) -> None:
    with Sink(tmp_path, delay=0.2) as sink:
        begun = time.monotonic()
        _send(sink.port, ["a@example.org"])
        assert time.monotonic() - begun >= 0.2


def test_it_stops_though_a_client_is_in_mid_message(tmp_path: Path) -> None:
    sink = Sink(tmp_path)
    sink.start()
    client = smtplib.SMTP("127.0.0.1", sink.port, local_hostname="client.example", timeout=60)
    client.ehlo()
    client.mail("from@example.org")
    client.rcpt("a@example.org")
    client.putcmd("data")
    client.getreply()
    client.send(b"Subject: unfinished\r\n")
    begun = time.monotonic()
    sink.stop()
    sink.stop()
    # Left alone it would wait for the client, who has half a minute.
    assert time.monotonic() - begun < 20
    client.close()
    assert read_log(tmp_path) == []


def test_a_port_that_is_taken_is_said_with_the_remedy(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink, pytest.raises(ProcessError, match=rf"{sink.port}.*--port"):
        Sink(tmp_path, sink.port).start()


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProcessError, match="cannot write"):
        Sink(tmp_path / "file").start()


def test_counts_survive_a_kill_of_the_program(tmp_path: Path) -> None:
    ready, kept = tmp_path / "sink.json", tmp_path / "kept"
    command = [sys.executable, "-m", "digest.demo.sink", "--port", "0", "--dir", str(kept), "--ready", str(ready)]
    command += ["--fail-rcpt", "*@gone.example:550"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())}) as process:
        until = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < until:
            time.sleep(0.02)
        port = json.loads(ready.read_text(encoding="utf-8"))["port"]
        assert list(_send(port, ["a@example.org", "b@gone.example"])) == ["b@gone.example"]
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert [accepted.rcpt for accepted in read_log(kept)] == ["a@example.org"]
