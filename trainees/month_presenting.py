"""How a base's months are told: to the employer, and on the base's page."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from jianxi.cases import Related, hangs_on
from jianxi.lists import Column, Table
from trainees.models import Agreement
from trainees.month_checks import LABEL, Difference, Recent, recent
from trainees.month_sheet import Told


def counted(there: int, absent: int) -> str:
    """A month counts who was there; those who were still to come stand in its list too."""
    return f"{there} 人" + (f"，另有没有到岗的 {absent} 人" if absent else "")


def recent_table(
    rows: list[Recent], row_url: Callable[[Recent], str], who: Callable[[User], str]
) -> Table:
    """`who`: how whoever confirmed is called."""
    return Table(
        [
            Column("月份", lambda row: row.month.words),
            Column("人数", lambda row: counted(row.people, row.absent)),
            Column("状态", "state", badge=True),
            Column("核对人", lambda row: row.check and who(row.check.confirmed_by)),
            Column("核对时间", "check.confirmed_at"),
        ],
        rows,
        row_url,
    )


def since_table(
    changes: list[Difference], name: Callable[[Agreement], str], row_url: Callable[[Agreement], str]
) -> Table:
    """What became of a month since it was confirmed; `name`: how the youth is called."""
    return Table(
        [
            Column("姓名", lambda one: name(one.row)),
            Column("核对时", lambda one: _in_words(one.then), broad=True),
            Column("现在", lambda one: _in_words(one.now), broad=True),
        ],
        changes,
        lambda one: row_url(one.row),
    )


def _in_words(said: Told | None) -> str:
    """What a month says of one agreement."""
    if said is None:
        return "不在名单上"
    if said.ended_on:
        outcome = f"，{Agreement.Outcome(said.outcome).label}" if said.outcome else ""
        return f"{said.ended_on} {Agreement.EndKind(said.end_kind).label}{outcome}"
    return f"在岗，{said.arrived_on} 到岗" if said.arrived_on else "还没有到岗"


@hangs_on("base")
def months(request, base) -> Related:
    """Confirmed by whom and when, or not."""
    slug = request.region.slug

    def url_of(row: Recent) -> str:
        return reverse("office:month_check", args=[slug, row.check.pk]) if row.check else ""

    table = recent_table(recent(base, timezone.localdate()), url_of, User.get_full_name)
    return Related(LABEL, table, "", more=False, nothing="近几个月没有人在这里见习。")
