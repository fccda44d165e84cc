"""Signed agreements: what happens to one until it ends, for employers and youths. The office's own
pages are in views/office.py."""
