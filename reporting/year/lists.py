"""The list of key enterprises, on the page and as xlsx."""

from functools import cached_property

import django_filters

from jianxi.lists import WHERE, Column, ListFilter, RecordList, listed
from reporting.models import KeyEnterprise
from reporting.queries import EnterpriseState
from reporting.units import Units
from reporting.year.enterprises import elsewhere, place_of


class KeyEnterpriseFilter(ListFilter):
    words = "企业名称、信用代码、名单"

    state = django_filters.ChoiceFilter(
        label="状态", choices=EnterpriseState.choices, method="by_state", empty_label="全部"
    )


def state_of(row: KeyEnterprise) -> EnterpriseState:
    if row.employer_id is None:
        return EnterpriseState.UNKNOWN
    return EnterpriseState.BASE if row.is_base else EnterpriseState.KNOWN


def told_elsewhere(row: KeyEnterprise, units: Units) -> str:
    place = elsewhere(row.district_id, row.base_places, units)
    return place and f"基地在{place}"


@listed
class KeyEnterpriseList(RecordList):
    name = "key_enterprises"
    label = "重点企业"
    filters = KeyEnterpriseFilter
    opens = "office:key_enterprise"
    empty = "统筹区管理员导入部门提供的名单以后，在这里核对哪些企业已是基地。"

    def rows(self):
        rows = KeyEnterprise.objects.with_base(self.today)
        return rows.select_related("district", "employer")

    @cached_property
    def units(self) -> Units:
        return Units(self.today)

    def columns(self):
        return [
            Column("企业名称", "name"),
            Column("名单", "list_name", minor=True),
            Column("统一社会信用代码", "uscc", minor=True),
            Column(WHERE, lambda row: place_of(row.district_id, self.units)),
            Column("状态", state_of, badge=True),
            Column("基地在别处", lambda row: told_elsewhere(row, self.units)),
            Column("对应的单位", "employer.name"),
            Column("匹配方式", lambda row: row.get_matched_by_display(), minor=True),
        ]
