"""Who signs in, for which office, with which role; what was revealed to whom."""

import hashlib
import secrets

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase

from accounts.queries import ApiTokenQuerySet, MembershipQuerySet
from jianxi.history import tracked
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from regions.models import District


@tracked(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in, or (is_service) the identity an office's API token acts as."""

    name = models.CharField("姓名", max_length=50)
    is_service = models.BooleanField("接口账号", default=False)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码更改时间", null=True, editable=False)

    class Meta:
        verbose_name = "账号"

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name or self.username


class DistrictGrant(GroupObjectPermissionBase):
    """guardian's grant of a permission on a district to a group; it covers the units below."""

    content_object = models.ForeignKey(District, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class Role(models.TextChoices):
    CLERK = "clerk", "经办"
    REVIEWER = "reviewer", "复核"
    VIEWER = "viewer", "查阅"
    ADMIN = "admin", "管理员"


@tracked
class Office(TenantModel):
    """An office of a region, city or district, or another department, whose members work here."""

    class Kind(models.TextChoices):
        HUMAN_RESOURCES = "hr", "人社部门"
        DEPARTMENT = "department", "其他部门"

    district = models.ForeignKey(District, on_delete=models.PROTECT, verbose_name="所属区县")
    name = models.CharField("单位名称", max_length=80)
    kind = models.CharField("类别", max_length=20, choices=Kind, default=Kind.HUMAN_RESOURCES)
    phone = models.CharField("联系电话", max_length=30, blank=True)

    class Meta:
        ordering = ["district__order", "id"]
        verbose_name = "单位"
        constraints = [
            region_key("office_region_key"),
            models.UniqueConstraint(fields=["region", "name"], name="office_name_once"),
            Matches(field="district", name="office_district_same_region"),
        ]

    def __str__(self):
        return self.name


class OfficeRole(TenantModel):
    """The group that stands for one role in one office; its grants are guardian's."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField("角色", max_length=20, choices=Role)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="office_role")

    class Meta:
        constraints = [
            region_key("officerole_region_key"),
            models.UniqueConstraint(fields=["office", "role"], name="office_role_once"),
            Matches(field="office", name="officerole_office_same_region"),
        ]

    def __str__(self):
        return f"{self.office} {self.get_role_display()}"


@tracked
class Membership(TenantModel):
    """A person's role in an office, until it ends."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    office_role = models.ForeignKey(
        OfficeRole, on_delete=models.PROTECT, related_name="memberships", verbose_name="角色"
    )
    ended_on = models.DateField("离任日", null=True, blank=True)

    objects = scoped(MembershipQuerySet)

    class Meta:
        ordering = ["office_role", "id"]
        verbose_name = "成员"
        constraints = [
            region_key("membership_region_key"),
            models.UniqueConstraint(
                fields=["user", "office_role"],
                condition=Q(ended_on=None),
                name="membership_once",
                violation_error_message="这位同事已有这个角色。",
            ),
            Matches(field="office_role", name="membership_role_same_region"),
        ]

    def __str__(self):
        return f"{self.user} {self.office_role}"


@tracked
class Cover(TenantModel):
    """Leave cover: for some days a colleague of the same office also holds the absent's role."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="covers")
    deputy = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="covers", verbose_name="代办人"
    )
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束")

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = "请假代办"
        constraints = [
            models.CheckConstraint(
                name="cover_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束不能早于开始。",
            ),
            Matches(field="membership", name="cover_membership_same_region"),
        ]

    def __str__(self):
        return f"{self.deputy} 代 {self.membership}"


@tracked
class ApiToken(TenantModel):
    """A key by which an office's system reads the API; only its hash is kept."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=50)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="token")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    expires_on = models.DateField("有效期至", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)

    objects = scoped(ApiTokenQuerySet)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "接口令牌"
        constraints = [Matches(field="office", name="token_office_same_region")]

    def __str__(self):
        return self.name

    @staticmethod
    def new_secret() -> str:
        return "jx_" + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """The secret has 256 random bits: a plain hash cannot be guessed back."""
        return hashlib.sha256(secret.encode()).hexdigest()


class Reveal(TenantModel):
    """A masked value shown in full: to whom, which, and why."""

    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    column = models.CharField(max_length=40)
    reason = models.CharField("事由", max_length=200)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = "查看记录"
        indexes = [models.Index(fields=["region", "table", "row_id"], name="reveal_of_row")]

    def __str__(self):
        return f"{self.actor} {self.table} {self.row_id} {self.column}"
