"""What the commands on months share: the options, and region, form and period from them."""

from contextlib import contextmanager

from django.core.management.base import CommandError

from jianxi.tenancy import scope
from regions.models import Region
from reporting.compiling import NoSuchForm, form_for
from reporting.periods import InvalidPeriod, Period


def add_month_arguments(parser):
    parser.add_argument("--region", required=True, metavar="SLUG")
    parser.add_argument("--period", required=True, metavar="YYYY-MM")
    parser.add_argument("--form", metavar="KEY", help="the region's first form unless named")


@contextmanager
def month(options):
    """Enter the region's scope; gives (form, period). Raises CommandError."""
    try:
        region = Region.objects.get(slug=options["region"])
    except Region.DoesNotExist:
        known = (
            "、".join(Region.objects.values_list("slug", flat=True)) or "无，先运行 load_regions"
        )
        raise CommandError(f"没有统筹区 {options['region']}；已有：{known}") from None
    with scope(region=region):
        try:
            period = Period.parse(options["period"])
            form = form_for(region, period, options["form"])
        except (InvalidPeriod, NoSuchForm) as error:
            raise CommandError(str(error)) from error
        yield form, period
