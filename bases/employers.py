"""The one way to the global table of employers."""

from bases.models import Employer
from jianxi.identifiers import parse_uscc


def identify(uscc: str, name: str) -> Employer:
    """The employer with this code, made if new; raises InvalidIdentifier.

    The name is the one first heard of: what a region calls it stands in its own profile.
    """
    employer, _ = Employer.objects.get_or_create(uscc=parse_uscc(uscc), defaults={"name": name})
    return employer
