from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import members
from accounts.models import Office, Role
from jianxi.history import acting
from jianxi.tenancy import scope
from regions.models import District, Region


class Command(BaseCommand):
    help = "Give a region its first 管理员; prints the password to hand over, once."

    def add_arguments(self, parser):
        parser.add_argument("--region", required=True, metavar="SLUG")
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True, help="the person's name")

    def handle(self, *, region, username, name, **options):
        try:
            region = Region.objects.get(slug=region)
        except Region.DoesNotExist:
            raise CommandError(
                f"There is no region {region}; `load_regions` brings them."
            ) from None
        with scope(region=region), acting("create_admin"):
            root = District.objects.root()
            office = Office.objects.filter(
                district=root, kind=Office.Kind.HUMAN_RESOURCES
            ).first() or members.create_office(region=region, district=root, name=region.authority)
            try:
                user, password = members.register(username=username, name=name)
            except ValidationError as error:
                raise CommandError("; ".join(error.messages)) from error
            members.appoint(user, office, Role.ADMIN)
        self.stdout.write(f"{office}: {username} {password}")
