"""
The clients, as data: where each comes from, and where it had to be set unlike its default.

All of them are pointed at loopback and wait `PATIENCE` seconds for an answer where their
own default is finite and much longer; what waits for ever by default still does.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import attrs

from benchmarks.clients import official

DRIVERS = Path(__file__).parent / "drivers"
PATIENCE = 2.0  #: seconds


@attrs.frozen(kw_only=True)
class Client:
    """
    One row of the table.

    ``package`` is what pip installs for it. ``fit`` writes a copy of what lies at
    ``source``, outside the project. ``given`` goes to the driver as it is. ``note`` tells
    what is unlike the default.
    """

    name: str
    driver: str
    package: str = ""
    source: Path | None = None
    fit: Callable[[Path], Path] | None = None
    given: tuple[str, ...] = ()
    has_mirrors: bool = False
    note: str = ""

    def missing(self) -> str:
        """Say what it needs and does not find here; nothing when all is there."""
        if self.source and not self.source.exists():
            return f"{self.source.name} is not there"

        return "" if not self._is_php or official.has_php() else "needs php with curl"

    def fitted(self, folder: Path) -> list[str]:
        """Make what its driver is given; copies go to *folder*."""
        return [str(self.fit(folder))] if self.fit else list(self.given)

    @property
    def _is_php(self) -> bool:
        return self.driver.endswith(".php")

    def command(self, python: Path) -> list[str]:
        """Write the command that runs its driver; *python* is where packages are."""
        if self._is_php:
            return ["php", str(DRIVERS / self.driver)]

        interpreter = str(python) if self.package else sys.executable
        return [interpreter, "-m", f"{__package__}.drivers.{self.driver}"]


SMSC = (
    Client(
        name="smsgate",
        driver="with_smsgate",
        has_mirrors=True,
        note=f"timeouts of {PATIENCE:g} s and {PATIENCE / 6:.1f} s to connect, not 30 and 5",
    ),
    Client(
        name="SMSC's PHP client 3.8",
        driver="with_official_php.php",
        source=official.PHP,
        fit=official.fit_php,
        has_mirrors=True,
        note=f"fitted copy; CURLOPT_TIMEOUT {PATIENCE:g} s, not 60",
    ),
    Client(
        name="SMSC's Python client 2.0",
        driver="with_official_python",
        source=official.PYTHON,
        fit=official.fit_python,
        has_mirrors=True,
        note="fitted copy, line breaks mended; no timeout, as by default; follows redirects",
    ),
    Client(
        name="apprise 2.2.0, smsc",
        driver="with_apprise",
        package="apprise==2.2.0",
        given=(f"?rto={PATIENCE:g}&cto={PATIENCE:g}",),
        note=f"its address replaced; timeouts of {PATIENCE:g} s, not 4; no retries, as by default",
    ),
    Client(
        name="apprise 2.2.0, smsc, ?retry=2",
        driver="with_apprise",
        package="apprise==2.2.0",
        given=(f"?rto={PATIENCE:g}&cto={PATIENCE:g}&retry=2",),
        note="the same, with its own setting for retries",
    ),
    Client(
        name="smsc 0.1.1",
        driver="with_smsc",
        package="smsc==0.1.1",
        note="its address replaced; no timeout, as by default",
    ),
)  #: those that speak SMSC's language

OTHERS = (
    Client(
        name="twilio 9.13.0",
        driver="with_twilio",
        package="twilio==9.13.0",
        note="its address replaced; no timeout, as by default",
    ),
    Client(
        name="telnyx 4.189.0",
        driver="with_telnyx",
        package="telnyx==4.189.0",
        note=f"timeout {PATIENCE:g} s, not 60; its 2 retries, as by default",
    ),
    Client(
        name="boto3 1.44.5, SNS",
        driver="with_sns",
        package="boto3==1.44.5",
        note=f"timeouts {PATIENCE:g} s, not 60; its 3 attempts, as by default",
    ),
    Client(
        name="azure-communication-sms 1.1.0",
        driver="with_azure",
        package="azure-communication-sms==1.1.0",
        note=f"timeouts {PATIENCE:g} s, not 300; its 10 retries, as by default, but at once",
    ),
)  #: each on its own wire, see `wires`
