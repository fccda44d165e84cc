"""月度通报: drafted from the submitted figures and the clocks, edited, published."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from accounts.models import Membership, Office, User
from jianxi.history import acting
from jianxi.jobs import JobRefused, job
from jianxi.locks import Lock, hold
from jianxi.workflow import Transition, TransitionRefused, Workflow
from regions.models import District
from reporting.compiling import NoSuchForm, form_for
from reporting.models import Bulletin, Report, Version
from reporting.periods import Period
from reporting.standing import CameIn
from reporting.year.documents import NUMBERS, words
from reporting.year.meanwhile import hold_against
from reporting.year.measures import measured, own_words

KIND = "bulletin"  # of messages
State = Bulletin.State
LOOKED_AT = frozenset({"publish"})  # decided of what was looked at (seen)
WAYS = {way.label: way for way in CameIn}
NAMED, MOST_NAMED = 3, 5  # places that are named in the text, unless too many share them


def may(permission: str, access: Access) -> bool:
    """Bulletins are the region's own: written by its clerks, published by its reviewers."""
    return access.may(permission, District.objects.root())


def _holds(permission):
    return lambda actor, row: may(permission, Access(actor))


def _leads(job) -> tuple[str, str]:
    return "打开通报", reverse("office:bulletin", args=[job.region.slug, job.result["bulletin"]])


@job("draft_bulletin", "起草通报", leads=_leads)
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


def refusal(form, period: Period) -> str:
    """Why the month's bulletin cannot be drafted; "" where it can."""
    rows = Bulletin.objects.filter(form_key=form.key, period=period.start)
    if rows.filter(state=State.PUBLISHED).exists():
        return "这个月的通报已经发布。需要更正的，先撤回再重新起草。"
    return _nobody_in(form.key, period.start)


def _nobody_in(form_key: str, month: date) -> str:
    if Report.objects.of_month(form_key, month).standing().exists():
        return ""
    return f"{month:%Y-%m} 还没有单位报送，没有可以通报的数。"


def draft(form, period: Period) -> Bulletin:
    """Make the month's bulletin, or bring the figures of its draft up to date: words that somebody
    has changed stay. Raises JobRefused for one that is published. Within `acting`."""
    hold(Lock.YEAR, form.region.pk)  # two who begin it make one
    known = {"region": form.region, "form_key": form.key, "period": period.start}
    row = Bulletin.objects.select_for_update(of=("self",)).filter(**known).first()
    row = row or Bulletin(**known, title=title_of(form, period))
    if why := refusal(form, period):
        raise JobRefused(why)
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
    """A paragraph for each matter; one of which nothing is known is left out."""
    told = _Told(figures["units"], figures["total"]["values"], figures["compared"])
    matters = {
        "报送情况": told.submissions(),
        "见习基地": told.bases(),
        "岗位质量": told.positions(),
        "服务情况": told.services(),
        "留用和就业": told.outcomes(),
        "审核办理": told.reviews(),
    }
    said = [f"{head}。{text}" for head, text in matters.items() if text]
    numbered = (f"{number}、{text}" for number, text in zip(NUMBERS, said, strict=False))
    return own_words("\n".join(numbered), form.region)


@dataclass(frozen=True)
class _Told:
    """Sentences about the figures of a month; "" for what is not known."""

    units: list[dict]
    total: dict
    compared: int  # units whose bases are set against last month's

    def submissions(self) -> str:
        came = {way: [] for way in CameIn}
        for unit in self.units:
            came[WAYS[unit["submission"]]].append(unit["name"])
        text = f"应报送 {len(self.units)} 个单位，"
        in_time = came.pop(CameIn.IN_TIME)
        if len(in_time) == len(self.units):
            return f"{text}全部按时报送。"
        text += f"按时报送 {len(in_time)} 个"
        for way, names in came.items():
            if names:
                text += f"，{way.label} {len(names)} 个（{'、'.join(names)}）"
        number = len(in_time) + len(came[CameIn.LATE])
        if number < len(self.units):
            text += f"。以下各项只含已报送的 {number} 个单位，请其他单位尽快报送"
        return f"{text}。"

    def bases(self) -> str:
        number, change = self.total["bases"], self.total["bases_change"]
        if number is None:
            return ""
        text = f"期末实有见习基地 {number:,} 家"
        if change is not None:
            both = f"两个月都已报送的 {self.compared} 个单位"
            both = both if self.compared < len(self.units) else ""
            moved = f"{'增加' if change > 0 else '减少'} {abs(change):,} 家"
            text += f"，{both}{f'比上月{moved}' if change else '与上月持平'}"
        return f"{text}{self._leading('bases', '数量')}。"

    def positions(self) -> str:
        allowance, model, accuracy = (
            self.total[key] for key in ("allowance", "model_share", "accuracy")
        )
        said = []
        if allowance is not None:
            said.append(f"在册岗位月基本生活费平均 {allowance:,} 元{self._leading('allowance')}")
        if model:
            said.append(f"示范岗位占 {words(model)}%{self._leading('model_share', '占比')}")
        if accuracy is not None:
            said.append(
                f"起草时招募中的岗位信息准确率 {words(accuracy)}%{self._leading('accuracy')}"
            )
        return _sentence(said)

    def services(self) -> str:
        arrived, graduates, events = (self.total[key] for key in ("arrived", "graduates", "events"))
        said = []
        if arrived:
            among = f"，其中高校毕业生 {graduates:,} 人" if graduates is not None else ""
            said.append(f"本月到岗 {arrived:,} 人{among}{self._leading('arrived', '到岗人数')}")
        elif arrived is not None:
            said.append("本月没有新到岗的见习人员")
        if events:
            leading = self._leading("events", "场次")
            said.append(f"举办供需对接和政策宣讲活动 {events:,} 场{leading}")
        elif events is not None:
            said.append("没有举办供需对接和政策宣讲活动")
        return _sentence(said)

    def outcomes(self) -> str:
        completed = self.total.get("completed")
        if completed == 0:
            return "本月没有完成见习的人员，不计算留用率和就业率。"
        if completed is None:
            return ""
        said = [f"本月完成见习 {completed:,} 人"]
        for key, label in (("retention", "留用率 "), ("employment", "就业率（含留用）")):
            if (value := self.total[key]) is not None:
                said.append(f"{label}{words(value)}%{self._leading(key)}")
        return _sentence(said)

    def reviews(self) -> str:
        share = self.total["reviews"]
        if share is None:
            return ""
        what = "本月办结和到期的基地申报、岗位审核、报名审核"
        if share == 100:
            return f"{what}全部按期办理。"
        return f"{what}，按期办理的占 {words(share)}%{self._leading('reviews')}。"

    def _leading(self, key: str, by: str = "") -> str:
        """Who is ahead, where that sets a few apart from the others."""
        places = min(NAMED, max(1, len(self.units) // NAMED))
        ranked = [unit for unit in self.units if key in unit["ranks"]]
        ranked.sort(key=lambda unit: unit["ranks"][key])
        names = [unit["name"] for unit in ranked if unit["ranks"][key] <= places]
        if not names or len(names) > MOST_NAMED or 2 * len(names) >= len(ranked):
            return ""
        return f"，{by}居前的是{'、'.join(names)}"


def _sentence(said: list[str]) -> str:
    return f"{'；'.join(said)}。" if said else ""


def reported_since(row: Bulletin) -> list[Version]:
    """What came in of its month after its figures were taken, the newest of each unit."""
    newest = Version.objects.newest(row.form_key, row.period).filter(
        submitted_at__gt=row.drafted_at
    )
    return list(newest.select_related("report__district"))


def edit(row: Bulletin, *, title: str, text: str, seen: str, actor) -> Bulletin:
    """Change the words of a draft as it was `seen`. Raises MovedOn, TransitionRefused,
    PermissionDenied."""
    if not may("prepare_reports", Access(actor)):
        raise PermissionDenied
    with acting(actor, "修改通报"):
        row = Bulletin.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state != State.DRAFT:
            raise TransitionRefused(f"现在是“{row.get_state_display()}”，不能修改。")
        hold_against(row, seen, what="保存")
        row.title, row.text = title, text
        row.save()
    return row


def _unfit(row: Bulletin, actor) -> str:
    if not row.text.strip():
        return "通报还没有正文。"
    return _nobody_in(row.form_key, row.period)


def _publish(row: Bulletin, actor, *, comment, seen=None):
    if seen is not None:
        hold_against(row, seen, what="发布")
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
            check=_unfit,
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
