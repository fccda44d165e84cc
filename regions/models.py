"""The tenant, its districts, its policy and its calendar."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from jianxi.history import tracked
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from regions.queries import DistrictQuerySet, PolicyQuerySet


@tracked
class Region(models.Model):
    """统筹区: a province or city that runs its programme here."""

    slug = models.SlugField("标识", unique=True)
    name = models.CharField("名称", max_length=50)
    code = models.CharField("行政区划代码", max_length=12, blank=True)
    level = models.CharField("级别", max_length=20)
    authority = models.CharField("主管部门", max_length=100)
    base_term = models.CharField("基地称谓", max_length=20)
    reporting_starts = models.DateField(
        "开始报送的月份",
        null=True,
        blank=True,
        help_text="该月的第一天。留空表示以前月份的数字由记录算出。",
    )
    two_person_submission = models.BooleanField("报送需要复核", default=False)
    is_demonstration = models.BooleanField("演示数据", default=False)
    documents = models.JSONField(
        "政策文件", default=list, blank=True, help_text="[{number, title, issuer, issued}]"
    )

    class Meta:
        ordering = ["id"]
        verbose_name = "统筹区"

    def __str__(self):
        return self.name

    @property
    def base_word(self) -> str:
        """基地 or 单位, as the region says."""
        return self.base_term.removeprefix("见习")


@tracked
class District(TenantModel):
    """A unit of the region's tree; the root stands for the region itself.

    `path` lists the keys from the root down, each closed by a slash, so that a unit's subtree
    is what starts with its path. A unit that ended names its successor (2025-12-31 江北区).
    """

    class Kind(models.TextChoices):
        ROOT = "root", "统筹区"
        CITY = "city", "地级市"
        COUNTY = "county", "区县"
        FUNCTIONAL_ZONE = "functional_zone", "功能区"

    key = models.CharField("标识", max_length=40)
    name = models.CharField("简称", max_length=50)
    official_name = models.CharField("全称", max_length=80)
    code = models.CharField("行政区划代码", max_length=12, blank=True)
    code_since = models.DateField("代码启用日", null=True, blank=True)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=200, editable=False)
    order = models.PositiveIntegerField("排序", default=0)
    valid_from = models.DateField("启用日", null=True, blank=True)
    valid_to = models.DateField("截止日", null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    has_children = models.BooleanField(default=False, editable=False)

    objects = scoped(DistrictQuerySet)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = "区县"
        permissions = [
            ("view_counts", "查看报表数字"),
            ("view_records", "查看记录"),
            ("edit_records", "更正记录"),
            ("import_ledger", "导入台账"),
            ("export_records", "导出记录"),
            ("void_records", "申请和同意作废"),
            ("reveal_personal_data", "查看完整证件号、手机号、卡号"),
            ("move_bases", "在区县间划转基地"),
            ("prepare_reports", "编制、报送月报"),
            ("confirm_reports", "复核本级月报"),
            ("review_reports", "审定下级月报"),
            ("review_bases", "审核基地申报"),
            ("review_positions", "审核、暂停、关闭岗位"),
            ("review_applications", "审核见习报名、派遣"),
            ("file_agreements", "备案见习协议"),
            ("confirm_authority", "确认单位经办人"),
            ("manage_wages", "维护最低工资标准"),
            ("oversee_clocks", "督办超期事项"),
            ("manage_members", "管理本单位成员"),
            ("manage_region", "设置日历、期初数、单位和令牌"),
        ]
        constraints = [
            region_key("district_region_key"),
            models.UniqueConstraint(fields=["region", "key"], name="district_key_once"),
            models.UniqueConstraint(fields=["region", "path"], name="district_path_once"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(parent=None), name="district_one_root"
            ),
            models.CheckConstraint(
                name="district_ends_after_start",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_root(self) -> bool:
        return self.parent_id is None

    def is_valid_on(self, day) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@tracked
class PolicyVersion(TenantModel):
    """What one document fixes from a day on; a later version overrides it key by key."""

    effective_from = models.DateField("施行日")
    effective_to = models.DateField("有效期至", null=True, blank=True)
    document = models.CharField("文件", max_length=120)

    objects = scoped(PolicyQuerySet)

    class Meta:
        ordering = ["effective_from"]
        verbose_name = "政策"
        constraints = [
            region_key("policyversion_region_key"),
            models.UniqueConstraint(
                fields=["region", "effective_from"], name="policy_one_version_a_day"
            ),
        ]

    def __str__(self):
        return f"{self.document}（{self.effective_from} 起）"


@tracked
class PolicyParameter(TenantModel):
    """One figure of a document, with its clause. Not strict (原则上, 一般): advise, do not block."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="parameters")
    key = models.CharField("参数", max_length=60)
    value = models.JSONField("值")
    source = models.CharField("出处", max_length=300)
    strict = models.BooleanField("硬性规定", default=True)

    class Meta:
        ordering = ["key"]
        verbose_name = "政策参数"
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="policy_parameter_once"),
        ]

    def __str__(self):
        return self.key


@tracked
class MinimumWage(TenantModel):
    """最低工资 of a unit and those below it from a day on, yuan a month; the root's is the whole
    region's. Asked for by `regions.wages.minimum_wage`."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", verbose_name="适用区县"
    )
    effective_from = models.DateField("施行日")
    amount = models.DecimalField("月最低工资（元）", max_digits=8, decimal_places=2)
    source = models.CharField("文号", max_length=120)

    class Meta:
        ordering = ["-effective_from", "district__order"]
        verbose_name = "最低工资标准"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "district", "effective_from"],
                name="wage_once_a_day",
                violation_error_message="这个区县从这一天起的标准已经录入。",
            ),
            models.CheckConstraint(
                name="wage_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message="金额要大于 0。",
            ),
            Matches(field="district", name="wage_district_same_region"),
        ]

    def __str__(self):
        return f"{self.district} {self.amount} 元（{self.effective_from} 起）"


@tracked
class CalendarYear(TenantModel):
    """A year whose holidays are announced; until then its due dates are provisional."""

    year = models.PositiveSmallIntegerField(
        "年份", validators=[RegexValidator(r"^20\d\d$", "请输入四位年份，例如 2027。")]
    )
    notice = models.CharField("通知文号", max_length=100)

    class Meta:
        ordering = ["-year"]
        verbose_name = "放假安排"
        constraints = [
            models.UniqueConstraint(fields=["region", "year"], name="calendar_year_once"),
        ]

    def __str__(self):
        return f"{self.year}年（{self.notice}）"


@tracked
class CalendarDay(TenantModel):
    """A day that differs from its weekday: a weekday off, or a weekend worked (调休)."""

    day = models.DateField("日期")
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=50, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = "调休"
        constraints = [
            models.UniqueConstraint(fields=["region", "day"], name="calendar_day_once"),
        ]

    def __str__(self):
        return f"{self.day} {'上班' if self.is_working else '放假'}"
