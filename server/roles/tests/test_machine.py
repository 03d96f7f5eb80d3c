"""The roles over real SSH in a machine: what they install answers, and to apply them again changes nothing."""

from __future__ import annotations

import contextlib
import ftplib
import hashlib
import io
import socket
import ssl
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from .conftest import Machine
from .runs import values

LOOPBACK = "127.0.0.1"
# No easy one: SQL, a shell, YAML and Jinja would each make something else of it.
PASSWORD = """it's "{{ 7 * 7 }}" \\n$HOME #"""
PATIENCE = 60


def port() -> int:
    """A port that nobody listens on: the machine shares the network of the host."""
    with socket.create_server((LOOPBACK, 0)) as sock:
        return int(sock.getsockname()[1])


def get(at: int, path: str = "/") -> str:
    """What a web server of the machine answers."""
    with urllib.request.urlopen(f"http://{LOOPBACK}:{at}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def start_as(machine: Machine, user: str, command: str) -> None:
    """Start a program by its own script, as its user: the machine has no systemd."""
    machine.inside("su", "--shell", "/bin/sh", "--command", command, user)


def install(machine: Machine, role: str, **given: Any) -> None:
    """Check a machine that hasn't got the role, apply it, and apply and check it again."""
    assert machine.apply(role, "--check", "--diff", **given).changed()
    assert machine.apply(role, **given).changed()
    assert machine.apply(role, **given).changed() == []
    assert machine.apply(role, "--check", "--diff", **given).changed() == []


def test_web_answers_until_it_is_uninstalled(machine: Machine) -> None:
    at = port()
    given = {"listen_address": LOOPBACK, "port": at}
    install(machine, "web", **given)
    assert "<h1>machine</h1>" in get(at)
    # What somebody put there stays; what somebody changed of the configuration is seen and taken back.
    page = "echo ours >/var/www/site/index.html; echo '# theirs' >>/etc/nginx/sites-available/drover"
    machine.inside("sh", "-c", page)
    drift = machine.apply("web", "--check", "--diff", **given)
    assert drift.changed() == ["web : Write the site"]
    assert "-# theirs" in drift.results("changed")[0]["diff"]
    machine.apply("web", **given).good()
    assert get(at) == "ours\n"

    machine.run("uninstall", "web", given).good()
    assert "nginx" not in machine.inside("ps", "-eo", "comm")
    assert machine.run("uninstall", "web", given).changed() == []


def test_node_exporter_gives_metrics(machine: Machine) -> None:
    at = port()
    install(machine, "node_exporter", listen_address=LOOPBACK, port=at)
    assert "\nnode_memory_MemAvailable_bytes " in get(at, "/metrics")
    # Another port is another configuration: the exporter has to begin anew.
    other = port()
    machine.apply("node_exporter", listen_address=LOOPBACK, port=other).good()
    assert "\nnode_load1 " in get(other, "/metrics")


def test_ftp_lets_its_user_in_and_nobody_else(machine: Machine) -> None:
    at, first = port(), port()
    given = {"listen_address": LOOPBACK, "port": at, "password": PASSWORD}
    given |= {"passive_first": first, "passive_last": first}
    install(machine, "ftp", **given)
    with ftplib.FTP() as plain:
        plain.connect(LOOPBACK, at, timeout=PATIENCE)
        assert plain.getwelcome().startswith("220 ")
        plain.login("ftpuser", PASSWORD)
        plain.storbinary("STOR letter", io.BytesIO(b"hello"))
        assert plain.pwd() == "/" and plain.nlst() == ["letter"]
    assert machine.inside("cat", "/srv/ftp-files/letter") == "hello"
    unknown = ssl.create_default_context()
    unknown.check_hostname, unknown.verify_mode = False, ssl.CERT_NONE
    with ftplib.FTP_TLS(context=unknown) as secured:
        secured.connect(LOOPBACK, at, timeout=PATIENCE)
        secured.login("ftpuser", PASSWORD)
        secured.prot_p()
        assert secured.nlst() == ["letter"]
    for user, password in (("ftpuser", "49"), (machine.line["user"], ""), ("anonymous", "")):
        with ftplib.FTP() as stranger, pytest.raises(ftplib.error_perm, match="530"):
            stranger.connect(LOOPBACK, at, timeout=PATIENCE)
            stranger.login(user, password)

    assert machine.apply("ftp", **given | {"password": "another"}).changed() == ["ftp : Make the user"]
    machine.run("uninstall", "ftp", given).good()
    assert machine.run("uninstall", "ftp", given).changed() == []
    assert "vsftpd" not in machine.inside("ps", "-eo", "comm")
    assert machine.inside("ls", "/srv/ftp-files") == "letter\n"


def test_db_answers_with_the_passwords_that_were_given(machine: Machine) -> None:
    at = port()
    given = {"listen_address": LOOPBACK, "port": at, "database": "my_shop"}
    given |= {"root_password": PASSWORD, "user_password": "00123"}
    install(machine, "db", **given)

    def ask(user: str, password: str, sql: str) -> str:
        who = (f"--host={LOOPBACK}", f"--port={at}", f"--user={user}", f"--password={password}")
        return machine.inside("mariadb", "--no-defaults", *who, "--batch", "--skip-column-names", f"--execute={sql}")

    assert ask("root", PASSWORD, "SELECT CURRENT_USER()") == "root@localhost\n"
    ask("app", "00123", "CREATE TABLE my_shop.goods (name TEXT); INSERT INTO my_shop.goods VALUES ('tea')")
    with pytest.raises(AssertionError, match="denied"):
        ask("app", "00123", "SELECT * FROM mysql.global_priv")
    with pytest.raises(AssertionError, match="denied"):
        ask("app", "00123", "CREATE DATABASE myXshop")
    given["user_password"] = "another"
    assert machine.apply("db", **given).changed() == ["db : Set the user and the password"]
    assert ask("app", "another", "SELECT name FROM my_shop.goods") == "tea\n"


def test_java_is_the_version_that_was_asked_for(machine: Machine) -> None:
    install(machine, "java", version="17")
    assert 'version "17.' in machine.inside("sh", "-c", "java -version 2>&1")
    assert machine.inside("javac", "-version").startswith("javac 17.")
    missing = machine.apply("java", version="8")
    assert missing.code == 2
    assert "openjdk-8-jdk-headless" in missing.results("failed")[0]["message"]


def test_was_is_a_tomcat(machine: Machine) -> None:
    at = port()
    install(machine, "was", listen_address=LOOPBACK, port=at, heap=128)
    folders = "CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=/var/lib/tomcat10"
    start_as(machine, "tomcat", f"{folders} /usr/share/tomcat10/bin/catalina.sh start")
    assert "Tomcat" in answered(at)
    assert "-Xmx128m" in machine.inside("ps", "-ww", "-eo", "args")
    with pytest.raises(urllib.error.HTTPError) as missing:
        get(at, "/nothing")
    assert missing.value.code == 404 and "Apache" not in missing.value.read().decode()
    assert "below 1024" in machine.apply("was", port=80).results("failed")[0]["message"]


ENGINE = """#!/bin/sh
# Answers where its settings say.
cd "$(dirname "$0")/.."
port=$(sed -n 's/^http.port: //p' config/opensearch.yml)
address=$(sed -n 's/^http.host: "\\(.*\\)"/\\1/p' config/opensearch.yml)
exec python3 -m http.server --bind "$address" --directory config/jvm.options.d "$port"
"""


def archive() -> bytes:
    """What a search engine's makers give out, in small."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, mode, text in (("bin/opensearch", 0o755, ENGINE), ("config/opensearch.yml", 0o660, "")):
            entry = tarfile.TarInfo(f"opensearch-1.0/{name}")
            entry.size, entry.mode = len(text), mode
            tar.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


@contextlib.contextmanager
def served(content: bytes) -> Iterator[str]:
    """The address of a file on loopback."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with HTTPServer((LOOPBACK, 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{LOOPBACK}:{server.server_port}/engine.tar.gz"
        server.shutdown()


def test_search_runs_the_archive_that_has_the_checksum(machine: Machine) -> None:
    at, content = port(), archive()
    with served(content) as url:
        given = {"url": url, "listen_address": LOOPBACK, "port": at, "heap": 128}
        wrong = machine.apply("search", **given, checksum="0" * 64)
        assert wrong.names("failed") == ["search : Download the archive"]
        given["checksum"] = hashlib.sha256(content).hexdigest()
        install(machine, "search", **given)
    start_as(machine, "search", "/opt/search/current/bin/opensearch >/dev/null 2>&1 &")
    assert "drover.options" in answered(at)
    machine.run("uninstall", "search", given).good()
    assert machine.run("uninstall", "search", given).changed() == []
    machine.inside("test", "-d", "/var/lib/search", "-a", "!", "-e", "/opt/search")


def answered(at: int) -> str:
    """What a server that was just started answers first."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return get(at)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_another_host_key_stops_the_run(machine: Machine) -> None:
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlHqJt1dmzdcxcOzo4T7RtBQVD6bsBlRWaZ9hAs2Yyn"
    ended = machine.run("apply", "java", {}, host_key=other)
    (line,) = ended.results()
    assert (ended.code, line["status"]) == (4, "unreachable")
    assert "Host key verification failed" in line["message"]


def test_a_system_that_the_role_is_not_made_for_is_refused(machine: Machine) -> None:
    known = {"drover_role": "java", "drover_systems": ["redhat"], "java_version": "default", "java_kind": "jdk"}
    for playbook in ("apply", "uninstall"):
        ended = machine.play(playbook, known)
        (line,) = ended.results("failed")
        assert line["message"].startswith("The role java is made for redhat; this machine runs Debian 12")


def test_root_needs_no_sudo(machine: Machine) -> None:
    assert machine.run("apply", "java", {"version": "17"}, user="root").changed() == []


# Stand-ins that remember what they were asked to change, and say what the real ones say.
POLICY = r"""
cat >/usr/local/sbin/firewall-cmd <<'FAKE'
#!/bin/sh
case "$*" in
  --state) echo running ;;
  "--permanent --query-port="*) grep -qx -- "--permanent --add-port=${2#--query-port=}" /tmp/firewalld ;;
  *) echo "$*" >>/tmp/firewalld ;;
esac
FAKE
cat >/usr/local/sbin/semanage <<'FAKE'
#!/bin/sh
case "$*" in
  *--list*) printf 'ftp_port_t  tcp  %s21, 989, 990\nhttp_port_t  tcp  80, 2121\n' "$(sed -n 's/.*tcp //p' /tmp/semanage)," ;;
  *) echo "$*" >>/tmp/semanage ;;
esac
FAKE
printf '#!/bin/sh\ncat /tmp/booleans\n' >/usr/local/sbin/getsebool
printf '#!/bin/sh\nsed -i "s/^$2 --> off/$2 --> on/" /tmp/booleans\n' >/usr/local/sbin/setsebool
printf 'ftpd_full_access --> off\nftpd_use_passive_mode --> on\n' >/tmp/booleans
mkdir -p /tmp/package/DEBIAN
cat >/tmp/package/DEBIAN/control <<'FAKE'
Package: policycoreutils-python-utils
Version: 99
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: stand-in
FAKE
dpkg-deb --build /tmp/package /tmp/package.deb
dpkg --install /tmp/package.deb
touch /tmp/firewalld /tmp/semanage
chmod +x /usr/local/sbin/*
"""
HARDENED = """
- name: Open
  hosts: all
  gather_facts: false
  vars:
    drover_missing: false
  tasks:
    - name: Read what it is
      ansible.builtin.setup:
        gather_subset: ["!all"]
    - name: Be a system with SELinux
      ansible.builtin.set_fact:
        cacheable: true
        selinux: {status: enabled}
    - name: Open
      ansible.builtin.include_role:
        name: ftp
        tasks_from: redhat
"""


def test_selinux_and_firewalld_let_a_service_in_once(machine: Machine, tmp_path: Path) -> None:
    """The commands alone: no machine of ours has a policy or a firewall."""
    machine.inside("sh", "-c", POLICY)
    (tmp_path / "open.yml").write_text(HARDENED)
    given = values("ftp", {"port": 2121, "password": "x"})
    first = machine.play(str(tmp_path / "open"), given)
    assert "Give the port to the type" in " ".join(first.changed())
    assert machine.inside("cat", "/tmp/semanage") == "port --modify --type ftp_port_t --proto tcp 2121\n"
    assert machine.inside("cat", "/tmp/firewalld").splitlines() == [
        f"{how} --add-port={ports}/tcp" for ports in ("2121", "40000-40099") for how in ("--permanent", "--quiet")
    ]
    assert "off" not in machine.inside("cat", "/tmp/booleans")
    assert machine.play(str(tmp_path / "open"), given).changed() == []
