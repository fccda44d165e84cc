"""Bases in the ledger, with what the region knows of their employers."""

from collections import defaultdict

from bases.employers import identify_all
from bases.models import Base, EmployerProfile, InsuredHeadcount, Placement
from jianxi.ledger.cells import USCC, Day, Phone, Text, Whole
from jianxi.ledger.sheets import Column, Known, Sheet, describe, register
from jianxi.ledger.tables import AnyOf, Table, reseal, unopened
from regions.ledger import DistrictName, Units

PROFILE = {
    "name": "",
    "kind": "",
    "industry": "",
    "founded_on": None,
    "key_enterprise": "",
    "recommended_by": "",
    "contact_name": "",
    "contact_phone": b"",
}
BASE = ("district_id", "recognised_on", "valid_until", "exited_on", "exit_reason")
PHONE = EmployerProfile._meta.get_field("contact_phone")


@register
class Bases(Sheet):
    """A row is a base and its employer's profile. 参保人数 is a figure with a date: one that
    differs from the newest is added as of the day of loading, and a blank takes nothing back.

    The district of a base that is known already is not changed here: a move has a date.
    """

    name = "见习基地"
    model = Base
    columns = (
        Column("单位名称", "name", Text(120), required=True),
        Column("统一社会信用代码", "uscc", USCC, required=True),
        Column(
            "所属区县",
            "district_id",
            DistrictName(lowest=True, own=True),
            required=True,
            note="已登记的基地换区县，请在基地页面办理划转",
        ),
        Column("单位类型", "kind", Text(40)),
        Column("行业", "industry", Text(60)),
        Column("成立日期", "founded_on", Day()),
        Column("参保人数", "insured", Whole(), note="现在的人数，按导入当天记录"),
        Column("重点企业类别", "key_enterprise", Text(200)),
        Column("推荐部门", "recommended_by", Text(60)),
        Column("联系人", "contact_name", Text(50)),
        Column("联系电话", "contact_phone", Phone()),
        Column(
            "认定日期",
            "recognised_on",
            Day(),
            required=True,
            note="续认不改；退出后又认定的填最近一次",
        ),
        Column("有效期至", "valid_until", Day(), note="现在这一期的"),
        Column("退出日期", "exited_on", Day()),
        Column("退出原因", "exit_reason", Text(200)),
    )
    key = "uscc"
    facts = ("district_id", "exited_on")
    stored = ("profile", *BASE)
    defaults = PROFILE | dict.fromkeys(BASE) | {"exit_reason": "", "insured": None}

    def __init__(self, book):
        super().__init__(book)
        self._profiles: dict[str, Known] = {}
        self._insured: dict[int, InsuredHeadcount] = {}
        self._earlier: dict[str, set[int]] = defaultdict(set)  # of those who left and came back

    def district_of(self, now):
        return now["district_id"]

    # ------------------------------------------------------------ judging

    def fetch(self, keys):
        profiles = EmployerProfile.objects.filter(AnyOf("employer__uscc", keys))
        self.book.lock(EmployerProfile.objects.filter(pk__in=profiles.values("pk")))
        for pk, uscc, *values in profiles.values_list(
            "pk", "employer__uscc", *unopened(EmployerProfile, PROFILE)
        ):
            self._profiles[uscc] = Known(pk, dict(zip(PROFILE, values)))
        codes = {profile.id: uscc for uscc, profile in self._profiles.items()}
        bases = Base.objects.standing().filter(AnyOf("profile", codes))
        self.book.lock(bases)
        for pk, profile_id, *values in bases.order_by("pk").values_list("pk", "profile_id", *BASE):
            uscc = codes[profile_id]
            profile = self._profiles[uscc]
            was = profile.was | dict(zip(BASE, values)) | {"profile": profile, "insured": None}
            if before := self.known.get(uscc):
                self._earlier[uscc].add(before.id)
            self.known[uscc] = self.with_id(pk, was)
        newest = InsuredHeadcount.objects.filter(
            AnyOf("profile", codes), as_of__lte=self.book.today
        ).order_by("profile", "-as_of")
        self._insured = {figure.profile_id: figure for figure in newest.distinct("profile")}

    def meant(self, row, code: str, was: dict | None) -> Known | None:
        """The base that a row of another sheet names by its code, or a fault in the row: of who came
        back the newest, unless the stored record hangs on an earlier one."""
        now = was and was["base"]
        if now and now.id in self._earlier.get(code, ()):
            return now
        return self.find(row, "统一社会信用代码", code, describe("见习基地", code))

    def check(self, row, now, was):
        if row.key in self._earlier and now["recognised_on"] != was["recognised_on"]:
            again = f"这家单位退出后于{was['recognised_on']}重新认定，台账里只填这一次的"
            row.fault("认定日期", f"{again}；以前的请在基地页面更正")
        recognised, exited, until = now["recognised_on"], now["exited_on"], now["valid_until"]
        if exited and exited > self.book.today:
            row.fault("退出日期", "还没有到，不能填写以后的日期")
        if recognised and exited and exited < recognised:
            row.fault("退出日期", f"早于认定日期{recognised}")
        if recognised and until and until < recognised:
            row.hint("有效期至", f"早于认定日期{recognised}，请核对")
        if was and now["district_id"] not in (None, was["district_id"]):
            self._check_move(row, now, was)
        profile = now["profile"] = self._profiles.get(row.key) or Known(was={})
        # A profile may be known without a base: what the sheet has no column for stays.
        now.update({name: value for name, value in profile.was.items() if name not in row.cells})
        now["contact_phone"] = reseal(PHONE, now["contact_phone"], profile.was.get("contact_phone"))
        self._check_insured(row, now)

    def _check_move(self, row, now, was):
        units = self.book.once(Units)
        if not units.succeeds(now["district_id"], was["district_id"]):
            here = units.by_id[was["district_id"]].name
            row.fault("所属区县", f"这家基地现在在{here}，换区县请在基地页面办理划转")
        now["district_id"] = was["district_id"]

    def _check_insured(self, row, now):
        """`insured` stays in the record only where it is a new figure."""
        newest = self._insured.get(now["profile"].id)
        if newest and "insured" in row.cells and now["insured"] is None:
            row.hint("参保人数", f"没有填写，仍用{newest.as_of}登记的{newest.count}人")
        if newest and now["insured"] == newest.count:
            now["insured"] = None

    def differs(self, now, was):
        return any(now[name] != was[name] for name in (*BASE, *PROFILE, "insured"))

    # ------------------------------------------------------------ storing

    def store(self):
        region = self.book.region
        rows = [row for row in self.rows if row.verdict in ("created", "updated")]
        new = [row for row in rows if row.verdict == "created"]
        self._store_profiles([row.now for row in rows])
        super().store()
        placements = Table(Placement, region, ("base", "district_id"))
        placed = [{"base": row.known, "district_id": row.now["district_id"]} for row in new]
        placements.insert(list(zip(placements.draw(len(new)), placed)))
        self._store_insured([row.now for row in rows if row.now["insured"] is not None])

    def _store_profiles(self, records):
        new = [now for now in records if now["profile"].id is None]
        employers = identify_all({now["uscc"]: now["name"] for now in new})
        table = Table(EmployerProfile, self.book.region, ("employer_id", *PROFILE))
        for now, pk in zip(new, table.draw(len(new))):
            now["profile"].id = pk
            now["employer_id"] = employers[now["uscc"]]
        changed = [
            (now["profile"].id, now)
            for now in records
            if any(now[name] != value for name, value in now["profile"].was.items())
        ]
        Table(EmployerProfile, self.book.region, PROFILE).update(changed)
        table.insert([(now["profile"].id, now) for now in new])

    def _store_insured(self, records):
        table = Table(InsuredHeadcount, self.book.region, ("profile", "as_of", "count"))
        corrected, new = [], []
        for now in records:
            figure = {"profile": now["profile"], "as_of": self.book.today, "count": now["insured"]}
            newest = self._insured.get(now["profile"].id)
            if newest and newest.as_of == self.book.today:
                corrected.append((newest.pk, figure))
            else:
                new.append(figure)
        table.update(corrected)
        table.insert(list(zip(table.draw(len(new)), new)))
