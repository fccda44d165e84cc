"""What takes a place of a position."""

from positions.places import occupies
from trainees.models import Agreement


@occupies
def running_agreements(position):
    """Signed and not ended, whether arrived or not."""
    return Agreement.objects.standing().filter(position=position, ended_on=None)
