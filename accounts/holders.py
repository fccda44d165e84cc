"""Who holds a permission in the offices of which unit, leave cover included."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from accounts.models import Cover, Membership

GRANT = "office_role__group__districtgrant"
Post = tuple[dict[int, str], dict[int, str]]  # of a membership: its own member, the deputies


class Holders:
    """Who holds these permissions in the offices of the region's units, or of those that meet
    `units` (lookups of a district): names, by the user's pk. Who is covered while on leave holds
    them too, but is not at work: the deputy is. Two statements."""

    def __init__(self, permissions: Iterable[str], *, day: date | None = None, **units):
        day = day or timezone.localdate()
        held = Membership.objects.current(day).of_people()
        granted = {f"{GRANT}__permission__codename__in": permissions}
        granted |= {f"{GRANT}__content_object__{lookup}": value for lookup, value in units.items()}
        rows = held.filter(**granted).values_list(
            f"{GRANT}__permission__codename",
            f"{GRANT}__content_object__path",
            "pk",
            "user",
            "user__name",
            "user__is_active",
        )
        rows = list(rows)
        deputies: dict[int, dict[int, str]] = defaultdict(dict)
        covers = Cover.objects.on(day).filter(membership__in={row[2] for row in rows})
        for membership, deputy, name in covers.values_list("membership", "deputy", "deputy__name"):
            deputies[membership][deputy] = name
        self._held: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        self._posts: dict[tuple[str, str], list[Post]] = defaultdict(list)
        for permission, path, membership, user, name, is_active in rows:
            own = {user: name} if is_active else {}
            there = deputies.get(membership, {})
            self._held[permission, path] |= own | there
            self._posts[permission, path].append((own, there))

    def on(self, permission: str, path: str) -> dict[int, str]:
        return self._held.get((permission, path), {})

    def at_work(self, permission: str, path: str, without: int | None = None) -> dict[int, str]:
        """`without`: the pk of somebody who may not in this case; whoever they cover while on leave
        then counts."""
        found: dict[int, str] = {}
        for post in self._posts.get((permission, path), []):
            own, deputies = ({u: n for u, n in who.items() if u != without} for who in post)
            found |= deputies or own
        return found

    def nearest(self, permission: str, path: str, without: int | None = None) -> str | None:
        """The path of the unit itself, or of the next one up, where somebody is at work."""
        return next((at for at in upwards(path) if self.at_work(permission, at, without)), None)


def upwards(path: str) -> list[str]:
    """The path itself and those of the units above, nearest first."""
    keys = path.split("/")[:-1]
    return ["".join(f"{key}/" for key in keys[:end]) for end in range(len(keys), 0, -1)]
