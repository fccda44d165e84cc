import pytest
from django.db.migrations.recorder import MigrationRecorder


def test_healthz_answers_without_the_database(client):
    # no django_db mark: a query would fail the test
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_is_ready_when_everything_stands(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": True, "redis": True, "migrations": True}


@pytest.mark.django_db
def test_readyz_names_a_migration_that_is_missing(client):
    MigrationRecorder.Migration.objects.filter(app="jianxi").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unready",
        "database": True,
        "redis": True,
        "migrations": False,
    }


@pytest.mark.django_db
def test_readyz_names_a_redis_that_is_gone(client, settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock?db=0"}
    }
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["redis"] is False
