"""Forms that are being written."""

from django.conf import settings
from django.db import models

from jianxi.history import tracked
from jianxi.tenancy import TenantModel
from regions.models import District


@tracked
class FormDraft(TenantModel):
    """A new form, or a new version of one, as text; nothing looks at it until it is put in force."""

    key = models.SlugField("标识")
    order = models.PositiveSmallIntegerField("排序", default=0)
    effective_from = models.DateField("启用月份")
    reporting_level = models.CharField("报送层级", max_length=20, choices=District.Kind, blank=True)
    text = models.TextField("定义")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )

    class Meta:
        ordering = ["key"]
        verbose_name = "报表草稿"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "key"],
                name="form_draft_once",
                violation_error_message="这张表已有一份草稿，请在那份上改。",
            ),
        ]

    def __str__(self):
        return self.key
