"""The one way to the global table of employers."""

from bases.models import Employer
from jianxi.identifiers import parse_uscc


def identify(uscc: str, name: str) -> Employer:
    """The employer with this code, made if new; raises InvalidIdentifier.

    The name is the one first heard of: what a region calls it stands in its own profile.
    """
    employer, _ = Employer.objects.get_or_create(uscc=parse_uscc(uscc), defaults={"name": name})
    return employer


def identify_all(names: dict[str, str]) -> dict[str, int]:
    """Ids of employers by code, made where new. `names` by code, which is checked already."""
    Employer.objects.bulk_create(
        [Employer(uscc=uscc, name=name) for uscc, name in sorted(names.items())],
        ignore_conflicts=True,
    )
    return dict(Employer.objects.filter(uscc__in=names).values_list("uscc", "pk"))
