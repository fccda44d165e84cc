"""Rows of the mechanisms: long jobs, private files, requests to void a record."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jianxi.history import tracked
from jianxi.tenancy import TenantModel


class StoredFile(TenantModel):
    """A file in private storage under a random key.

    It has no address of its own: the view of what it belongs to serves it, under that right.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.BigIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("保留至", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = "文件"

    def __str__(self):
        return self.name


class Job(TenantModel):
    """What a long piece of work is doing. Its row decides who works on it (see jianxi.jobs)."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    kind = models.CharField("类别", max_length=40)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    message = models.CharField("说明", max_length=500, blank=True)
    source = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="来源文件"
    )
    output = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="结果文件"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "任务"
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                condition=~Q(state__in=["done", "failed"]),
                name="job_unfinished",
            ),
            models.Index(fields=["region", "owner", "-id"], name="job_of_owner"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


@tracked
class VoidRequest(TenantModel):
    """One person asks to void a record, another one agrees or refuses."""

    class State(models.TextChoices):
        ASKED = "asked", "待同意"
        AGREED = "agreed", "已作废"
        REFUSED = "refused", "未同意"

    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    title = models.CharField("记录", max_length=120)
    district = models.ForeignKey("regions.District", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("事由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="同意人",
    )
    decided_at = models.DateTimeField("办理时间", null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "作废申请"
        constraints = [
            models.UniqueConstraint(
                fields=["table", "row_id"],
                condition=Q(state="asked"),
                name="void_asked_once",
                violation_error_message="这条记录已有待同意的作废申请。",
            ),
            models.CheckConstraint(
                name="void_takes_two",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="作废须由另一人同意。",
            ),
            models.CheckConstraint(
                name="void_decided_by_someone",
                condition=Q(state="asked", decided_by=None)
                | (~Q(state="asked") & Q(decided_by__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.title


@tracked
class Assignment(TenantModel):
    """A case that waits, handed over to a colleague: `table` and `row_id` say which, `kind` and
    `title` what it was called. It is over when somebody decides (jianxi.workflow)."""

    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    kind = models.CharField("事项", max_length=40)
    title = models.CharField("内容", max_length=120)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="接手人"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="移交人"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    assigned_at = models.DateTimeField("移交时间", auto_now=True)

    class Meta:
        verbose_name = "移交"
        constraints = [
            models.UniqueConstraint(fields=["region", "table", "row_id"], name="assigned_to_one"),
        ]
        indexes = [models.Index(fields=["assigned_by"], name="assigned_by_whom")]

    def __str__(self):
        return f"{self.table} {self.row_id}"


class Reminder(TenantModel):
    """That a user was reminded on a day of the clocks that run out: once a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField("日期")

    class Meta:
        verbose_name = "期限提醒"
        constraints = [
            models.UniqueConstraint(fields=["region", "day", "user"], name="reminded_once_a_day"),
        ]

    def __str__(self):
        return f"{self.user} {self.day}"
