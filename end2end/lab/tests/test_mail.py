"""The mail server: it prints what it takes, by TLS or not, and refuses when told."""

from __future__ import annotations

import json
import smtplib
import ssl
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

END2END = Path(__file__).parents[2]


def start(*args: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "lab.mail", *args], cwd=END2END, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip


def line(sink: subprocess.Popen[str]) -> dict[str, object]:
    assert sink.stdout is not None
    return dict(json.loads(sink.stdout.readline()))


def mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "안녕"
    mail.set_content("words\n")
    return mail


def end(sink: subprocess.Popen[str]) -> None:
    assert sink.stdin is not None
    sink.stdin.close()
    assert sink.wait(5) == 0


def test_a_mail_is_printed_once_the_refusals_are_used_up() -> None:
    with start("--refuse", "451 later") as sink:
        with smtplib.SMTP("127.0.0.1", int(str(line(sink)["port"]))) as client:
            with pytest.raises(smtplib.SMTPDataError):
                client.send_message(mail())
            client.send_message(mail())
        taken = line(sink)
        assert (taken["to"], taken["plain"], taken["tls"]) == (["b@example.org"], "words\r\n", False)
        assert taken["headers"]["Subject"] == "안녕"  # type: ignore[index]
        end(sink)


def test_one_recipient_is_refused_and_the_others_are_taken() -> None:
    with start("--refuse-recipient", "b@example.org 550 nobody") as sink:
        with smtplib.SMTP("127.0.0.1", int(str(line(sink)["port"]))) as client:
            to = ["b@example.org", "c@example.org"]
            assert client.send_message(mail(), to_addrs=to) == {"b@example.org": (550, b"nobody")}
            assert client.send_message(mail(), to_addrs=to) == {}
        assert [line(sink)["to"], line(sink)["to"]] == [["c@example.org"], to]
        end(sink)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_by_tls_the_user_has_to_sign_in(security: str) -> None:
    with start("--security", security, "--password", "word") as sink:
        ready = line(sink)
        tls = ssl.create_default_context(cadata=str(ready["authority"]))
        port = int(str(ready["port"]))
        client = (smtplib.SMTP_SSL("127.0.0.1", port, context=tls) if security == "tls"
                  else smtplib.SMTP("127.0.0.1", port))  # fmt: skip
        with client:
            if security == "starttls":
                client.starttls(context=tls)
            with pytest.raises(smtplib.SMTPException):
                client.send_message(mail())
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("drover", "other")
            client.login("drover", "word")
            client.send_message(mail())
        taken = line(sink)
        assert (taken["user"], taken["tls"]) == ("drover", True)
        end(sink)
