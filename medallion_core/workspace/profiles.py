"""The file of profiles that the Databricks CLI keeps, and the host that one of them names."""

from __future__ import annotations

import configparser
import os
from functools import lru_cache
from pathlib import Path

from medallion_core.errors import MedallionError
from medallion_core.workspace import sdk

REACH_SECONDS = 3
"""How long a host may take to take a call, and again to answer it."""


def profiles_file() -> Path:
    return Path(os.environ.get("DATABRICKS_CONFIG_FILE", "~/.databrickscfg")).expanduser()


def no_profile(profile: str, error: ValueError) -> MedallionError:
    """``error`` is the SDK's; what it says of a file that is not there leads elsewhere."""
    file = profiles_file()
    has_it = file.is_file() and f"[{profile}]" in file.read_text(errors="replace")
    return MedallionError(
        "NOT_CONNECTED",
        f"The profile {profile!r} in {file} does not connect: {error}"
        if has_it
        else f"{file} has no profile {profile!r}.",
        f"Sign in: databricks auth login --profile {profile}; or choose another profile.",
    )


def host_of(profile: str) -> str:
    """Of the environment, else of the profile; empty where neither says one."""
    parser = configparser.ConfigParser(default_section="", interpolation=None)
    try:
        parser.read_string(profiles_file().read_text(errors="replace"))
    except (OSError, configparser.Error):
        return "" if profile else os.environ.get("DATABRICKS_HOST", "")
    section = profile or os.environ.get("DATABRICKS_CONFIG_PROFILE") or "DEFAULT"
    written = parser.get(section, "host", fallback="")
    return written if profile else os.environ.get("DATABRICKS_HOST") or written


@lru_cache
def require_reachable(host: str) -> None:
    """Asks once. The SDK would repeat a call that nobody takes for a minute, and name no host.

    Raises MedallionError HOST_UNREACHABLE; a host that answers slowly is reached.
    """
    url = host if "://" in host else f"https://{host}"
    try:
        sdk.requests.head(url, timeout=REACH_SECONDS, allow_redirects=False)
    except sdk.requests.ReadTimeout:
        return
    except sdk.requests.RequestException as error:
        raise MedallionError(
            "HOST_UNREACHABLE",
            f"{host} cannot be reached: {_cause(error)}.",
            "Check the workspace's address, and the network or proxy between.",
        ) from error


def _cause(error: BaseException) -> BaseException:
    """What the error began with."""
    before = error.__cause__ or error.__context__
    return _cause(before) if before else error
