"""What stands before a command runs.

Without settings: the embedded services, and for the portal's own commands the schema and the
regions too, so that each of them works on a fresh clone. With real servers nothing is started
and nothing migrated: that is then the operator's step.
"""

import hashlib
import signal
import sys
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from jianxi import embedded

WITHOUT_SERVICES = {"", "help", "version", "check", "diffsettings", "collectstatic", "draw_secrets"}
# What the schema and the regions come from; a change in any of these is brought in once.
FOUNDATIONS = ["requirements.lock", "*/migrations/*.py", "*/data/**/*.*"]


@contextmanager
def services_for(arguments: list[str]):
    """What the management command of these arguments needs, while it runs."""
    command = arguments[0] if arguments else ""
    idle = command in WITHOUT_SERVICES or command.startswith("-") or "--help" in arguments
    if idle or not embedded.needed():
        yield
        return
    django.setup()
    # as with Ctrl-C, services stop on the way out
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with embedded.running(lay_foundation if _ours(command) else lambda: None):
        yield


def _ours(command: str) -> bool:
    """Whether a command is one of the portal's, not of a library."""
    application = get_commands().get(command, "django.core")
    if not isinstance(application, str):
        application = type(application).__module__
    return (settings.BASE_DIR / application.split(".")[0]).is_dir()


def lay_foundation():
    """Bring the embedded database's schema and regions up to the code, once."""
    if "postgres" not in embedded.needed():
        return
    stamp = embedded.home() / "postgres" / "foundation"
    current = foundation()
    if stamp.exists() and stamp.read_text() == current:
        return
    build()
    stamp.write_text(current)


def build():
    """Apply the migrations and load the regions; said on stderr, stdout is the command's."""
    call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
    call_command("load_regions", stdout=sys.stderr)


def foundation(*more: str) -> str:
    """A digest of the files that schema and regions come from, and of `more` patterns."""
    digest = hashlib.sha256()
    for pattern in (*FOUNDATIONS, *more):
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(f"{file.relative_to(settings.BASE_DIR)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
