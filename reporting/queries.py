"""Questions about forms and months."""

from django.db import models
from django.db.models import Q

UNFINISHED = ("open", "compiled", "confirming", "returned")  # still to be submitted by their unit


class FormQuerySet(models.QuerySet):
    def in_force(self, day):
        """The version of each form that holds on the day, in the region's order."""
        newer = self.filter(effective_from__lte=day).order_by("key", "-effective_from")
        return self.filter(pk__in=newer.distinct("key").values("pk")).order_by("order", "key")


class ReportQuerySet(models.QuerySet):
    def of_month(self, form_key, period):
        return self.filter(form_key=form_key, period=period)

    def unfinished(self):
        """Still to be submitted by their unit."""
        return self.filter(state__in=UNFINISHED)

    def overdue(self, today):
        return self.unfinished().filter(Q(due_on__lt=today))


class VersionQuerySet(models.QuerySet):
    def newest(self, form_key, period):
        """The latest version of each report of a month."""
        month = self.filter(report__form_key=form_key, report__period=period)
        return month.order_by("report_id", "-number").distinct("report_id")
