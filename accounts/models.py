"""Who signs in, for which office, with which role; what was revealed to whom; messages."""

import hashlib
import secrets

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase

from accounts.queries import (
    ApiTokenQuerySet,
    CoverQuerySet,
    MembershipQuerySet,
    OutgoingQuerySet,
    PersonalKeyQuerySet,
)
from jianxi.crypto import EncryptedField, keyed_hash
from jianxi.history import tracked
from jianxi.masking import mask_email, mask_name, mask_phone
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from regions.models import District, Region


@tracked(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in, or (is_service) the identity an office's API token acts as.

    Staff sign in by user name. Whoever comes for an employer or as a youth signs in by phone:
    `phone_hash` finds the account. Until the phone is verified nobody has signed in with it yet.
    """

    class Side(models.TextChoices):
        EMPLOYER = "employer", "单位"
        YOUTH = "youth", "青年"

    PERSONAL = {"phone": mask_phone, "email": mask_email}

    name = models.CharField("姓名", max_length=50)
    email = EncryptedField("邮箱", context="user.email", blank=True, null=True)
    phone = EncryptedField("手机号", context="user.phone", blank=True, null=True)
    phone_hash = models.BinaryField(
        max_length=32, null=True, blank=True, unique=True, editable=False
    )
    phone_verified_at = models.DateTimeField("手机号验证时间", null=True, blank=True)
    side = models.CharField(
        "从哪边进来", max_length=10, choices=Side, blank=True, default="", db_default=""
    )
    is_service = models.BooleanField("接口账号", default=False)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码更改时间", null=True, editable=False)

    class Meta:
        verbose_name = "账号"

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    @staticmethod
    def hash_of(phone: str) -> bytes:
        """What an account is found by; the number as `parse_phone` gives it."""
        return keyed_hash("phone", phone)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""

    @property
    def masked_email(self) -> str:
        return mask_email(self.email) if self.email else ""

    def __str__(self):
        return self.name or self.masked_phone or self.username

    def get_full_name(self):
        """What the history calls the user: staff by name, all others masked as their data is."""
        return mask_name(self.name) or self.masked_phone if self.phone_hash else str(self)


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

    objects = scoped(CoverQuerySet)

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


@tracked
class PersonalKey(models.Model):
    """A key by which a user's own programs act as the user by the API; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField("用途", max_length=50)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    expires_on = models.DateField("有效期至")
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)

    objects = PersonalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "个人接口密钥"

    def __str__(self):
        return self.name


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


class Outgoing(models.Model):
    """A message on its way out of the portal: stored with what it tells of, sent after commit.

    What was not sent by `expires_at` (a code that has run out) is not sent any more. `error` says
    in words of ours what went wrong last, never what the other side answered.
    """

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "邮件"

    channel = models.CharField("渠道", max_length=10, choices=Channel)
    recipient = EncryptedField("收件人", context="outgoing.recipient")
    kind = models.CharField("种类", max_length=40)
    text = EncryptedField("内容", context="outgoing.text")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("时间", auto_now_add=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    expires_at = models.DateTimeField("发送截止", null=True)
    next_attempt_at = models.DateTimeField("下次发送", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    error = models.CharField("没有发出的原因", max_length=100, blank=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "发件"
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(sent_at=None), name="to_be_sent"),
            models.Index(fields=["created_at"], name="outgoing_by_age"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"


class Message(models.Model):
    """A message to a user within the portal."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("内容", blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "消息"
        indexes = [
            models.Index(fields=["user", "-id"], name="message_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="message_unread"),
        ]

    def __str__(self):
        return self.title


class MessageSwitch(models.Model):
    """Whether a user wants a kind of message by a channel, where that differs from the kind's
    own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="message_switches")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Outgoing.Channel)
    is_on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="switch_once"),
        ]

    def __str__(self):
        return f"{self.kind} {self.channel}"
