"""`python -m lab.mail`: a mail server that keeps nothing.

It says where it is in one JSON line, and prints each mail that it takes as another; it ends when stdin closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import ssl
import sys
import tempfile
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from fakepve.certs import make_cert

from .__main__ import watch_stdin


class Sink:
    """What is done with a mail: it is refused, or printed."""

    def __init__(self, refusals: list[str], recipients: list[str], is_wrapped: bool) -> None:
        self.refusals = refusals
        # Each an address and the answer to it.
        self.recipients = recipients
        # The server itself knows only of TLS that began with STARTTLS.
        self.is_wrapped = is_wrapped

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Each refusal is for one attempt to write to that address; the others are taken (RFC 5321, 3.3)."""
        for refusal in self.recipients:
            refused, _, answer = refusal.partition(" ")
            if refused == address:
                self.recipients.remove(refusal)
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """As RFC 5321 (4.2) numbers the answers. Each refusal is for one mail."""
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        parts = {kind: body.get_content() for kind in ("plain", "html") if (body := mail.get_body((kind,)))}
        line = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": dict(mail.items()), **parts,
                "tls": self.is_wrapped or session.ssl is not None, "user": session.auth_data and session.auth_data.login.decode()}  # fmt: skip
        print(json.dumps(line), flush=True)
        return "250 OK"


async def serve(args: argparse.Namespace, directory: Path) -> None:
    """Open it, print the line, wait for the end."""
    loop = asyncio.get_running_loop()
    cert, key, _ = make_cert(str(directory), name="mail", hosts=("127.0.0.1",))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cert, key)

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: object) -> AuthResult:
        is_right = (
            isinstance(given, LoginPassword) and given.login == b"drover" and given.password == args.password.encode()
        )
        return AuthResult(success=is_right, handled=False, auth_data=given)

    sink = Sink(args.refuse, args.refuse_recipient, args.security == "tls")

    def session() -> SMTP:
        return SMTP(
            sink, hostname="mail.lab", loop=loop,
            tls_context=tls if args.security == "starttls" else None, require_starttls=args.security == "starttls",
            authenticator=check, auth_required=bool(args.password), auth_require_tls=args.security == "starttls",
        )  # fmt: skip

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls if args.security == "tls" else None)
    line = {"port": server.sockets[0].getsockname()[1], "authority": Path(cert).read_text()}
    print(json.dumps(line), flush=True)
    end = asyncio.Event()
    threading.Thread(target=watch_stdin, args=(loop, end), daemon=True).start()
    await end.wait()
    server.close()


def main() -> int:
    """Run until stdin closes."""
    p = argparse.ArgumentParser(prog="lab.mail", description="A mail server that prints what it takes.")
    p.add_argument("--security", choices=("none", "starttls", "tls"), default="none")
    p.add_argument("--password", default="", help="of the user drover; without one nobody has to sign in")
    p.add_argument("--refuse", action="append", default=[], metavar="ANSWER", help="answer a mail so, one after another")
    p.add_argument("--refuse-recipient", action="append", default=[], metavar="ADDRESS ANSWER",
                   help="answer whoever writes to this address so, one after another")  # fmt: skip
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="drover-mail-") as directory:
        asyncio.run(serve(p.parse_args(), Path(directory)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
