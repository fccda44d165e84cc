"""Questions about youths and their agreements."""

from django.db.models import Exists, OuterRef, Q

from jianxi.records import RecordQuerySet


class AgreementQuerySet(RecordQuerySet):
    def in_districts(self, districts):
        return self.filter(position__base__district__in=districts)

    def on_post(self, day):
        """Arrived and not ended on the day, whatever the planned end."""
        return self.standing().filter(
            Q(ended_on=None) | Q(ended_on__gt=day), arrived_on__lte=day
        )


class TraineeQuerySet(RecordQuerySet):
    def in_districts(self, districts):
        """Who interns, or lives, in the districts."""
        from trainees.models import Agreement

        interning = Agreement.objects.filter(
            trainee=OuterRef("pk"), position__base__district__in=districts
        )
        return self.filter(Q(home_district__in=districts) | Exists(interning))
