"""The lists of youths and of their agreements, on the page and as xlsx. Personal data is masked."""

from jianxi.identifiers import DOCUMENT_KINDS
from jianxi.lists import WHERE, Column, RecordList, listed
from trainees.forms import AgreementFilter, TraineeFilter
from trainees.groups import group_words
from trainees.models import Agreement, Trainee
from trainees.queries import AgreementState, TraineeState


def document_label(trainee: Trainee) -> str:
    return DOCUMENT_KINDS[trainee.document_type].label


def agreement_state(agreement: Agreement) -> AgreementState:
    return AgreementState(agreement.state)


@listed
class TraineeList(RecordList):
    name = "trainees"
    label = "见习人员"
    filters = TraineeFilter
    opens = "office:trainee"
    empty = "人员随台账导入，导入后在这里查询、更正。"

    def rows(self):
        return Trainee.objects.standing().with_state(self.today).select_related("home_district")

    def columns(self):
        groups = group_words(self.today)
        return [
            Column("姓名", lambda trainee: trainee.masked("name")),
            Column("证件类型", document_label, on_page=False),
            Column("证件号码", lambda trainee: trainee.masked("document_number"), minor=True),
            Column("性别", "get_sex_display", minor=True),
            Column("年龄", lambda trainee: trainee.age_on(self.today), numeric=True),
            Column("人员类别", lambda trainee: groups[trainee.group]),
            Column("见习状态", lambda trainee: TraineeState(trainee.state), badge=True),
            Column("学历", "education", minor=True),
            Column("毕业院校", "school", on_page=False),
            Column("专业", "major", on_page=False),
            Column("毕业日期", "graduated_on", on_page=False),
            Column("失业登记日期", "unemployed_since", on_page=False),
            Column("困难类别", "hardship", on_page=False),
            Column("手机号", lambda trainee: trainee.masked("phone")),
            Column("常住区县", "home_district.name", on_page=False),
            Column("银行卡号", lambda trainee: trainee.masked("bank_card"), on_page=False),
            Column("开户行", "bank", on_page=False),
        ]


@listed
class AgreementList(RecordList):
    name = "agreements"
    label = "见习协议"
    filters = AgreementFilter
    order = "signed_on"
    opens = "office:agreement"
    empty = "协议随台账导入，导入后在这里查询、更正。"

    def rows(self):
        return (
            Agreement.objects.standing()
            .with_state(self.today)
            .select_related(
                "trainee", "position__base__profile__employer", "position__base__district"
            )
        )

    def columns(self):
        groups = group_words(self.today)
        return [
            Column("协议编号", "number"),
            Column("姓名", lambda agreement: agreement.trainee.masked("name")),
            Column(
                "证件号码",
                lambda agreement: agreement.trainee.masked("document_number"),
                on_page=False,
            ),
            Column("人员类别", lambda agreement: groups[agreement.group], on_page=False),
            Column("单位名称", "position.base.profile.name", broad=True),
            Column("统一社会信用代码", "position.base.profile.employer.uscc", on_page=False),
            Column("岗位名称", "position.title", minor=True),
            Column("岗位编号", "position.number", on_page=False),
            Column(WHERE, "position.base.district.name"),
            Column("状态", agreement_state, badge=True),
            Column("签订日期", "signed_on"),
            Column("约定开始", "planned_start", on_page=False),
            Column("到岗日期", "arrived_on"),
            Column("约定结束", "planned_end"),
            Column("结束日期", "ended_on", on_page=False),
            Column("结束方式", "get_end_kind_display", on_page=False),
            Column("结束原因", "end_reason", on_page=False),
            Column("就业去向", "get_outcome_display", on_page=False),
            Column("就业日期", "outcome_on", on_page=False),
            Column("带教老师", lambda agreement: agreement.masked("mentor"), on_page=False),
            Column("月基本生活费", "allowance", numeric=True, on_page=False),
            Column("保险公司", "insurer", on_page=False),
            Column("保险单号", "insurance_number", on_page=False),
        ]
