"""When a backup job is due: calendar events such as `mon..fri 02:30`, `*/2:00` or `*-*-01 03:00`.

Imitates proxmox-time (calendar_event.rs, week_days.rs), which PVE/CalendarEvent.pm calls: a subset of systemd's, where
a lone figure is a minute and a list, a range or `*/n` stands wherever a figure does. Local time is UTC here.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORDS = {"minutely": "*:*", "hourly": "*:00", "daily": "00:00", "weekly": "mon 00:00", "monthly": "*-*-1 00:00",
         "yearly": "*-1-1 00:00", "annually": "*-1-1 00:00", "quarterly": "*-1,4,7,10-1 00:00",
         "semiannually": "*-1,7-1 00:00", "semi-annually": "*-1,7-1 00:00"}  # fmt: skip
PART = r"(?:\*(?:/\d+)?|\d+(?:\.\.\d+)?(?:/\d+)?(?:,\d+(?:\.\.\d+)?(?:/\d+)?)*)"
EVENT = re.compile(
    rf"(?:(?P<days>[a-z]+(?:\.\.[a-z]+)?(?:,[a-z]+(?:\.\.[a-z]+)?)*) *)?"
    rf"(?:(?:(?P<year>{PART})-)?(?P<month>{PART})-(?P<day>{PART})(?: +|$))?"
    rf"(?:(?:(?P<hour>{PART}):)?(?P<minute>{PART})(?::(?P<second>{PART}))?)?", re.IGNORECASE)  # fmt: skip
# (lowest, one past the highest) of each part.
RANGES = {"year": (0, 2200), "month": (1, 13), "day": (1, 32), "hour": (0, 24), "minute": (0, 60), "second": (0, 60)}
# Far enough for a 29 February.
LOOK_AHEAD = 366 * 9


class BadEvent(ValueError):
    """Not a calendar event."""


@dataclass(frozen=True)
class Event:
    """The figures that each part may have; None stands for all."""

    days: frozenset[int]
    year: frozenset[int] | None
    month: frozenset[int] | None
    day: frozenset[int] | None
    hour: tuple[int, ...]
    minute: tuple[int, ...]
    second: tuple[int, ...]

    def fits(self, at: datetime.date) -> bool:
        """Whether anything is due on a day."""
        return (at.weekday() in self.days and (self.year is None or at.year in self.year)
                and (self.month is None or at.month in self.month)
                and (self.day is None or at.day in self.day))  # fmt: skip


def parse(text: str) -> Event:
    """A calendar event, or BadEvent with the words of Proxmox."""
    event = text.strip().removesuffix("UTC").rstrip()
    event = WORDS.get(event, event)
    found = EVENT.fullmatch(event)
    if not event or not found:
        begun = EVENT.match(event)
        if begun:
            _weekdays(begun["days"])
        rest = event[begun.end() :] if begun else event
        raise BadEvent(_unable(rest, 'Context("date or time specification")' if rest == event else "Nom(Eof)"))
    days = _weekdays(found["days"])
    part = {name: _part(found[name], name) for name in RANGES}
    if found["minute"] is None:
        part.update(hour=frozenset({0}), minute=frozenset({0}))
    if found["second"] is None:
        part["second"] = frozenset({0})
    hour, minute, second = (_all(part[n], n) for n in ("hour", "minute", "second"))
    return Event(days, part["year"], part["month"], part["day"], hour, minute, second)


def _unable(where: str, why: str) -> str:
    return f"unable to parse calendar event at '{where}' - {why}"


def _all(values: frozenset[int] | None, name: str) -> tuple[int, ...]:
    return tuple(sorted(range(*RANGES[name]) if values is None else values))


def _weekdays(text: str | None) -> frozenset[int]:
    if not text:
        return frozenset(range(7))
    out: set[int] = set()
    for one in text.lower().split(","):
        first, _, last = one.partition("..")
        a = _weekday(first)
        b = _weekday(last) if last else a
        # `sat..mon` goes round the end of the week.
        out |= {(a + n) % 7 for n in range((b - a) % 7 + 1)}
    return frozenset(out)


def _weekday(text: str) -> int:
    for n, name in enumerate(DAYS):
        if text in (name, name[:3]):
            return n
    raise BadEvent(_unable(text, 'Context("weekday")'))


def _part(text: str | None, name: str) -> frozenset[int] | None:
    low, high = RANGES[name]
    if text is None or text == "*":
        return None
    out: set[int] = set()
    for one in text.split(","):
        span, _, step = one.partition("/")
        first, _, last = span.partition("..")
        if any(x.isdigit() and int(x) >= high for x in (first, last, step)):
            raise BadEvent(_unable(one, 'Context("time value too large")'))
        a = low if first == "*" else int(first)
        b = int(last) if last else (high - 1 if step else a)
        if a > b:
            raise BadEvent(_unable(one, 'Context("range start is bigger than end")'))
        # A step of nothing never moves on.
        out |= set(range(a, b + 1, int(step))) if step and int(step) else {a} if step else set(range(a, b + 1))
    return frozenset(out)


def after(event: Event, now: float) -> int | None:
    """The first moment after `now` at which an event is due."""
    start = datetime.datetime.fromtimestamp(int(now) + 1, datetime.timezone.utc)
    day = start.date()
    for n in range(LOOK_AHEAD):
        date = day + datetime.timedelta(days=n)
        if not event.fits(date):
            continue
        for hour in event.hour:
            if n == 0 and hour < start.hour:
                continue
            for minute in event.minute:
                for second in event.second:
                    at = datetime.datetime(
                        date.year, date.month, date.day, hour, minute, second, tzinfo=datetime.timezone.utc
                    )
                    if at >= start:
                        return int(at.timestamp())
    return None


def next_run(schedule: str, now: float) -> int | None:
    """The next time a schedule falls due; None for one that never does, or is none."""
    try:
        return after(parse(schedule), now)
    except BadEvent:
        return None
