import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

VENDORED = [
    f"{prefix}/{file}" for prefix, (_, files) in settings.VENDORED_STATIC.items() for file in files
]


@pytest.mark.parametrize("path", VENDORED)
def test_what_pages_load_of_a_package_is_found(path):
    assert finders.find(path) is not None


@pytest.mark.parametrize(
    "path",
    ["bootstrap/css/bootstrap.css", "bootstrap/../package.json", "bootstrap", "axe-core/axe.js"],
)
def test_nothing_else_of_a_package_is_served(path):
    assert finders.find(path) is None


def test_every_reference_between_static_files_resolves(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert set(VENDORED) <= collected
