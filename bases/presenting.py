"""How an application is told, to whoever may see it."""

from bases.models import BaseApplication, Visit
from jianxi.cases import Fact, Section, facts
from jianxi.templatetags.ui import words

OPTIONAL = ("key_enterprise", "relaxed_as", "recommended_by")
HINTS = {
    "licence": "扫描件或照片，信息完整、清晰。",
    "insured": "社保经办机构出具或网上打印的，与填写的人数、日期一致。",
    "relaxation": "选了放宽条件的类别才需要：认定文件、名单或证书。",
    "safety": "已盖章的制度全文。",
    "plan": "已盖章的见习计划。",
    "mentors": "职称、技能等级等证书。",
    "site": "办公或生产场所、见习工位。",
    "other": "没有就不传。",
}


def sections(row: BaseApplication, *, personal: list[Fact], mentors: Fact) -> list[Section]:
    """All of it; whether people are named in full (`personal`, `mentors`) differs by who looks."""
    name, employer = row.profile.name, row.profile.employer
    unit = [
        Fact("单位名称", name),
        Fact("统一社会信用代码", employer.uscc),
        *facts(row, "district", "employer_kind", "industry", "founded_on"),
        Fact("参保人数", row.insured, note=f"截至 {words(row.insured_as_of)}"),
        *facts(row, *(name for name in OPTIONAL if getattr(row, name))),
        *personal,
        *facts(row, "introduction"),
    ]
    written = facts(row, "safety_rules", "internship_plan", "duties")
    return [
        Section("单位", unit),
        Section("见习安排", facts(row, "address", "places_a_year")),
        Section("管理和带教", [*written, mentors]),
    ]


def in_full(row: BaseApplication) -> dict:
    """As the employer itself sees it."""
    personal = [Fact("联系人", row.contact_name), Fact("联系电话", row.contact_phone)]
    return {"personal": personal, "mentors": Fact("带教老师", row.mentors, wide=True)}


def masked(row: BaseApplication, reveal: dict[str, str]) -> dict:
    """As staff see it, who may ask for more (`reveal`: where)."""
    *personal, mentors = facts(row, "contact_name", "contact_phone", "mentors", reveal=reveal)
    return {"personal": personal, "mentors": mentors}


def visit_facts(visit: Visit, *, to_employer: bool = False) -> list[Fact]:
    """What was seen; the employer is told when, where, and what came of it."""
    columns = ["visited_on", "place", "finding"]
    if not to_employer:
        columns += ["people", "premises", "business", "need"]
    return facts(visit, *columns)
