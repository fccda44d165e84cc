"""Questions about forms and months."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from jianxi.identifiers import InvalidIdentifier, parse_uscc

UNFINISHED = ("open", "compiled", "confirming", "returned")  # still to be submitted by their unit
STANDING = frozenset({"submitted", "approved", "locked", "correcting"})


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

    def with_corrections(self):
        """Each with whether a correction of it is under way (`under_correction`)."""
        from reporting.models import Correction

        approved = Correction.objects.filter(report=OuterRef("pk"), state=Correction.State.APPROVED)
        return self.annotate(under_correction=Exists(approved))

    def with_submitters(self):
        """Each with who submitted its newest version (`submitter`)."""
        from reporting.models import Version

        newest = Version.objects.filter(report=OuterRef("pk")).order_by("-number")
        return self.annotate(submitter=Subquery(newest.values("submitted_by")[:1]))

    def standing(self):
        """Whose newest version is what the unit reports, one under correction included."""
        return self.with_corrections().filter(Q(state__in=STANDING) | Q(under_correction=True))

    def overdue(self, today):
        return self.unfinished().filter(Q(due_on__lt=today))


class VersionQuerySet(models.QuerySet):
    def newest(self, form_key, period):
        """Of a month, as `one_each` tells."""
        return self.filter(report__form_key=form_key, report__period=period).one_each()

    def one_each(self, under_way=None):
        """Of each report its newest version; of one under correction the one that is corrected,
        also when its correction was submitted and came back. `under_way`: those corrections, where
        not those of now."""
        if under_way is None:
            from reporting.models import Correction

            under_way = Correction.objects.filter(state=Correction.State.APPROVED)
        came_back = under_way.filter(
            report=OuterRef("report"), corrected__number__lt=OuterRef("number")
        )
        kept = self.filter(~Exists(came_back))
        return kept.order_by("report_id", "-number").distinct("report_id")


class EnterpriseState(models.TextChoices):
    BASE = "active", "已是基地"
    KNOWN = "known", "已登记，不是基地"
    UNKNOWN = "unknown", "未对应"


class KeyEnterpriseQuerySet(models.QuerySet):
    def in_districts(self, districts):
        """A line that names no district is for who holds the whole region."""
        return self if districts.is_whole else self.filter(district__in=districts)

    def with_base(self, day):
        """Each with whether its employer is a base of the region on the day (`is_base`), and the
        districts where it is one (`base_places`, pks)."""
        from bases.models import Base

        existing = Base.objects.existing(day).filter(profile__employer=OuterRef("employer"))
        places = existing.order_by("district_id").values("district_id").distinct()
        return self.annotate(is_base=Exists(existing), base_places=ArraySubquery(places))

    def in_state(self, state: str, day):
        match state:
            case EnterpriseState.UNKNOWN:
                return self.filter(employer=None)
            case EnterpriseState.KNOWN:
                return self.with_base(day).filter(employer__isnull=False, is_base=False)
        return self.with_base(day).filter(is_base=True)

    def search(self, text: str, districts):
        """By the code when it is one, else by a part of the name or the list's name."""
        try:
            return self.filter(Q(uscc=parse_uscc(text)) | Q(employer__uscc=parse_uscc(text)))
        except InvalidIdentifier:
            return self.filter(Q(name__icontains=text) | Q(list_name__icontains=text))
