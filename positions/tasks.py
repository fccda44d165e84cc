"""Work of positions that nobody asks for."""

from celery import shared_task

from jianxi.tenancy import scopes_disabled
from positions import search


@shared_task(name="positions.index")
def index():
    """Cut the words of positions that were changed in bulk, in all regions."""
    with scopes_disabled():
        search.index_stale()
