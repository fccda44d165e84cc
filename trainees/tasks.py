"""Work of placement that nobody asks for."""

from celery import shared_task
from django.utils import timezone

from jianxi.tenancy import scope
from regions.calendar import working_days
from regions.models import Region
from trainees.chasing import chase
from trainees.models import Application


@shared_task(name="trainees.chase")
def chase_late():
    """Remind the bases of what they left unanswered, in every region where today is worked. A
    second run on a day reminds of nothing."""
    today = timezone.localdate()
    for region in Region.objects.all():
        with scope(region=region):
            if working_days().is_working_day(today):
                chase(Application.objects.unanswered(today), actor="chase")
