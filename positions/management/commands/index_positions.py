from django.core.management.base import BaseCommand

from jianxi.tenancy import scopes_disabled
from positions import search
from positions.models import Position


class Command(BaseCommand):
    help = "Cut the words positions are sought by: of those that changed, or of all anew."

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="all anew, as after a new dictionary"
        )

    def handle(self, *, all, **options):  # noqa: A002 the option's name
        with scopes_disabled():
            if all:
                Position.objects.update(search=None)
            self.stdout.write(str(search.index_stale()))
