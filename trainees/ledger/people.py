"""见习人员: who takes part."""

from jianxi.crypto import keyed_hash
from jianxi.identifiers import MALE, BankCard
from jianxi.ledger.cells import BANK_CARD, Day, Name, Phone, Text
from jianxi.ledger.sheets import NOT_YOURS, Column, Known, Sheet, register
from jianxi.ledger.tables import AnyOf, reseal
from regions.ledger import DistrictName
from regions.models import District
from trainees import persons
from trainees.ledger.words import DOCUMENT_COLUMNS, GroupName, read_document
from trainees.models import Agreement, Group, Trainee

NUMBER, PHONE, CARD = (
    Trainee._meta.get_field(name) for name in ("document_number", "phone", "bank_card")
)


@register
class Trainees(Sheet):
    """A row is a person as the region knows him or her, known by the document's keyed hash."""

    name = "见习人员"
    model = Trainee
    columns = (
        Column("姓名", "name", Name(50), required=True),
        *DOCUMENT_COLUMNS,
        Column("出生日期", "birth_date", Day(), note="身份证、居住证不必填，其他证件须填写"),
        Column("人员类别", "group", GroupName(), required=True),
        Column("学历", "education", Text(40)),
        Column("毕业院校", "school", Text(80)),
        Column("专业", "major", Text(80)),
        Column("毕业日期", "graduated_on", Day(), note="毕业生须填写"),
        Column("失业登记日期", "unemployed_since", Day()),
        Column("困难类别", "hardship", Text(80)),
        Column("手机号", "phone", Phone(mobile_only=True)),
        Column("常住区县", "home_district_id", DistrictName()),
        Column("银行卡号", "bank_card", BANK_CARD),
        Column("开户行", "bank", Text(80)),
    )
    key = "identity"
    key_header = "证件号码"
    facts = ("person",)
    stored = (
        "person",
        "name",
        "document_type",
        "document_number",
        "birth_date",
        "sex",
        "group",
        "education",
        "school",
        "major",
        "graduated_on",
        "unemployed_since",
        "hardship",
        "phone",
        "phone_hash",
        "home_district_id",
        "bank_card",
        "bank_card_hash",
        "bank",
    )
    defaults = dict.fromkeys(stored) | dict.fromkeys(
        ("sex", "education", "school", "major", "hardship", "bank"), ""
    )

    def __init__(self, book):
        super().__init__(book)
        self.persons: dict[bytes, Known] = {}
        self._persons_by_id: dict[int, Known] = {}
        self._identities: dict[int, bytes] = {}
        self._own: set[int] = set()  # stored, and known nowhere but where the actor may load
        self._regrouped: list = []

    def complete(self, row):
        read_document(row)
        super().complete(row)

    def person(self, identity: bytes) -> Known:
        return self.persons.setdefault(identity, Known())

    def person_with_id(self, pk: int) -> Known:
        return self._persons_by_id.setdefault(pk, Known(pk))

    # ------------------------------------------------------------ what is stored already

    def fetch(self, keys):
        for identity, pk in persons.known(keys).items():
            self.persons[identity] = self.person_with_id(pk)
            self._identities[pk] = identity
        found = Trainee.objects.standing().filter(AnyOf("person", self._identities))
        self.learn(found)
        if self.book.districts is not None:
            here = found.in_districts(District.objects.filter(pk__in=self.book.districts))
            nowhere = found.filter(home_district=None, agreements=None)
            self._own = {*here.values_list("pk", flat=True), *nowhere.values_list("pk", flat=True)}

    def key_of(self, was):
        return self._identities[was["person"].id]

    def recognise(self, was):
        was["person"] = self.person_with_id(was["person"])

    # ------------------------------------------------------------ judging

    def may_change(self, known):
        """Elsewhere known persons wait for `settle`."""
        return True

    def is_visible(self, known):
        return self.book.districts is None or known.id in self._own or known.row is not None

    def check(self, row, now, was):
        self._check_document(row, now, was)
        if now["group"] == Group.GRADUATE and not now["graduated_on"] and row.read("graduated_on"):
            row.fault("毕业日期", "毕业生须填写毕业日期")
        if was and now["group"] != was["group"]:
            self._regrouped.append(row)
        if isinstance(now["phone"], str):
            now["phone_hash"] = keyed_hash("phone", now["phone"]) if now["phone"] else None
        if isinstance(now["bank_card"], BankCard):
            if not now["bank_card"].luhn:
                row.hint("银行卡号", "校验位不对，请对照卡面核对")
            now["bank_card"] = now["bank_card"].number
        if isinstance(now["bank_card"], str):
            number = now["bank_card"]
            now["bank_card_hash"] = keyed_hash("card", number) if number else None
        for field in (PHONE, CARD):
            now[field.name] = reseal(field, now[field.name], was and was[field.name])

    def _check_document(self, row, now, was):
        document = now.get("document")
        if document is None:
            return
        for warning in document.warnings:
            row.hint("证件号码", warning)
        now["person"] = self.person(row.key)
        now["document_type"] = document.kind.code
        now["document_number"] = reseal(NUMBER, document.number, was and was["document_number"])
        entered = now["birth_date"]
        if document.birth_date:
            if entered and entered != document.birth_date:
                row.hint("出生日期", f"与证件号码里的{document.birth_date}不同，以证件号码为准")
            now["birth_date"] = document.birth_date
            now["sex"] = "M" if document.sex == MALE else "F"
        elif not entered and row.read("birth_date"):
            row.fault("出生日期", f"{document.kind.label}里没有出生日期，须填写")
        elif entered and entered > self.book.today:
            row.hint("出生日期", "晚于今天，请核对")

    def settle(self):
        """A person known only elsewhere is changed by those whose agreement brings them here."""
        if self.book.districts is not None:
            brought = {row.known.now["trainee"] for row in self.book["见习协议"].standing_rows()}
            for row in self.standing_rows():
                if row.known.id and row.known.id not in self._own and row.known not in brought:
                    row.fault("", NOT_YOURS)
        regrouped = {row.known.id: row for row in self._regrouped if not row.faults}
        signed = Agreement.objects.standing().filter(AnyOf("trainee", regrouped))
        for trainee_id in signed.values_list("trainee_id", flat=True).distinct():
            regrouped[trainee_id].hint("人员类别", "已签的协议仍按签订时的人员类别统计")

    # ------------------------------------------------------------ storing

    def store(self):
        new = {row.key: row.now["person"] for row in self.rows if row.verdict == "created"}
        unknown = {identity for identity, person in new.items() if person.id is None}
        for identity, pk in persons.identify_all(unknown).items():
            self.persons[identity].id = pk
        super().store()
