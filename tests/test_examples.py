"""The examples run, as a reader would run them, against the simulator on a socket."""

import os
import subprocess
import sys
from pathlib import Path

from smsgate.simulator import Simulator, dsns, serve

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(name: str, *phones: str) -> str:
    """Run an example against a fast simulator and return what it printed."""
    with serve(Simulator(pace=0.01)) as base_url:
        done = subprocess.run(
            [sys.executable, EXAMPLES / name, *phones],
            env={**os.environ, "SMSGATE_URL": dsns(base_url)["smsc"], "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )

    return done.stdout


def test_one_message_is_followed_to_its_end() -> None:
    """The first example of the documents ends with a delivered message."""
    said = run("send_and_follow.py", "+77011234567")

    assert "accepted: smsc:77011234567:" in said
    assert said.endswith("ended: delivered\n")


def test_the_spare_takes_what_the_first_cannot() -> None:
    """A provider that nobody can reach costs no message."""
    assert "accepted: smsc:77011234567:" in run("failover.py", "+77011234567")


def test_a_campaign_accounts_for_every_phone() -> None:
    """A bad phone among good ones is told apart, and nobody is left out."""
    said = run("campaign.py", "+77011234567", "+77017654321", "+77011239007")

    assert said.endswith("{'Accepted': 2, 'NotSent': 1}\n")
