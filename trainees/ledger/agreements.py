"""见习协议: the internship itself."""

from collections import defaultdict
from typing import NamedTuple

from jianxi.ledger.cells import Choice, Day, Money, Number, Text
from jianxi.ledger.sheets import Column, Known, Row, Sheet, describe, register
from jianxi.ledger.tables import AnyOf
from jianxi.tenancy import scopes_disabled
from positions.ledger import Positions
from trainees import overlaps
from trainees.ledger.people import Trainees
from trainees.ledger.words import DOCUMENT_COLUMNS, read_document
from trainees.models import Agreement, Group

EndKind, Outcome = Agreement.EndKind, Agreement.Outcome


class Stored(NamedTuple):
    """An agreement no row changes; `key` is its number, None in another region."""

    key: str | None
    visible: bool


@register
class Agreements(Sheet):
    name = "见习协议"
    model = Agreement
    columns = (
        Column("协议编号", "number", Number(40), required=True),
        *DOCUMENT_COLUMNS,
        Column("岗位编号", "position_number", Number(40), required=True),
        Column("签订日期", "signed_on", Day(), required=True),
        Column("约定开始", "planned_start", Day(), required=True),
        Column("约定结束", "planned_end", Day(), required=True),
        Column("到岗日期", "arrived_on", Day()),
        Column("结束日期", "ended_on", Day(), note="与结束方式一起填写"),
        Column("结束方式", "end_kind", Choice(Agreement.EndKind)),
        Column("结束原因", "end_reason", Text(200)),
        Column("就业去向", "outcome", Choice(Agreement.Outcome), note="提前留用的，空着就是留用"),
        Column("就业日期", "outcome_on", Day()),
        Column("带教老师", "mentor", Text(50)),
        Column("月基本生活费", "allowance", Money(10)),
        Column("保险公司", "insurer", Text(80)),
        Column("保险单号", "insurance_number", Text(60)),
    )
    stored = (
        "trainee",
        "person",
        "position",
        "group",
        *(
            column.name
            for column in columns
            if column.name not in ("document_kind", "document_number", "position_number")
        ),
    )
    refers = {"trainee": Trainees.name, "position": Positions.name}
    defaults = dict.fromkeys(stored) | dict.fromkeys(
        ("end_kind", "end_reason", "outcome", "mentor", "insurer", "insurance_number"), ""
    )

    def __init__(self, book):
        super().__init__(book)
        self._wanted: dict[Row, overlaps.Span] = {}

    def complete(self, row):
        read_document(row)
        super().complete(row)

    def mentions(self):
        return {
            Trainees.name: {row.cells.get("identity") for row in self.rows},
            Positions.name: {row.cells.get("position_number") for row in self.rows},
        }

    def recognise(self, was):
        super().recognise(was)
        was["person"] = self.book[Trainees.name].person_with_id(was["person"])

    def district_of(self, now):
        return self.book[Positions.name].district_of(now["position"].now)

    # ------------------------------------------------------------ judging

    def check(self, row, now, was):
        self._find_others(row, now, was)
        self._check_course(row, now)
        self._check_end(row, now)
        if now["trainee"] and now["position"] and now["signed_on"]:
            self._hint_oddities(row, now)
        if now["person"] and now["signed_on"] and row.read("ended_on"):
            self._wanted[row] = overlaps.Span(
                now["person"], now["signed_on"], now["ended_on"], of=row
            )

    def _find_others(self, row, now, was):
        now["trainee"] = now["person"] = now["position"] = None
        if row.read("document_kind", "document_number"):
            now["trainee"] = self.book[Trainees.name].find(
                row, "证件号码", now["identity"], "这个证件号码的见习人员"
            )
        if row.read("position_number"):
            number = now["position_number"]
            now["position"] = self.book[Positions.name].find(
                row, "岗位编号", number, describe("岗位", number)
            )
        if trainee := now["trainee"]:
            now["person"] = trainee.now["person"]
            # The group is the one at signing: what is signed keeps it.
            now["group"] = (
                was["group"] if was and was["trainee"] is trainee else trainee.now["group"]
            )

    def _check_course(self, row, now):
        signed, arrived, ended = now["signed_on"], now["arrived_on"], now["ended_on"]
        start, end = now["planned_start"], now["planned_end"]
        if start and end and end < start:
            row.fault("约定结束", f"早于约定开始{start}")
        if arrived and arrived > self.book.today:
            row.fault("到岗日期", "还没有到，不能填写以后的日期")
        if ended and ended > self.book.today:
            row.fault("结束日期", "还没有到，不能填写以后的日期")
        if signed and arrived and arrived < signed:
            row.fault("到岗日期", f"早于签订日期{signed}")
        if ended and arrived and ended < arrived:
            row.fault("结束日期", f"早于到岗日期{arrived}")
        elif ended and signed and ended < signed:
            row.fault("结束日期", f"早于签订日期{signed}")

    def _check_end(self, row, now):
        kind, outcome = now["end_kind"], now["outcome"]
        if row.read("end_kind", "ended_on") and bool(kind) != bool(now["ended_on"]):
            missing = "结束日期" if kind else "结束方式"
            row.fault(missing, "结束方式和结束日期要么都填，要么都不填")
        if kind and row.read("arrived_on"):
            if kind == EndKind.CANCELLED and now["arrived_on"]:
                row.fault("到岗日期", "未到岗取消的，不应有到岗日期")
            elif kind != EndKind.CANCELLED and not now["arrived_on"]:
                row.fault("到岗日期", "没有填写；没有到岗的，结束方式应为未到岗取消")
        if kind == EndKind.RETAINED_EARLY and outcome == "":
            now["outcome"] = Outcome.RETAINED.value
        elif kind == EndKind.RETAINED_EARLY and outcome != Outcome.RETAINED and row.read("outcome"):
            row.fault("就业去向", "提前留用的，就业去向应为留用或空着")
        elif kind == EndKind.TERMINATED and outcome == Outcome.RETAINED:
            row.fault("就业去向", "非正常结束的，就业去向不能是留用")

    def _hint_oddities(self, row, now):
        signed, position = now["signed_on"], now["position"].now
        base_exit, graduated = position["base"].now["exited_on"], now["trainee"].now["graduated_on"]
        if base_exit and signed > base_exit:
            row.hint("签订日期", "晚于基地的退出日期，请核对")
        if position["closed_on"] and signed > position["closed_on"]:
            row.hint("签订日期", "晚于岗位的关闭日期，请核对")
        if now["group"] == Group.GRADUATE and graduated and signed < graduated:
            row.hint("签订日期", "早于毕业日期，请核对")
        ended, planned = now["ended_on"], now["planned_end"]
        if now["end_kind"] == EndKind.COMPLETED and ended and planned and ended < planned:
            row.hint("结束日期", f"早于约定结束{planned}，期满一般不早于这一天，请核对")

    def settle(self):
        """No two agreements of one person at once, in any region."""
        claims = [
            overlaps.Claim(self._wanted[row], row.known.was and _span(row.known.was, row))
            for row in self.standing_rows()
        ]
        stored = self._stored(claims)
        for group in overlaps.groups(claims):
            people = {claim.span.person for claim in group}
            people |= {claim.stored.person for claim in group if claim.stored}
            standing = [span for person in people for span in stored.get(person, ())]
            if standing or len(group) > 1:
                overlaps.judge(group, standing)
        for claim in claims:
            del self._wanted[claim.span.of]
            if claim.clash:
                self._tell(claim.span, claim.clash)
        self._tell_the_refused(claims, stored)

    def _tell_the_refused(self, claims, stored):
        """A row refused for another reason hears of its clash too."""
        people = {span.person for span in self._wanted.values()}
        running = [claim.stored if claim.clash else claim.span for claim in claims]
        timeline = overlaps.Timeline(
            span
            for span in (*running, *(span for person in people for span in stored.get(person, ())))
            if span and span.person in people
        )
        for span in self._wanted.values():
            clash = timeline.clash(span)
            if clash and clash.of.key != span.of.key:
                self._tell(span, clash)

    def _stored(self, claims) -> dict[Known, list[overlaps.Span]]:
        """The agreements these persons have in any region, those aside that rows change."""
        people = {span.person for span in self._wanted.values()}
        people |= {claim.stored.person for claim in claims if claim.stored}
        changing = {claim.span.of.known.id for claim in claims}
        own = self.book.region.pk
        spans = defaultdict(list)
        with scopes_disabled():
            found = Agreement.objects.standing().filter(
                AnyOf("person", [person.id for person in people if person.id])
            )
            for pk, person_id, region_id, district_id, number, start, end in found.values_list(
                "pk",
                "person_id",
                "region_id",
                "position__base__district_id",
                "number",
                "signed_on",
                "ended_on",
            ):
                if pk not in changing:
                    of = Stored(number if region_id == own else None, self.book.holds(district_id))
                    person = self.book[Trainees.name].person_with_id(person_id)
                    spans[person].append(overlaps.Span(person, start, end, of))
        return spans

    def _tell(self, span, clash):
        """Of another region's, or another district's, only the fact."""
        of = clash.of
        if of.key is None:
            other = "其他统筹区的一份协议"
        elif isinstance(of, Stored) and not of.visible:
            other = "您负责的区县以外的一份协议"
        else:
            place = f"第{of.number}行" if isinstance(of, Row) else "已登记"
            until = f"至{clash.end}" if clash.end else "未结束"
            other = f"{place}的协议“{of.key}”（{clash.start}签订，{until}）"
        span.of.fault("签订日期", f"与{other}时间重叠，同一人同一时间只能有一份协议")


def _span(was, row) -> overlaps.Span:
    return overlaps.Span(was["person"], was["signed_on"], was["ended_on"], of=row)
