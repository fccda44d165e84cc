"""Static files out of npm packages: just those the pages load (settings.VENDORED_STATIC)."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


class VendoredFinder(BaseFinder):
    def find(self, path, find_all=False, **kwargs):
        prefix, _, file = path.partition("/")
        folder, files = settings.VENDORED_STATIC.get(prefix, ("", []))
        found = settings.NODE_MODULES / folder / file
        if file not in files or not found.exists():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns):
        for prefix, (folder, files) in settings.VENDORED_STATIC.items():
            storage = FileSystemStorage(location=Path(settings.NODE_MODULES) / folder)
            storage.prefix = prefix
            for file in files:
                yield file, storage
