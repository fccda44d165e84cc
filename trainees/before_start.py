"""What must be in order before an internship begins: the policy's `before_start`, and the insurance
where the base is to buy it. Each step says whose it is.
"""

from dataclasses import dataclass

from django.utils import timezone

from regions.policy import Policy, policy_at
from trainees.models import Contract

EMPLOYER, YOUTH = "employer", "youth"
CARD = "bank_card"


@dataclass(frozen=True)
class Step:
    """`whose`: employer or youth. `told`: how it stands, in words. `source`: the clause."""

    key: str
    label: str
    whose: str
    done: bool
    told: str
    source: str

    @property
    def whose_label(self) -> str:
        return {EMPLOYER: "单位办", YOUTH: "本人办"}[self.whose]


def steps(contract: Contract, policy: Policy | None = None) -> list[Step]:
    """In the order they are done; none where the region's documents ask for nothing."""
    policy = policy or policy_at(timezone.localdate())
    asked = policy.get("before_start")
    sources = dict.fromkeys(asked.value, asked.source) if asked else {}
    insurance = policy.get("insurance")
    if insurance and insurance.value["buyer"] == "base":
        sources.setdefault("insurance", insurance.source)
    return [step for step in _all(contract, sources) if step.key in sources]


def lacking(contract: Contract) -> str:
    """Why nobody can arrive yet; "" when all is in order."""
    open_steps = [
        f"{step.label}（{step.whose_label}）" for step in steps(contract) if not step.done
    ]
    return f"上岗前还要办妥：{'、'.join(open_steps)}。" if open_steps else ""


def _all(contract, sources):
    trainee = contract.application.trainee
    card = trainee.masked("bank_card")
    insured = bool(contract.insurer and contract.insurance_number)
    told = f"{contract.insurer} {contract.insurance_number}" if insured else "还没有填写保险单"
    rows = [
        ("identity", "核对身份证件原件", EMPLOYER, *_at(contract.identity_checked_at, "核对")),
        ("insurance", "办好意外伤害保险", EMPLOYER, insured, told),
        (CARD, "登记本人银行卡", YOUTH, bool(card), card or "还没有登记"),
        ("duties_notice_read", "阅读见习须知", YOUTH, *_at(contract.notice_read_at, "阅读")),
    ]
    return [Step(*row, sources.get(row[0], "")) for row in rows]


def _at(moment, verb):
    if moment is None:
        return False, f"还没有{verb}"
    return True, f"已于 {timezone.localtime(moment):%Y-%m-%d %H:%M} {verb}"


# Our own wording of what each side owes the other, for the youth to read before the start.
NOTICE = (
    (
        "开始之前",
        (
            "把最高学历（在读的也算）和身份证件交单位核对，情况有变及时说明。",
            "办一张本人的银行卡，自己保管，不交给任何人。生活费只发到这张卡。",
            "看清协议写的岗位、地点、时间和生活费，自己留一份。",
            "问清楚意外伤害保险由谁买、保险单号是多少。",
        ),
    ),
    (
        "见习当中",
        (
            "听带教老师安排，遵守单位的规章和安全规程，按要求考勤。",
            "每月核对生活费是不是按时、足额到账，并在平台上确认。",
            "单位收押金、扣证件或银行卡，让您做危险的事，您可以拒绝，并向所属区县人社部门投诉。",
            "身体不适或家中有事，先向带教老师请假。",
        ),
    ),
    (
        "结束以后",
        (
            "请单位写考核鉴定、开见习证明，自己留好。",
            "对单位做一次评价，帮助后来的人选择。",
            "换了手机号要告诉单位；有关部门回访时，照实说明情况。",
        ),
    ),
)
