"""Questions about youths and their agreements."""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from bases.queries import bases_named
from jianxi.records import RecordQuerySet


class AgreementState(models.TextChoices):
    ON_POST = "in_progress", "在岗"
    OVERDUE = "overdue", "逾期未结束"
    NOT_ARRIVED = "signed", "未到岗"
    ENDED = "ended", "已结束"


class TraineeState(models.TextChoices):
    ON_POST = "in_progress", "在岗"
    NOT_ARRIVED = "signed", "已签未到岗"
    NONE = "none", "未在见习"


class AgreementQuerySet(RecordQuerySet):
    DISTRICT = "position__base__district"

    def on_post(self, day):
        """Arrived and not ended on the day, whatever the planned end."""
        return self.standing().filter(Q(ended_on=None) | Q(ended_on__gt=day), arrived_on__lte=day)

    @staticmethod
    def states(day):
        """An end is never entered ahead of its day: what has one has ended. Those overdue are on
        post all the same, and are found among them too."""
        arrived = Q(ended_on=None, arrived_on__isnull=False)
        return {
            AgreementState.OVERDUE: arrived & Q(planned_end__lt=day),
            AgreementState.ON_POST: arrived,
            AgreementState.NOT_ARRIVED: Q(ended_on=None, arrived_on=None),
            AgreementState.ENDED: Q(ended_on__isnull=False),
        }

    def overlapping(self, signed_on, ended_on):
        """Those that run on a day between signing and end (excluded; None: still running)."""
        running = self.standing().filter(Q(ended_on=None) | Q(ended_on__gt=signed_on))
        running = running.exclude(ended_on=models.F("signed_on"))
        return running.filter(signed_on__lt=ended_on) if ended_on else running

    def present(self, period):
        """On post on a day of the period, or ended on one."""
        return self.filter(self.is_present(period))

    @staticmethod
    def is_present(period) -> Q:
        not_ended_before = Q(ended_on=None) | Q(ended_on__gte=period.start)
        return Q(voided_at=None, arrived_on__lte=period.end) & not_ended_before

    def of_month(self, period):
        """Whoever was present in it, and who was to come by its end."""
        return self.filter(self.is_of_month(period))

    @classmethod
    def is_of_month(cls, period) -> Q:
        to_come = Q(voided_at=None, planned_start__lte=period.end)
        to_come &= Q(ended_on=None) | Q(ended_on__gte=period.start)
        return cls.is_present(period) | to_come

    def search(self, text: str, districts):
        """By number, by what finds the youth or the unit, or by the position's number."""
        from trainees.models import Trainee

        trainees = Trainee.objects.in_districts(districts).search(text, districts).pks()
        bases = bases_named(text, districts)
        return self.either(
            Q(number=text) | Q(trainee__in=trainees),
            Q(position__number=text),
            Q(position__base__in=bases),
        )


class ApplicationQuerySet(RecordQuerySet):
    """`district` is who reviews it, whatever became of the base since."""

    OPEN = ("submitted", "returned", "referred", "accepted", "dispatched")
    TAKEN_IN = ("accepted", "dispatched")

    def open(self):
        """Neither refused nor given up, and no agreement signed yet."""
        return self.standing().filter(state__in=self.OPEN)

    def taken_in(self):
        """Who holds a place and has not signed yet: from then on the agreement holds it."""
        return self.standing().filter(state__in=self.TAKEN_IN)

    def unanswered(self, day):
        """Past the clock of the base."""
        return self.standing().filter(state="referred", due_on__lt=day)

    def with_contract(self):
        """Each with its `live_contracts`, one at most, and the agreement it became."""
        from trainees.models import Contract

        live = Contract.objects.live().select_related("agreement")
        return self.prefetch_related(Prefetch("contracts", live, to_attr="live_contracts"))


class ContractQuerySet(RecordQuerySet):
    DISTRICT = "position__base__district"

    def in_districts(self, districts):
        """A draft is its employer's alone, until it comes back to be amended."""
        return super().in_districts(districts).exclude(state="draft", agreement=None)

    def live(self):
        """Neither given up nor void."""
        return self.standing().exclude(state="cancelled")

    def with_sides(self):
        """With all that its pages tell."""
        return self.select_related(
            "application__trainee__user",
            "position__base__profile__employer",
            "position__base__district",
            "agreement",
            "employer_signed_by",
        )


class MonthCheckState(models.TextChoices):
    CHECKED = "confirmed", "已核对"
    CHANGED = "corrected", "核对后有变动"
    WAITING = "waiting", "未核对"


class MonthCheckQuerySet(models.QuerySet):
    def in_districts(self, districts):
        """Of bases that lie there now."""
        return self if districts.is_whole else self.filter(base__district__in=districts)


class TraineeQuerySet(RecordQuerySet):
    @classmethod
    def states(cls, day):
        """What the youth's agreement that has not ended says; there is one at most."""
        running = cls._running()
        return {
            TraineeState.ON_POST: Exists(running.filter(arrived_on__isnull=False)),
            TraineeState.NOT_ARRIVED: Exists(running.filter(arrived_on=None)),
            TraineeState.NONE: ~Exists(running),
        }

    def with_state(self, day):
        """Looked up row by row: to know it of a page's youths must not take reading all of them."""
        arrived = When(arrived_on__isnull=False, then=Value(TraineeState.ON_POST))
        told = Case(arrived, default=Value(TraineeState.NOT_ARRIVED))
        running = self._running().annotate(told=told).values("told")[:1]
        return self.annotate(state=Coalesce(Subquery(running), Value(TraineeState.NONE)))

    @staticmethod
    def _running():
        from trainees.models import Agreement

        return Agreement.objects.standing().filter(trainee=OuterRef("pk"), ended_on=None)

    def _lying_in(self, districts):
        """Who interns or interned, lives, or applied and waits for an answer, in the districts."""
        return self.either(
            Q(home_district__in=districts),
            Q(agreements__position__base__district__in=districts),
            Q(
                applications__district__in=districts,
                applications__state__in=ApplicationQuerySet.OPEN,
                applications__voided_at=None,
            ),
        )

    def search(self, text: str, districts):
        """By the beginning of the name, or a whole document, phone or card number."""
        from trainees.persons import named

        return self.either(*named(text))
