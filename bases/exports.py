"""The lists of bases and of who acts for employers, on the page and as xlsx."""

import django_filters
from django.db.models import OuterRef, Subquery

from bases.forms import BaseFilter
from bases.models import Authority, Base, InsuredHeadcount
from bases.queries import BaseState
from jianxi.lists import WHERE, Column, ListFilter, RecordList, listed


@listed
class BaseList(RecordList):
    name = "bases"
    label = "见习基地"
    filters = BaseFilter
    order = "recognised_on"
    opens = "office:base"
    empty = "单位的申报认定以后，或者随台账导入以后，在这里查询、更正。"

    def rows(self):
        insured = InsuredHeadcount.objects.filter(profile=OuterRef("profile"))
        return (
            Base.objects.standing()
            .with_state(self.today)
            .annotate(insured=Subquery(insured.order_by("-as_of").values("count")[:1]))
            .select_related("profile__employer", "district")
        )

    def columns(self):
        return [
            Column("单位名称", "profile.name"),
            Column("统一社会信用代码", "profile.employer.uscc", minor=True),
            Column(WHERE, "district.name"),
            Column("状态", lambda base: BaseState(base.state), badge=True),
            Column("单位类型", "profile.kind", minor=True),
            Column("行业", "profile.industry", minor=True),
            Column("成立日期", "profile.founded_on", on_page=False),
            Column("参保人数", "insured", numeric=True, minor=True),
            Column("重点企业类别", "profile.key_enterprise", on_page=False),
            Column("推荐部门", "profile.recommended_by", on_page=False),
            Column("联系人", lambda base: base.profile.masked("contact_name"), on_page=False),
            Column("联系电话", lambda base: base.profile.masked("contact_phone"), on_page=False),
            Column("认定日期", "recognised_on"),
            Column("有效期至", "valid_until"),
            Column("退出日期", "exited_on", on_page=False),
            Column("退出原因", "exit_reason", on_page=False),
        ]


class AuthorityFilter(ListFilter):
    words = "单位名称、信用代码"

    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[choice for choice in Authority.State.choices if choice[0] != "draft"],
        method="by_state",
        empty_label="全部",
    )


@listed
class AuthorityList(RecordList):
    name = "authorities"
    label = "单位经办人"
    filters = AuthorityFilter
    opens = "office:authority"
    empty = "单位在网上注册、提交认证后，在这里确认。"

    def rows(self):
        return Authority.objects.filed().select_related("user", "district", "profile")

    def columns(self):
        return [
            Column("单位名称", str),
            Column("统一社会信用代码", "uscc", minor=True),
            Column(WHERE, "district.name"),
            Column("状态", lambda row: Authority.State(row.state), badge=True),
            Column("经办人", lambda row: row.masked("person")),
            Column("负责人", lambda row: "是" if row.is_owner else "", minor=True),
            Column("提交时间", "submitted_at", minor=True),
            Column("办理期限", "due_on", minor=True),
            Column("结束日期", "ended_on", on_page=False),
        ]
