"""Where this server is, as its readers write it."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from geo.base.hosts import is_host
from geo.base.settings import settings


def server_address() -> str:
    """Return this server's address without a slash at its end.

    The one that the deployment gives, or else what the visitor's browser shows;
    nothing where there is no browser, or none that shows an address.
    """
    if settings().public_url:
        return settings().public_url
    here = urlsplit(st.context.url or "")
    if here.scheme not in {"http", "https"} or not is_host(here.netloc):
        return ""
    return f"{here.scheme}://{here.netloc}"
