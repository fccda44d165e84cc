"""What a youth has to do about applications, and what others are doing for the youth."""

from django.urls import reverse
from django.utils import timezone

from jianxi.findings import blocking
from jianxi.worklist import YOUTH, Item, source
from regions.policy import policy_at
from trainees import consents, standing
from trainees.facts import findings_of
from trainees.models import Application

State = Application.State
CARD = "bank_card"  # in the policy's before_start


@source(side=YOUTH)
def sent_back(request):
    """To be mended and submitted again."""
    for row in _own(request).filter(state=State.RETURNED).order_by("pk"):
        yield Item(
            kind="报名",
            title=str(row),
            subtitle="区县退回，补正后再提交",
            url=_page(row),
            action="去补正",
            state=State(row.state),
            about=row,
        )


@source(side=YOUTH)
def to_complete(request):
    """A record that does not yet tell whether the youth may take part."""
    trainee = request.trainee
    if trainee.agreements.standing().exists():
        return
    found = findings_of(trainee)
    lacking = [finding.words for finding in found if finding.outcome == "unknown"]
    if lacking and not blocking(found):
        yield Item(
            kind="登记",
            title="把登记填全",
            subtitle=f"还不能判断：{'、'.join(lacking)}",
            url=reverse("me:register", args=[request.region.slug]),
            action="去填写",
        )


@source(side=YOUTH)
def before_signing(request):
    """What signing or starting needs of the youth: a guardian's consent, a card for the allowance."""
    trainee, slug = request.trainee, request.region.slug
    if consents.lacking(trainee) and _own(request).exists():
        yield Item(
            kind="监护人同意",
            title="请监护人同意",
            subtitle="未满 18 周岁，签协议前要办好",
            url=reverse("me:consent", args=[slug]),
            action="去办",
        )
    needed = policy_at(timezone.localdate()).value("before_start", [])
    if CARD in needed and not trainee.bank_card and _is_taken_in(trainee):
        yield Item(
            kind="银行卡",
            title="填写收生活费的银行卡",
            subtitle="上岗前要填好",
            url=reverse("me:register", args=[slug]),
            action="去填写",
        )


@source(side=YOUTH, under_way=True)
def waiting(request):
    """With the district or the base, and until when."""
    rows = _own(request).exclude(state=State.RETURNED).with_contract()
    for row in rows.order_by("due_on", "pk"):
        if standing.is_to_be_signed(row):  # that is the agreement's own item
            continue
        yield Item(
            kind="报名",
            title=str(row),
            subtitle=standing.holder(row),
            url=_page(row),
            action="看办到哪一步",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            state=State(row.state),
            about=row,
        )


def _own(request):
    rows = Application.objects.open().filter(trainee=request.trainee)
    return rows.select_related("region", "district", "position__base__profile")


def _is_taken_in(trainee) -> bool:
    """By a base, or by an agreement that runs."""
    running = trainee.agreements.standing().filter(ended_on=None)
    return running.exists() or Application.objects.taken_in().filter(trainee=trainee).exists()


def _page(row) -> str:
    return reverse("me:application", args=[row.region.slug, row.pk])
