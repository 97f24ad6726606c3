"""`celery -A workers worker` and `celery -A workers beat` find the app here."""

import sys

from digest.errors import DigestError
from digest.log import configure_log
from digest.settings import load_settings
from workers.app import make_app

try:
    settings = load_settings()
    configure_log(settings.log)
    # Beat keeps its schedule there, and fails for ever where the folder is missing.
    settings.state.mkdir(parents=True, exist_ok=True)
    app = make_app(settings)
except DigestError as error:
    sys.exit(f"digest: {error}")
