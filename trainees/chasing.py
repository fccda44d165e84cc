"""Applications a base leaves unanswered past its clock: it is reminded, once a day at most, by the
district or by itself."""

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from accounts import messages
from bases.access import people_of
from jianxi.history import acting
from trainees.applying import KIND
from trainees.models import Application

CHASED = "催办"  # in the history


def chase(rows: Iterable[Application], *, actor) -> int:
    """Remind the bases of those that are late, one message to each employer; how many applications
    they were reminded of. Whoever comes second on a day reminds of nothing."""
    today = timezone.localdate()
    with acting(actor, CHASED):
        late = Application.objects.unanswered(today).filter(pk__in=[row.pk for row in rows])
        held = late.exclude(chased_on=today).select_for_update(of=("self",))
        held = held.select_related("region", "position__base__profile")
        employers = Counter()
        for row in held.order_by("pk"):
            row.chased_on = today
            row.save(update_fields=["chased_on"])
            employers[row.position.base.profile] += 1
            region = row.region
        for profile, number in employers.items():
            messages.notify(
                people_of(profile),
                KIND,
                region=region,
                title=f"有 {number} 份报名超过答复期限，请尽快答复",
                url=reverse("employer:applications", args=[region.slug]),
            )
    return employers.total()
