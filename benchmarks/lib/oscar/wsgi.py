"""What a server of WSGI serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.lib.oscar.settings")
application = get_wsgi_application()
