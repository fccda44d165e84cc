"""What takes a place of a position."""

from positions.places import occupies
from trainees.models import Agreement, Application


@occupies
def running_agreements(position):
    """Signed and not ended, whether arrived or not."""
    return Agreement.objects.standing().filter(position=position, ended_on=None)


@occupies
def taken_in(position):
    """Accepted or dispatched, and not signed yet."""
    return Application.objects.taken_in().filter(position=position)
