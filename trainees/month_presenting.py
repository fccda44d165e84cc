"""How a base's months are told: to the employer, and on the base's page."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from jianxi.cases import Related, hangs_on
from jianxi.lists import Column, Table
from trainees.month_checks import LABEL, Recent, recent


def recent_table(
    rows: list[Recent], row_url: Callable[[Recent], str], who: Callable[[User], str]
) -> Table:
    """`who`: how whoever confirmed is called."""
    return Table(
        [
            Column("月份", lambda row: row.month.words),
            Column("人数", "people", numeric=True, minor=True),
            Column("状态", "state", badge=True),
            Column("核对人", lambda row: row.check and who(row.check.confirmed_by)),
            Column("核对时间", "check.confirmed_at", minor=True),
        ],
        rows,
        row_url,
    )


@hangs_on("base")
def months(request, base) -> Related:
    """Confirmed by whom and when, or not."""
    slug = request.region.slug

    def url_of(row: Recent) -> str:
        return reverse("office:month_check", args=[slug, row.check.pk]) if row.check else ""

    table = recent_table(recent(base, timezone.localdate()), url_of, User.get_full_name)
    return Related(LABEL, table, "", more=False, nothing="近几个月没有人在这里见习。")
