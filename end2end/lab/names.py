"""What the demo's guests are called, how large they are, and which of them are odd."""

from __future__ import annotations

# (purpose, os, cores, memory MiB, disk GiB, tags)
PURPOSES = (
    ("web", "ubuntu", 2, 4096, 32, "production;web"),
    ("api", "debian", 4, 8192, 40, "api;production"),
    ("db-main", "rocky", 8, 32768, 60, "database;production"),
    ("cache", "debian", 2, 8192, 20, "production;redis"),
    ("queue", "ubuntu", 2, 4096, 30, "production;rabbitmq"),
    ("proxy", "debian", 1, 1024, 8, "edge"),
    ("worker", "ubuntu", 4, 8192, 40, "batch;production"),
    ("search", "rocky", 4, 16384, 120, "production;search"),
    ("mail", "debian", 2, 4096, 80, "mail;production"),
    ("git", "debian", 4, 8192, 200, "development"),
    ("ci-runner", "ubuntu", 8, 16384, 80, "ci;development"),
    ("monitoring", "debian", 2, 8192, 100, "metrics;production"),
    ("staging-web", "ubuntu", 2, 2048, 32, "staging;web"),
    ("dns", "debian", 1, 512, 8, "edge"),
    ("staging-db", "rocky", 4, 8192, 60, "database;staging"),
    ("vpn", "debian", 1, 1024, 10, "edge"),
    ("files", "centos", 2, 4096, 400, "office"),
    ("wiki", "ubuntu", 2, 4096, 40, "office"),
    ("erp", "centos", 6, 16384, 150, "office;production"),
    ("desktop", "ubuntu", 4, 8192, 64, "office"),
)
# By position in the list of guests.
ODD = {3: "paused", 7: "backup", 11: "suspended", 14: "nameless", 17: "silent", 19: "no agent", 22: "untagged",
         27: "migrate", 31: "snapshot"}  # fmt: skip


def tag_list(text: str) -> list[str]:
    """The tags of a purpose."""
    return text.split(";")
