"""For whoever watches the portal: does the process live, and can it serve?"""

from django.core.cache import cache
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from jianxi.web import access, everyone


@access(everyone)
@require_safe
@never_cache
@transaction.non_atomic_requests
def live(request):
    return JsonResponse({"status": "ok"})


@access(everyone)
@require_safe
@never_cache
@transaction.non_atomic_requests
def ready(request):
    """200 when database, Redis and schema are ready, else 503; names what is not."""
    checks = {"database": _database(), "redis": _redis()}
    checks["migrations"] = checks["database"] and _migrated()
    status = 200 if all(checks.values()) else 503
    return JsonResponse({"status": "ok" if status == 200 else "unready", **checks}, status=status)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return False
    return True


def _redis() -> bool:
    try:
        cache.get("ready")
    except RedisError:
        return False
    return True


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
