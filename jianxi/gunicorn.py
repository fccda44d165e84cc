"""How gunicorn serves the portal, on one machine and in production."""

import os

from jianxi import logs

wsgi_app = "jianxi.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("JIANXI_WEB_WORKERS") or 1)
threads = int(os.environ.get("JIANXI_WEB_THREADS") or 8)
timeout = 60  # seconds
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
logconfig_dict = logs.config(level=os.environ.get("JIANXI_LOG_LEVEL", "INFO"))
