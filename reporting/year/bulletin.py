"""月度通报: drafted from the submitted figures and the clocks, edited, published."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from accounts.models import Membership, Office, User
from jianxi.history import Entry, acting, version
from jianxi.jobs import JobRefused, job
from jianxi.workflow import Transition, Workflow
from regions.models import District
from reporting.compiling import NoSuchForm, form_for
from reporting.models import Bulletin
from reporting.periods import Period
from reporting.year.measures import BY_KEY, LATE, MISSING, ON_TIME, measured

KIND = "bulletin"  # of messages
State = Bulletin.State
NAMED, MOST_NAMED = 3, 5  # places that are named in the text, unless too many share them


def may(permission: str, access: Access) -> bool:
    """Bulletins are the region's own: written by its clerks, published by its reviewers."""
    return access.may(permission, District.objects.root())


def _holds(permission):
    return lambda actor, row: may(permission, Access(actor))


@job("draft_bulletin", "起草通报")
def draft_job(row, progress):
    """params: form (key), period (YYYY-MM)."""
    if not may("prepare_reports", Access(row.owner)):
        raise JobRefused("您现在没有起草通报的权限。")
    period = Period.parse(row.params["period"])
    progress(0, 1, "正在汇总")
    try:
        form = form_for(row.region, period, row.params["form"])
    except NoSuchForm as error:
        raise JobRefused(str(error)) from error
    found = draft(form, period)
    progress(1, 1)
    return {"bulletin": found.pk}


def draft(form, period: Period) -> Bulletin:
    """Make the month's bulletin, or bring the figures of its draft up to date: words that somebody
    has changed stay. Raises JobRefused for one that is published. Within `acting`."""
    row, _ = Bulletin.objects.get_or_create(
        region=form.region,
        form_key=form.key,
        period=period.start,
        defaults={"title": title_of(form, period), "drafted_at": timezone.now()},
    )
    row = Bulletin.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state == State.PUBLISHED:
        raise JobRefused("这个月的通报已经发布。需要更正的，先撤回再重新起草。")
    figures = measured(form.region, form, period)
    text = drafted_text(form, period, figures)
    if row.text in ("", row.figures.get("text", "")):
        row.text = text
    row.figures, row.drafted_at = figures | {"text": text}, timezone.now()
    row.save()
    return row


def title_of(form, period: Period) -> str:
    return f"{period.start.year}年{period.start.month}月{form.region.name}就业见习工作情况通报"


def drafted_text(form, period: Period, figures: dict) -> str:
    """A paragraph for each matter; what is not known is left out."""
    units, total = figures["units"], figures["total"]["values"]
    came = {word: [u["name"] for u in units if u["submission"] == word] for word in (LATE, MISSING)}
    in_time = sum(unit["submission"] == ON_TIME for unit in units)
    paragraphs = [
        f"一、报送情况。应报 {len(units)} 个单位，按时报送 {in_time} 个"
        + (f"；迟报：{'、'.join(came[LATE])}" if came[LATE] else "")
        + (f"；未报：{'、'.join(came[MISSING])}，以下各项不含这些单位" if came[MISSING] else "")
        + "。"
    ]
    matters = [
        ("二、基地。", ["bases", "bases_change"]),
        ("三、岗位质量。", ["model_share", "allowance", "accuracy"]),
        ("四、服务情况。", ["arrived", "graduates", "events"]),
        ("五、留用和就业。", ["retention", "employment"]),
        ("六、审核办理。", ["reviews"]),
    ]
    for head, keys in matters:
        said = [_said(key, total[key], units) for key in keys if total[key] is not None]
        if said:
            paragraphs.append(head + "；".join(said) + "。")
    return "\n".join(paragraphs)


def _said(key: str, value, units: list[dict]) -> str:
    measure = BY_KEY[key]
    if key == "bases_change" and value == 0:
        return "与上月持平"
    words = f"{measure.label} {value:+,}" if key == "bases_change" else f"{measure.label} {value:,}"
    words += f" {measure.unit}" if measure.unit != "%" else "%"
    ranked = sorted((u["ranks"][key], u["name"]) for u in units if key in u["ranks"])
    leading = [name for rank, name in ranked if rank <= NAMED]
    worth_naming = leading and len(leading) <= MOST_NAMED and len(units) > NAMED
    return f"{words}，居前的是{'、'.join(leading)}" if worth_naming else words


def told(entries: list[Entry]) -> list[Entry]:
    """A timeline without the texts: that they changed is enough."""
    return [
        replace(
            entry,
            changes=[
                replace(change, before="", after="") if change.label == "正文" else change
                for change in entry.changes
            ],
        )
        for entry in entries
    ]


class MovedOn(Exception):
    """Somebody else has changed the draft in the meantime, or published it."""


def edit(row: Bulletin, *, title: str, text: str, seen: str, actor) -> Bulletin:
    """Change the words of a draft. Raises MovedOn, PermissionDenied."""
    if not may("prepare_reports", Access(actor)):
        raise PermissionDenied
    with acting(actor, "修改通报"):
        row = Bulletin.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state != State.DRAFT or seen != version(row):
            raise MovedOn
        row.title, row.text = title, text
        row.save()
    return row


def _empty(row: Bulletin, actor) -> str:
    return "" if row.text.strip() else "通报还没有正文。"


def _publish(row: Bulletin, actor, *, comment):
    row.published_by, row.published_at = actor, timezone.now()
    url = reverse("office:bulletin", args=[row.region.slug, row.pk])
    messages.notify(readers(), KIND, region=row.region, title=row.title, url=url)


def _withdraw(row: Bulletin, actor, *, comment):
    row.published_by = row.published_at = None


def readers():
    """Who works in an office below the region's own."""
    held = Membership.objects.current(timezone.localdate()).of_people()
    below = held.filter(office_role__office__kind=Office.Kind.HUMAN_RESOURCES).exclude(
        office_role__office__district__parent=None
    )
    return User.objects.filter(pk__in=below.values("user"), is_active=True)


WORKFLOW = Workflow(
    "state",
    [
        Transition(
            "publish",
            "发布",
            frozenset({State.DRAFT}),
            State.PUBLISHED,
            _holds("confirm_reports"),
            check=_empty,
            follow=_publish,
        ),
        Transition(
            "withdraw",
            "撤回",
            frozenset({State.PUBLISHED}),
            State.DRAFT,
            _holds("confirm_reports"),
            comment_required=True,
            follow=_withdraw,
        ),
    ],
)
