"""An environment of their own for the clients that come from a package index."""

import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path


def python_in(folder: Path) -> Path:
    """Tell where the environment in *folder* has its interpreter."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def install(folder: Path, packages: Iterable[str]) -> set[str]:
    """Make an environment in *folder*, and return those of *packages* it cannot have."""
    try:
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        return set(packages)

    pip = [str(python_in(folder)), "-m", "pip", "install", "--quiet"]
    return {
        package
        for package in sorted(set(packages))
        if subprocess.run([*pip, package], check=False, stderr=subprocess.DEVNULL).returncode
    }
