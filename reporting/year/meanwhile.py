"""What others did to a report or a bulletin while somebody read or wrote it, so that nobody saves
over or gives out what they have not seen.

A page gives out the version of what it shows; it comes back with what is saved or decided, and is
held against the row, locked.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.utils import timezone

from jianxi.history import LABELS, LONGEST, Change, Entry, fingerprint, timeline
from jianxi.workflow import TransitionRefused

TEXT, DRAFTED = "正文", "起草时间"
FIGURES = "汇总的数字"  # what was brought up to date when it was drafted again
SHOWN = ("title", "text", "figures", "sections")
TOLD = 3  # of what was done in between, the latest


class MovedOn(TransitionRefused):
    """It is not what was seen any more; says who changed it, when, and what of it. `parts`: the
    labels of what changed; `before`: the texts that were seen, by field, none where it is not known
    which."""

    def __init__(self, before, done: list[Entry], what: str):
        self.before = texts_of(before)
        self.parts = {change.label for entry in done for change in entry.changes}
        said = "；".join(_said(entry) for entry in reversed(done[:TOLD]))
        said = f"您打开以后，{said}" if said else "您看到的不是现在的内容"
        super().__init__(f"{said}。这次没有{what}，请看过现在的内容再{what}。")


def now_of(refusal: TransitionRefused | None, texts: dict[str, str]) -> list[tuple[str, str]]:
    """Of the `texts` by label, those that somebody else changed, as they are now."""
    parts = refusal.parts if isinstance(refusal, MovedOn) else set()
    return [(label, text) for label, text in texts.items() if label in parts]


def texts_of(row) -> dict[str, str]:
    """By field, of a row or a version in its history; none of nothing."""
    if row is None:
        return {}
    return row.sections if hasattr(row, "sections") else {"title": row.title, "text": row.text}


def version_of(row) -> str:
    """Of what is read in it; also of a version in the history. "" for nothing."""
    if row is None or row.pk is None:
        return ""
    return fingerprint(*(getattr(row, name, None) for name in SHOWN))


def hold_against(row, seen: str, *, what: str, sections: dict[str, str] | None = None):
    """Raises MovedOn where the row, locked, is not what was `seen`: `what` was not done.
    `sections`: of a text in parts, their labels by key."""
    if seen == version_of(row):
        return
    events = row.pgh_event_model.objects.filter(pgh_obj=row.pk).order_by("-pgh_id")[:LONGEST]
    before = next((event for event in events if version_of(event) == seen), None)
    if before is not None:
        done = timeline(row, after=before.pgh_id)
    else:  # nothing was there to be seen, or it is too long ago
        done = [] if seen else timeline(row)
    raise MovedOn(before, told(done, sections), what)


def _said(entry: Entry) -> str:
    at = f"{timezone.localtime(entry.at):%m-%d %H:%M}"
    labels = [change.label for change in entry.changes]
    done = f"改过{'、'.join(labels)}" if labels else entry.what
    return f"{entry.actor}于 {at} {done}"


def told(entries: Iterable[Entry], sections: dict[str, str] | None = None) -> list[Entry]:
    """A timeline without the texts: that they changed, and in which section, is enough. What was
    begun is told by what it was begun with."""
    return [
        replace(entry, what=entry.note, note="")
        if entry.what == LABELS["insert"] and entry.note
        else replace(entry, changes=[o for c in entry.changes for o in _told(c, sections)])
        for entry in entries
    ]


def _told(change: Change, sections: dict[str, str] | None) -> list[Change]:
    if change.label == DRAFTED:
        return [replace(change, label=FIGURES)]
    if change.label != TEXT:
        return [change]
    if sections is None:
        return [Change(TEXT, "", "")]
    return [
        Change(label, "", "")
        for key, label in sections.items()
        if change.before.get(key, "") != change.after.get(key, "")
    ]
