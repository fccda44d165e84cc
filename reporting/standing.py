"""Where a month stands: its clock, whether it is late, and who can act next."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone

from accounts.holders import Holders, upwards
from accounts.models import Role
from accounts.rights import FROM_ABOVE
from jianxi.clocks import Clock
from regions.models import District
from reporting.freezing import is_late
from reporting.models import Report

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
    CONFIRMING = "confirming", "待复核"
    RETURNED = "returned", "退回未重报"
    TAKEN_BACK = "taken_back", "撤回未重报"
    OVERDUE = "overdue", "超期未报"
    MISSING = "missing", "未报"
    NOT_DUE = "not_due", "未到期"

    @property
    def is_in(self) -> bool:
        return self in (CameIn.IN_TIME, CameIn.LATE)


def came_in(report: Report | None) -> CameIn:
    """None: not compiled yet. Reports that are many come `with_corrections`."""
    if report is None:
        return CameIn.MISSING
    if report.stands:
        return CameIn.LATE if was_late(report) else CameIn.IN_TIME
    if report.state == State.CONFIRMING:
        return CameIn.CONFIRMING
    if report.first_submitted_at:
        return CameIn.TAKEN_BACK if report.taken_back else CameIn.RETURNED
    if timezone.localdate() <= report.ends_on:
        return CameIn.NOT_DUE
    return CameIn.OVERDUE if was_late(report) else CameIn.MISSING


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
    CameIn.TAKEN_BACK: "due",
    State.CONFIRMING: "brand",
    State.SUBMITTED: "brand",
    State.RETURNED: "due",
    State.CORRECTING: "due",
    State.APPROVED: "good",
    State.LOCKED: "good",
}


@dataclass(frozen=True)
class Next:
    """Whose turn it is: the permission it takes, held on `unit`; where that decides on what others
    hand up and nobody is able to there, the unit above. `without`: the pk of who may not, having
    submitted it."""

    permission: str
    unit: District
    without: int | None = None

    def words(self, holders: Holders) -> str:
        who = f"{self.unit.name}{ROLE_OF[self.permission].label}"
        above, people = self._at(holders)
        names = "、".join(people.values())
        if above == self.unit:
            return f"{who}（{names}）"
        others = holders.at_work(self.permission, self.unit.path)
        lacking = "没有其他人员" if others else "还没有人员"
        helps = f"由{above.name}{names}代为办理" if above else "请管理员任命"
        return f"{who}（{lacking}，{helps}）"

    def people(self, there: Holders | None = None) -> list[int]:
        """The pks of the users whose turn it is, as `words` tells."""
        return list(self._at(there or holders([self]))[1])

    def _at(self, holders: Holders) -> tuple[District | None, dict[int, str]]:
        """The unit where somebody is able to, and who; None where nobody is."""
        above = self.unit
        while above is not None:
            if people := holders.at_work(self.permission, above.path, self.without):
                return above, people
            above = above.parent if self.permission in FROM_ABOVE else None
        return None, {}


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
            return Next("review_reports", above, without=report.submitter)
    return None


def holders(steps: Iterable[Next | None]) -> Holders:
    """Who holds what these steps take, in their units and those further up."""
    steps = [step for step in steps if step]
    paths = {path for step in steps for path in upwards(step.unit.path)}
    return Holders({step.permission for step in steps}, path__in=paths)
