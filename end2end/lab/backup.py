"""Backups, whole: the job and its dumps, retention, and the way back.

The parts stand in `dump` (with `dump_vm` and `dump_ct`), `prune`, `restore` and `archives`.
"""

from __future__ import annotations

from .dump import Dump
from .restore import Restore
from .stats import Stats


class Backup(Dump, Restore, Stats):
    """Mixin: /vzdump, /prunebackups and the restore of a VM."""
