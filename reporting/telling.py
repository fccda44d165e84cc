"""Who is told what became of a month."""

from collections.abc import Iterable

from accounts.messages import notify
from accounts.models import User
from reporting.models import Report

KIND = "month"  # of message


def tell(report: Report, people: Iterable[int], what: str, text: str = "", *, kind: str = KIND):
    """`people`: pks of users; `what` became of it, in the title, with its unit and month."""
    notify(
        User.objects.filter(pk__in=people),
        kind,
        region=report.region,
        title=f"{report.district.name} {report.period:%Y-%m} 月报{what}",
        text=text,
        url=report.told_at,
    )
