"""
SMSC's official clients, which lie outside the project, fitted to loopback.

A copy is made each time, and every host in it is replaced: it can reach nobody else. The
PHP client is a file. The Python client survives only as the text of a web page, whose
line breaks are mended first.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from smsgate.providers.network import LOGIN, PASSWORD

SHARED = Path(__file__).parents[3] / "shared"
PHP = SHARED / "peers" / "smsc_api.php"
PYTHON = SHARED / "seeds" / "003_14808253739690fb.txt"

_PHP = {
    'define("SMSC_LOGIN", "")': f'define("SMSC_LOGIN", "{LOGIN}")',
    'define("SMSC_PASSWORD", "")': f'define("SMSC_PASSWORD", "{PASSWORD}")',
    'define("SMSC_HTTPS", 0)': 'define("SMSC_HTTPS", SECURE)',
    '"://smsc.kz/sys/$cmd': '"://".HOSTS[0]."/sys/$cmd',
    "'://smsc.kz/'": "'://'.HOSTS[0].'/'",
    "'://www'.$i.'.smsc.kz/'": "'://'.HOSTS[$i - 1].'/'",
    "CURLOPT_TIMEOUT => 60": "CURLOPT_TIMEOUT => PATIENCE",
    "212.24.33.196": "127.0.0.1",
}
_PYTHON = {
    'SMSC_LOGIN = ""': f'SMSC_LOGIN = "{LOGIN}"',
    'SMSC_PASSWORD = ""': f'SMSC_PASSWORD = "{PASSWORD}"',
    "SMSC_HTTPS = False": "SMSC_HTTPS = SECURE",
    '"://smsc.ua/sys/"': '"://" + HOSTS[0] + "/sys/"',
    '"smsc.ua/", "www" + str(i) + ".smsc.ua/"': 'HOSTS[0] + "/", HOSTS[i - 1] + "/"',
}
# Where the page changed colour, a line break took the place of a space, or of nothing.
_SCARS = {
    r"(?m)^( +)\n(?=\S)": r"\1 ",
    r"\b(if|return)\n(?=\S)": r"\1 ",
    r"\n(?=[.:=])": " ",
}


def has_php() -> bool:
    """Tell whether PHP is installed here, with its curl extension."""
    php = shutil.which("php")
    return php is not None and b"curl" in subprocess.check_output([php, "-m"]).split()


def fit_php(folder: Path) -> Path:
    """Write the PHP client for the constants HOSTS, SECURE and PATIENCE."""
    return _write(folder / "smsc_api.php", PHP.read_text(encoding="utf-8"), _PHP)


def fit_python(folder: Path) -> Path:
    """Write the Python client for the globals HOSTS and SECURE."""
    page = PYTHON.read_text(encoding="utf-8")
    code = page[page.index("# -*- coding") : page.index("# Examples:")].replace("\xa0", " ")
    for scar, mended in _SCARS.items():
        code = re.sub(scar, mended, code)

    return _write(folder / "smsc_api.py", code, _PYTHON)


def _write(path: Path, code: str, fitting: Mapping[str, str]) -> Path:
    for old, new in fitting.items():
        if old not in code:
            raise ValueError(f"the official client has no {old} any more")

        code = code.replace(old, new)

    path.write_text(code, encoding="utf-8")
    return path
