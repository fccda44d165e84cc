"""Where a month stands: its clock, whether it is late, and who can act next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone

from accounts.models import Membership, Office, Role, User
from accounts.rights import FROM_ABOVE, RIGHTS
from jianxi.clocks import Clock
from regions.models import District
from reporting.corrections import is_under_way
from reporting.freezing import is_late
from reporting.models import Report
from reporting.queries import STANDING

State = Report.State
ROLE_OF = {"prepare_reports": Role.CLERK, "confirm_reports": Role.REVIEWER}
ROLE_OF |= {"review_reports": Role.REVIEWER}


def clock_of(report: Report | None, calendar) -> Clock | None:
    """Until the month is submitted for the first time; None where there is no deadline. A month
    that was returned is late or not by its first submission, and has no clock."""
    if report is None or report.due_on is None or report.first_submitted_at:
        return None
    today = timezone.localdate()
    return Clock.at(today, report.due_on, calendar, provisional=report.due_is_provisional)


def was_late(report: Report) -> bool:
    """Submitted late the first time, or overdue now."""
    return is_late(report, timezone.now())


class CameIn(TextChoices):
    """How a unit's month came in: the one answer for boards, charts and bulletins, each unit in one
    of them. Late is who stands and submitted late the first time. What was returned or taken back is
    not in until it is submitted again, nor is what waits to be confirmed."""

    IN_TIME = "in_time", "按时"
    LATE = "late", "迟报"
    RETURNED = "returned", "退回未重报"
    OVERDUE = "overdue", "超期未报"
    MISSING = "missing", "未报"
    NOT_DUE = "not_due", "未到期"

    @property
    def is_in(self) -> bool:
        return self in (CameIn.IN_TIME, CameIn.LATE)


def came_in(report: Report | None) -> CameIn:
    """None: not compiled yet. Reports that are many come `with_corrections`, or each is asked for."""
    if report is None:
        return CameIn.MISSING
    if report.state in STANDING or _is_corrected(report):
        return CameIn.LATE if was_late(report) else CameIn.IN_TIME
    if report.first_submitted_at:
        return CameIn.RETURNED
    if timezone.localdate() <= report.ends_on:
        return CameIn.NOT_DUE
    return CameIn.OVERDUE if was_late(report) else CameIn.MISSING


def _is_corrected(report: Report) -> bool:
    """What was handed up to be confirmed may be a correction; until it is in, the old one stands."""
    if report.state != State.CONFIRMING:
        return False
    known = getattr(report, "under_correction", None)
    return is_under_way(report) if known is None else known


def word_of(report: Report | None) -> tuple[str, str]:
    """Where a month stands as who waits for it sees it: a word and its tone."""
    if report is None:
        return State.OPEN.label, "neutral"
    if report.state not in (State.OPEN, State.COMPILED):
        return report.get_state_display(), TONES[report.state]
    found = came_in(report)
    return found.label, TONES.get(found, "neutral")


TONES = {
    CameIn.OVERDUE: "late",
    CameIn.RETURNED: "due",
    State.CONFIRMING: "brand",
    State.SUBMITTED: "brand",
    State.RETURNED: "due",
    State.CORRECTING: "due",
    State.APPROVED: "good",
    State.LOCKED: "good",
}


@dataclass(frozen=True)
class Next:
    """Whose turn it is: the permission it takes, held on `unit`."""

    permission: str
    unit: District

    def words(self, holders: Mapping[tuple[str, int], list[str]]) -> str:
        who = f"{self.unit.name}{ROLE_OF[self.permission].label}"
        if names := holders.get((self.permission, self.unit.pk), []):
            return f"{who}（{'、'.join(names)}）"
        for above in self.further_up():
            if names := holders.get((self.permission, above.pk), []):
                return f"{who}（还没有人员，由{above.name}{'、'.join(names)}代为办理）"
        return f"{who}（还没有人员）"

    def further_up(self) -> list[District]:
        """The units above, nearest first, whose turn it is where nobody is able to in this one;
        none for what is a unit's own to do."""
        above, found = self.unit.parent if self.permission in FROM_ABOVE else None, []
        while above is not None:
            found.append(above)
            above = above.parent
        return found


def next_of(report: Report | None, above: District | None) -> Next | None:
    """Who can act on a report next; None where time, or nobody, has to. `above`: the unit that
    decides on it; None for the region itself, which reports to nobody."""
    if report is None or above is None:
        return None
    match report.state:
        case State.COMPILED | State.RETURNED | State.CORRECTING:
            return Next("prepare_reports", report.district)
        case State.CONFIRMING:
            return Next("confirm_reports", report.district)
        case State.SUBMITTED:
            return Next("review_reports", above)
    return None


def holders(steps: Iterable[Next | None]) -> dict[tuple[str, int], list[str]]:
    """By permission and unit, the names of those who hold it in an office of that very unit, and
    for what is decided from above in those further up."""
    wanted = {
        (step.permission, unit.pk)
        for step in steps
        if step
        for unit in (step.unit, *step.further_up())
    }
    held = _at_work({unit for _, unit in wanted}).values_list(
        "office_role__role", "office_role__office__district", "user__name"
    )
    found: dict[tuple[str, int], list[str]] = {}
    for role, unit, name in held:
        for permission in RIGHTS[Office.Kind.HUMAN_RESOURCES][role]:
            if (permission, unit) in wanted:
                found.setdefault((permission, unit), []).append(name)
    return found


def people_for(step: Next):
    """The users whose turn it is, as `words` tells."""
    rights = RIGHTS[Office.Kind.HUMAN_RESOURCES]
    roles = [role for role, permissions in rights.items() if step.permission in permissions]
    for unit in (step.unit, *step.further_up()):
        held = _at_work([unit.pk]).filter(office_role__role__in=roles)
        if held.exists():
            return User.objects.filter(pk__in=held.values("user"))
    return User.objects.none()


def _at_work(units: Iterable[int]):
    """The memberships of people in the offices of these very units."""
    held = Membership.objects.current(timezone.localdate()).of_people()
    return held.filter(
        user__is_active=True,
        office_role__office__kind=Office.Kind.HUMAN_RESOURCES,
        office_role__office__district__in=units,
    )
