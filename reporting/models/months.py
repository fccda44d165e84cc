"""Forms as data, the months of each unit, and what was submitted and corrected."""

from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from jianxi.history import Change, changes, tracked
from jianxi.models import StoredFile
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from regions.models import District
from reporting.checks import checks_of
from reporting.definitions import FormDefinition
from reporting.queries import STANDING, UNFINISHED, FormQuerySet, ReportQuerySet, VersionQuerySet
from reporting.rules import Rule

TAKEN_BACK = "已撤回"


@tracked
class Form(TenantModel):
    """A monthly form as a region uses it, from a day on: indicators, rules and layout as data.

    `definition` has the shape of reporting/data/forms/*.toml, the region's wording applied.
    """

    key = models.SlugField("标识")
    title = models.CharField("表名", max_length=120)
    order = models.PositiveSmallIntegerField("排序", default=0)
    effective_from = models.DateField("启用日")
    reporting_level = models.CharField(
        "报送层级",
        max_length=20,
        choices=District.Kind,
        blank=True,
        help_text="向统筹区报送的单位；留空为直属的各单位。其下的单位先报给它们。",
    )
    definition = models.JSONField("定义")

    objects = scoped(FormQuerySet)

    class Meta:
        ordering = ["order", "key", "effective_from"]
        verbose_name = "报表"
        constraints = [
            region_key("form_region_key"),
            models.UniqueConstraint(
                fields=["region", "key", "effective_from"], name="form_one_version_a_day"
            ),
        ]

    def __str__(self):
        return self.title

    @cached_property
    def parsed(self) -> FormDefinition:
        return FormDefinition.from_dict(self.key, self.definition)

    @cached_property
    def rules(self) -> list[Rule]:
        return checks_of(self.parsed)


@tracked
class FormWorkbook(TenantModel):
    """A region's own blank workbook of a form, and where the figures go in it.

    `cells`: {"unit": "A", "first_row": 7, "total_row": 48, "columns": {"1": "B", …}, …}, as the
    page that maps it writes it.
    """

    form = models.OneToOneField(Form, on_delete=models.CASCADE, related_name="workbook")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField("工作表", max_length=60)
    cells = models.JSONField("填写位置", default=dict)

    class Meta:
        verbose_name = "空白表"
        constraints = [Matches(field="form", name="workbook_form_same_region")]

    def __str__(self):
        return f"{self.form} {self.sheet}"


@tracked
class OpeningFigure(TenantModel):
    """A figure of the period before a region began to report here, entered by hand."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    form_key = models.SlugField("报表")
    code = models.CharField("指标", max_length=10)
    value = models.DecimalField("期初数", max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["district__order", "form_key", "code"]
        verbose_name = "期初数"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "district", "form_key", "code"], name="opening_figure_once"
            ),
            Matches(field="district", name="opening_district_same_region"),
        ]

    def __str__(self):
        return f"{self.district} {self.form_key} {self.code}"


@tracked
class Report(TenantModel):
    """One unit's form for one period, and where it stands."""

    class State(models.TextChoices):
        OPEN = "open", "未编制"
        COMPILED = "compiled", "已编制"
        CONFIRMING = "confirming", "待复核"
        SUBMITTED = "submitted", "已报送"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审定"
        LOCKED = "locked", "已锁定"
        CORRECTING = "correcting", "更正中"

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="reports")
    form_key = models.SlugField("报表")
    period = models.DateField("报表期", help_text="第一天")
    ends_on = models.DateField("期末")
    due_on = models.DateField("报送时限", null=True)
    due_is_provisional = models.BooleanField("时限待定", default=False)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    taken_back = models.BooleanField(
        db_default=False, default=False, help_text="退回的：由报送单位自己撤回"
    )
    plan = models.PositiveIntegerField("本期计划组织见习人数", null=True, blank=True)
    first_submitted_at = models.DateTimeField("首次报送", null=True)
    scan = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="盖章扫描件",
        help_text="随下一次报送存入版本。",
    )

    objects = scoped(ReportQuerySet)

    class Meta:
        ordering = ["-period", "district__order"]
        verbose_name = "月报"
        constraints = [
            region_key("report_region_key"),
            models.UniqueConstraint(
                fields=["region", "form_key", "period", "district"], name="report_once"
            ),
            models.CheckConstraint(
                name="report_ends_after_start", condition=Q(ends_on__gte=F("period"))
            ),
            Matches(field="district", name="report_district_same_region"),
        ]

    def __str__(self):
        return f"{self.district} {self.period:%Y-%m}"

    @property
    def told_as(self) -> str:
        forms = Form.objects.filter(key=self.form_key).order_by("-effective_from")
        return f"{self} {forms.values_list('title', flat=True).first() or ''}".strip()

    @property
    def told_at(self) -> str:
        """Its page; a month has no number in its address."""
        args = [self.region.slug, self.form_key, f"{self.period:%Y-%m}", self.district.key]
        return reverse("office:month", args=args)

    @cached_property
    def submitter(self) -> int | None:
        """The pk of who submitted the newest version. Reports that are many come
        `with_submitters`, or each is asked for."""
        return self.versions.values_list("submitted_by", flat=True).first()

    @cached_property
    def under_correction(self) -> bool:
        """A correction is agreed to and not in yet, though it may wait to be confirmed. Reports
        that are many come `with_corrections`, or each is asked for."""
        return self.corrections.filter(state=Correction.State.APPROVED).exists()

    @property
    def stands(self) -> bool:
        """Its newest version is what the unit reports: of one what `standing()` says of many."""
        return self.state in STANDING or self.under_correction

    @property
    def state_word(self) -> str:
        """Where it stands as its own unit sees it; a month that runs was compiled on trial only."""
        if self.state == self.State.OPEN and timezone.localdate() <= self.ends_on:
            return "未到期"
        word = self.get_state_display()
        return f"{word}（由本单位）" if word == TAKEN_BACK else word

    def get_state_display(self) -> str:
        return self._word_of(self)

    @classmethod
    def _word_of(cls, row) -> str:
        """Of a report or a version of one: what its unit took back itself nobody returned."""
        if row.state == cls.State.RETURNED and row.taken_back:
            return TAKEN_BACK
        return cls.State(row.state).label

    def told_changes(self, old, new) -> list[Change]:
        """Its states by the words they are told by."""
        found = [] if old is None else changes(self, old, new)
        words = [self._word_of(one) for one in (old, new)] if found else []
        name = str(self._meta.get_field("state").verbose_name)
        return [Change(name, *words) if one.label == name else one for one in found]

    @property
    def is_unfinished(self) -> bool:
        """Still to be submitted by its unit."""
        return self.state in UNFINISHED


class Compilation(TenantModel):
    """What the records give for a report, as last computed: figures and rules that do not pass.

    `figures` maps every indicator's code to a number, zero included; money in yuan as a string.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="compilation")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(encoder=DjangoJSONEncoder)
    findings = models.JSONField(encoder=DjangoJSONEncoder, default=list)
    compiled_at = models.DateTimeField("编制时间")

    class Meta:
        verbose_name = "编制结果"

    def __str__(self):
        return str(self.report)


@tracked
class Explanation(TenantModel):
    """Why a rule that asks for a reason does not pass; it lapses when the two sides change. Who
    reviews the month accepts it, or sends it back."""

    class Reason(models.TextChoices):
        POLICY = "policy", "政策或口径变化"
        SEASON = "season", "季节性变化"
        EVENT = "event", "集中到岗、结束或招聘"
        LATE = "late_entry", "补录以前的记录"
        UNIT = "unit", "单位增减、划转或合并"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        GIVEN = "given", "待认可"
        ACCEPTED = "accepted", "已认可"
        SENT_BACK = "sent_back", "退回重写"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="explanations")
    rule = models.CharField("规则", max_length=12)
    left = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    right = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    reason = models.CharField("原因", max_length=20, choices=Reason, default=Reason.OTHER)
    text = models.CharField("说明", max_length=500)
    state = models.CharField("认可情况", max_length=10, choices=State, default=State.GIVEN)
    decided_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="认可人",
    )
    decided_note = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "说明"
        constraints = [
            models.UniqueConstraint(fields=["report", "rule"], name="explanation_once"),
            Matches(field="report", name="explanation_report_same_region"),
        ]

    def __str__(self):
        return self.text

    def told_changes(self, old, new) -> list[Change]:
        """For the timeline of its month, which has several: each by its rule."""
        said = [f"{self.Reason(one.reason).label}：{one.text}" if one else "" for one in (old, new)]
        stands = [self.State(one.state).label if one else "" for one in (old, new)]
        pairs = [said] if said[0] != said[1] else []
        if old is not None and stands[0] != stands[1]:
            pairs.append(stands)
        return [Change(f"规则 {self.rule} 的说明", *pair) for pair in pairs]

    def is_about(self, left, right) -> bool:
        """It stands: written about these two sides, and not sent back."""
        return (self.left, self.right) == (left, right) and self.state != self.State.SENT_BACK

    @property
    def kept(self) -> dict[str, str]:
        """As a version keeps it, by the names that `Version.explanations` says."""
        return {
            "reason": self.reason,
            "text": self.text,
            "state": self.state,
            "by": str(self.decided_by) if self.decided_by else "",
            "note": self.decided_note,
        }


@tracked
class Version(TenantModel):
    """A report as it was submitted: frozen, never changed.

    `explanations`: by rule, {"reason", "text"} as submitted, and what was decided of it in this
    version: {"state", "by" (a name), "note"}; only that is still added.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(encoder=DjangoJSONEncoder)
    findings = models.JSONField(encoder=DjangoJSONEncoder, default=list)
    explanations = models.JSONField(default=dict)
    submitted_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="报送人"
    )
    submitted_at = models.DateTimeField("报送时间")
    is_late = models.BooleanField("迟报", default=False)
    is_supplement = models.BooleanField("期限后补报", default=False)
    # What it was made with, so that it can be computed again: the form's version in the history,
    # the policy documents in force, and by table the last event that was there.
    form_event = models.BigIntegerField(null=True)
    documents = models.JSONField("依据", default=list)
    upto = models.JSONField(default=dict)
    scan = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="盖章扫描件"
    )

    objects = scoped(VersionQuerySet)

    class Meta:
        ordering = ["-number"]
        verbose_name = "报送版本"
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="version_once"),
            Matches(field="report", name="version_report_same_region"),
        ]

    def __str__(self):
        return f"{self.report} 第{self.number}版"

    @property
    def explained(self) -> frozenset[str]:
        """The rules with a reason that was not sent back."""
        sent_back = Explanation.State.SENT_BACK
        return frozenset(
            rule for rule, kept in self.explanations.items() if kept["state"] != sent_back
        )

    @property
    def is_correction(self) -> bool:
        return hasattr(self, "correction")


class FrozenCell(TenantModel):
    """A cell of a version with its members: record, the history event it then stood at, and what
    it contributed (1, a headcount, yuan), in three arrays of equal length."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="cells")
    code = models.CharField(max_length=10)
    figure = models.DecimalField(max_digits=18, decimal_places=2)
    records = ArrayField(models.BigIntegerField())
    events = ArrayField(models.BigIntegerField())
    contributions = ArrayField(models.DecimalField(max_digits=16, decimal_places=2))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="frozen_cell_once"),
        ]

    def __str__(self):
        return f"{self.version} {self.code}"


@tracked
class Correction(TenantModel):
    """更正: a month that was approved is to be frozen anew. Asked for with a reason, decided on
    above; the version it makes stands beside the one it corrects."""

    class State(models.TextChoices):
        ASKED = "asked", "待批准"
        APPROVED = "approved", "已批准，待重报"
        REFUSED = "refused", "未批准"
        WITHDRAWN = "withdrawn", "已撤回"
        DONE = "done", "已更正"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="corrections")
    corrected = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", verbose_name="原版本"
    )
    version = models.OneToOneField(
        Version,
        on_delete=models.PROTECT,
        null=True,
        related_name="correction",
        verbose_name="更正后的版本",
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField("更正事由", max_length=500)
    asked_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="批准人",
    )
    decided_at = models.DateTimeField("批准时间", null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "月报更正"
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=["asked", "approved"]),
                name="correction_one_open",
                violation_error_message="这份月报已有更正在办理。",
            ),
            models.CheckConstraint(
                name="correction_takes_two",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="correction_done_has_a_version",
                condition=Q(state="done", version__isnull=False)
                | (~Q(state="done") & Q(version=None)),
            ),
            Matches(field="report", name="correction_report_same_region"),
        ]

    def __str__(self):
        return str(self.report)
