"""What a month's paper says besides its figures: who signs it, and what is unfinished about it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Office
from reporting.figures import written_out
from reporting.models import Report, Version
from reporting.sheet import Line, Sheet
from reporting.standing import CameIn, came_in

State = Report.State
UNDER_WAY = frozenset({CameIn.CONFIRMING, CameIn.RETURNED, CameIn.TAKEN_BACK})


@dataclass(frozen=True)
class Paper:
    """`details`: for the labels around the table; `note`: what is not in yet, "" for nothing;
    `made_at`: when what it says was submitted, None as long as it can still change."""

    details: dict[str, str]
    note: str
    made_at: datetime | None = None


def paper_of(sheet: Sheet, person: str, phone: str) -> Paper:
    """Of a month that its unit submitted, signed by who did; of another, by who prints it today."""
    if sheet.own.stands:
        return paper_then(sheet.own.version, sheet.unit)
    return Paper(details_of(sheet.unit, person, phone), unfinished(sheet))


def paper_then(version: Version, unit) -> Paper:
    """Of a version, whenever it is printed; signed by who handed it up, where another confirmed."""
    day = timezone.localdate(version.submitted_at)
    confirmed_by = str(version.submitted_by)
    prepared_by = handed_up_by(version)
    details = details_of(unit, prepared_by or confirmed_by, day=day)
    if prepared_by:
        details["复核人"] = confirmed_by
    return Paper(details, "", version.submitted_at)


def handed_up_by(version: Version) -> str:
    """The name of who handed a version up for another to confirm; "" where nobody did. Each time
    its month came to be submitted made one version."""
    events = Report.pgh_event_model.objects.filter(pgh_obj=version.report_id).order_by("pgh_id")
    number, before, by = 0, "", ""
    for state, facts in events.values_list("state", "pgh_context__metadata"):
        if state == State.CONFIRMING:
            by = (facts or {}).get("name", "")
        elif state == State.SUBMITTED and before != State.SUBMITTED:
            number += 1
            if number == version.number:
                return by if before == State.CONFIRMING else ""
        before = state
    return ""


def unfinished(sheet: Sheet) -> str:
    """Of a month that its unit has not submitted: why these are no final figures."""
    today = written_out(timezone.localdate())
    if not sheet.below:
        return f"草稿：截至{today}还没有报送，数字按现在的记录。"
    draft = "" if sheet.unit.is_root else "草稿：本级还没有报送。"
    if not sheet.missing:
        return draft
    if len(sheet.missing) == len(sheet.below):
        return f"{draft}截至{today}，各单位都没有报送；数字按现在的记录。"
    named = "、".join(_named(line) for line in sheet.missing)
    return (
        f"{draft}截至{today}，{len(sheet.missing)} 个单位未报送：{named}；"
        "其数字（灰底）按现在的记录，合计包含在内。"
    )


def _named(line: Line) -> str:
    """With where it stands, of one that was handed up or submitted before."""
    how = came_in(line.report)
    return f"{line.unit.name}（{how.label}）" if how in UNDER_WAY else line.unit.name


def who_signs(unit) -> tuple[str, str]:
    """Name and phone of the office whose stamp a unit's papers bear; the unit's own name where it
    has none."""
    offices = Office.objects.filter(district=unit, kind=Office.Kind.HUMAN_RESOURCES)
    office = offices.order_by("pk").values_list("name", "phone").first()
    return office or (unit.official_name, "")


def details_of(
    unit, person: str, phone: str | None = None, day: date | None = None
) -> dict[str, str]:
    """What is known for the labels around the table, under any of the words forms use. `phone`:
    the office's own unless given."""
    written = written_out(day or timezone.localdate())
    office, office_phone = who_signs(unit)
    return {
        "填报单位（盖章）": office,
        "填报区县": unit.official_name,
        "填报时间": written,
        "填报日期": written,
        "填报人": person,
        "联系人": person,
        "联系电话": office_phone if phone is None else phone,
    }
