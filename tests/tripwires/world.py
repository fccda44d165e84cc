"""What the permission matrix is tried in: one region with two districts that know nothing of each
other, an office in each, one above them, another department, and an office of another region.

Everything that is `here` has a name by which it would be recognised where it must not be seen.
"""

from datetime import date, timedelta
from functools import cached_property
from io import BytesIO

from django.utils import timezone

from accounts import members, tokens
from accounts.models import Office, Role
from bases.authorities import make_code
from bases.models import ClaimCode, Visit
from jianxi import files
from jianxi.history import acting
from jianxi.models import Job, VoidRequest
from jianxi.tenancy import scope
from regions.models import District, MinimumWage, PolicyVersion, Region
from reporting.compiling import compile_month, form_for
from reporting.corrections import ask
from reporting.drafting import written
from reporting.freezing import freeze
from reporting.models import (
    AnnualReport,
    Bulletin,
    Explanation,
    Form,
    FormDraft,
    FormWorkbook,
    Report,
    Target,
)
from reporting.periods import Period
from reporting.workflow import month_of, sealed
from tests import blanks, factories
from tests.bases import applications as filings
from tests.people import make_authority, make_member, make_office, make_person
from tests.trainees.contracts import make_contract
from trainees.month_checks import record
from trainees.month_sheet import sheet_of

MARK = "不可外泄"  # stands in every name and text of what is here
PLACES = {"root": "重庆市", "here": "渝中区", "elsewhere": "万州区"}
ALL = "all"  # who holds every role
FORM = "national14"
COMPILED, SUBMITTED = Period.parse("2026-03"), Period.parse("2026-02")


class World:
    """Made in a transaction that is taken back."""

    def __init__(self):
        self.region = Region.objects.get(slug="chongqing")
        with scope(region=self.region), acting("test"):
            self.districts = {
                place: District.objects.named(name).get() for place, name in PLACES.items()
            }
            self.offices = {
                place: make_office(unit, name=f"{unit}人社局")  # stands on papers others may print
                for place, unit in self.districts.items()
            }
            self.users = {
                (place, role): make_member(office, *(Role.values if role == ALL else [role]))
                for place, office in self.offices.items()
                for role in [*Role.values, ALL]
            }
            self.department = make_office("重庆市", kind=Office.Kind.DEPARTMENT)
            self.department_member = make_member(self.department, *Role.values)
            self.token, self.secret = self._token("here")
            _, self.secret_elsewhere = self._token("elsewhere")
            self._records()
            self._months()
        other = Region.objects.get(slug="ningxia")
        with scope(region=other), acting("test"):
            office = make_office(other.name)
            self.stranger = make_member(office, *Role.values)
            _, self.secret_abroad = tokens.issue(office, name="外区", expires_on=self._next_year())

        self.today = timezone.localdate()

    def everybody(self):
        return [*self.users.values(), self.department_member, self.stranger]

    def _token(self, place):
        name = "取数" + MARK * (place == "here")
        return tokens.issue(self.offices[place], name=name, expires_on=self._next_year())

    def _next_year(self):
        return timezone.localdate() + timedelta(days=365)

    def _records(self):
        here = self.districts["here"]
        self.base = factories.make_base(here, name=f"示例公司{MARK}")
        self.position = factories.make_position(self.base, title=f"助理{MARK}", headcount=9)
        self.trainee = factories.make_trainee(
            self.region, name=f"周{MARK}", home_district=here, phone="13900001234"
        )
        self.agreement = factories.make_agreement(
            self.position,
            self.trainee,
            number=f"XY-{MARK}",
            mentor=f"带教{MARK}",
            arrived_on=date(2026, 1, 6),
        )
        self.payment = factories.make_payment(self.base, number=f"BT-{MARK}")
        self.activity = factories.make_activity(here, number=f"HD-{MARK}")

    def _months(self):
        """One month submitted with its stamped scan, and a later one compiled."""
        reports = {}
        for period in (SUBMITTED, COMPILED):
            compiled = compile_month(form_for(self.region, period, FORM), period)
            found = Report.objects.of_month(FORM, period.start).select_related("district")
            reports[period] = found.get(district=self.districts["here"])
            if period is SUBMITTED:
                submitted = compiled
        scan = files.store(
            self.region, BytesIO(b"%PDF-1.4"), name=f"{MARK}.pdf", content_type=files.PDF
        )
        report = reports[SUBMITTED]
        told = {"S1": Explanation(rule="S1", text=f"说明{MARK}").kept}
        freeze(
            report, submitted, actor=self.users["here", Role.CLERK], explanations=told, scan=scan
        )
        Report.objects.filter(pk=report.pk).update(state=Report.State.SUBMITTED)
        Report.objects.filter(pk=reports[COMPILED].pk).update(scan=scan)

    def month(self, period=COMPILED, place="here") -> list:
        """What follows the region in the address of a unit's month."""
        return [FORM, period, self.districts[place].key]

    def submission(self) -> dict:
        """What is sent with the compiled month, having looked at it."""
        report = Report.objects.get(
            form_key=FORM, period=COMPILED.start, district=self.districts["here"]
        )
        return {"action": "submit", "seen": sealed(report, month_of(report))}

    def explained_month(self) -> list:
        """The submitted month, with the reason for a rule still to be judged."""
        report = Report.objects.get(
            form_key=FORM, period=SUBMITTED.start, district=self.districts["here"]
        )
        told = {"text": f"说明{MARK}"}
        report.explanations.get_or_create(region=self.region, rule="S1", defaults=told)
        return self.month(SUBMITTED)

    def approved_month(self) -> list:
        """The submitted month, approved."""
        rows = Report.objects.filter(period=SUBMITTED.start, district=self.districts["here"])
        rows.update(state=Report.State.APPROVED)
        return self.month(SUBMITTED)

    def asked_correction(self) -> list:
        """The approved month, and the correction of it that is asked for."""
        month = self.approved_month()
        report = Report.objects.get(
            period=SUBMITTED.start, district=self.districts["here"], form_key=FORM
        )
        row = ask(report, actor=self.users["here", Role.CLERK], reason=f"漏报一份协议{MARK}")
        return [*month, row.pk]

    # What only some addresses need is made when they are asked for.

    @cached_property
    def colleague(self):
        """Another clerk of the office here."""
        return make_member(self.offices["here"], Role.CLERK, name=f"同事{MARK}")

    @cached_property
    def membership(self):
        return self.colleague.memberships.get()

    @cached_property
    def cover(self):
        today = timezone.localdate()
        return members.cover(
            self.membership, self.users["here", Role.REVIEWER], today, today + timedelta(days=3)
        )

    @cached_property
    def wage(self):
        """Read by all, kept by who is here."""
        return MinimumWage.objects.create(
            region=self.region,
            district=self.districts["here"],
            amount=2330,
            effective_from=date(2025, 1, 1),
            source="示例文号",
        )

    new_wage = {"amount": "2400", "effective_from": "2026-01-01", "source": "示例文号"}

    def filing(self, state="submitted"):
        """A position that is not published yet, complete."""
        under_review = state == "submitted"
        return factories.make_position(
            self.base,
            state=state,
            published_on=None,
            title=f"助理{MARK}",
            duties="整理资料",
            workplace="示例大道1号",
            allowance="2400.00",
            months=6,
            mentor=f"带教{MARK}",
            valid_until=self.today + timedelta(days=60),
            submitted_at=timezone.now() if under_review else None,
            due_on=self.today if under_review else None,
        )

    def base_filing(self, state="submitted", profile=None):
        """An application of an employer here, with a paper."""
        here = self.districts["here"]
        profile = profile or factories.make_base(here, name=f"示例公司{MARK}").profile
        facts = {"introduction": MARK, "contact_name": f"钱{MARK}", "papers": False}
        row = filings.make_application(profile, here, state, **facts)
        filings.add_paper(row, name=f"{MARK}.pdf")
        return row

    def base_paper(self, *facts):
        row = self.base_filing(*facts)
        return [row.pk, row.papers.get().pk]

    def base_visit(self):
        row = self.base_filing("visited")
        visit = filings.make_visit(row, self.users["root", Role.ADMIN], premises=MARK)
        return [row.pk, visit.pk]

    def base_photo(self):
        row, visit = self.base_visit()
        photo = filings.attach(
            Visit.objects.get(pk=visit).photos,
            filings.upload(filings.picture(), f"{MARK}.jpg"),
            "image/jpeg",
            owner=None,
        )
        return [row, visit, photo.pk]

    def application(self, state="submitted", **facts):
        """Of somebody who may take part, for the position, unless said otherwise."""
        answers = {"schooling": "college", "studying": False, "employed": False}
        youth = factories.make_trainee(
            self.region, name=f"何{MARK}", graduated_on=self.today, **answers
        )
        facts = {"note": MARK, "due_on": self.today, "state": state} | facts
        return factories.make_application(self.position, youth, **facts)

    def in_pool(self):
        return self.application(from_pool=True, wish=MARK)

    def unanswered(self):
        """By the base, past its clock."""
        yesterday = self.today - timedelta(days=1)
        return self.application("referred", due_on=yesterday, referred_at=timezone.now())

    def taken_in(self):
        return self.application("accepted", due_on=None)

    def contract(self, state="signed", application=None):
        """An agreement of somebody taken in, with a paper."""
        row = make_contract(
            application or self.taken_in(), state, duties=MARK, mentor=f"带教{MARK}"
        )
        paper = filings.upload(filings.picture(), f"{MARK}.jpg")
        filings.attach(row.papers, paper, "image/jpeg", owner=None, kind="identity")
        return row

    def contract_paper(self):
        row = self.contract()
        return [row.pk, row.papers.get().pk]

    @cached_property
    def form(self):
        return Form.objects.get(key=FORM)

    @cached_property
    def draft(self):
        """A change of the form, not in force."""
        return FormDraft.objects.create(
            region=self.region,
            key=FORM,
            effective_from=Period.month_of(timezone.localdate()).next.start,
            text=written(self.form.definition),
            made_by=self.users["root", Role.ADMIN],
        )

    @cached_property
    def blank(self):
        """The region's own blank workbook of the form, not in use yet."""
        file = files.store(
            self.region, blanks.workbook(), name="空白表.xlsx", content_type=files.XLSX
        )
        return FormWorkbook.objects.create(
            region=self.region, form=self.form, file=file, sheet="汇总"
        )

    @cached_property
    def target(self):
        where = self.districts["here"]
        return Target.objects.create(
            region=self.region, year=2026, district=where, key="posts", value=5
        )

    @cached_property
    def key_enterprise(self):
        return factories.make_key_enterprise(f"重点企业{MARK}", self.districts["here"])

    @cached_property
    def bulletin(self):
        """Published to all."""
        return Bulletin.objects.create(
            region=self.region,
            form_key=FORM,
            period=COMPILED.start,
            title="2026年3月通报",
            text="一、报送情况。",
            drafted_at=timezone.now(),
            state=Bulletin.State.PUBLISHED,
            published_at=timezone.now(),
            published_by=self.users["root", Role.REVIEWER],
        )

    @cached_property
    def annual_report(self):
        """Final."""
        return AnnualReport.objects.create(
            region=self.region,
            year=2025,
            district=self.districts["here"],
            state=AnnualReport.State.FINAL,
        )

    @cached_property
    def policy(self):
        return PolicyVersion.objects.first()

    @cached_property
    def authority(self):
        """Somebody asks to act for the employer of the base here."""
        paper = files.store(
            self.region, BytesIO(b"%PDF-1.4"), name=f"{MARK}.pdf", content_type=files.PDF
        )
        return make_authority(
            make_person(f"何{MARK}"),
            self.base,
            state="submitted",
            profile=None,
            is_owner=False,
            licence=paper,
            letter=paper,
            submitted_at=timezone.now(),
            due_on=self.today,
        )

    @cached_property
    def claim_code(self):
        make_code(self.base.profile, self.users["here", Role.CLERK])
        return ClaimCode.objects.get()

    @cached_property
    def void_request(self):
        return VoidRequest.objects.create(
            region=self.region,
            table="agreement",
            row_id=self.agreement.pk,
            title=f"协议 {MARK}",
            district=self.districts["here"],
            reason="重复登记",
            asked_by=self.colleague,
        )

    @cached_property
    def month_check(self):
        """By whoever acts for the base here."""
        sheet = sheet_of(self.base, COMPILED, self.today)
        return record(sheet, actor=make_person(f"钱{MARK}"), note=MARK)

    def job(self, kind="export_records", **facts) -> Job:
        """Owned by the one here who holds every role."""
        file = files.store(
            self.region, BytesIO(b"%PDF-1.4"), name=f"{MARK}.pdf", content_type=files.PDF
        )
        facts = {"source": file, "output": file, "state": Job.State.DONE} | facts
        return Job.objects.create(
            region=self.region, kind=kind, owner=self.users["here", ALL], **facts
        )
