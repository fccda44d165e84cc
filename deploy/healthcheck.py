"""Asks the web server beside it whether it can serve; ends with 1 if not."""

import os
from urllib.request import Request, urlopen

host = os.environ["JIANXI_HOSTS"].split(",")[0].strip()
urlopen(Request("http://127.0.0.1:8000/readyz", headers={"Host": host}), timeout=4)
