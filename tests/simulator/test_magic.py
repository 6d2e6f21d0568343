"""The page of the simulator lists the magic numbers that there are, and no others."""

import re
from pathlib import Path

from smsgate.providers.smsc import simulated_send as smsc
from smsgate.providers.smsclub import simulated_account as smsclub

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")
ALL = [f"{n:04}" for n in range(10_000)]
OF_ONE_GATE = {"9400", "9404", "9406", "9429", "9453", "9501"}
IN_COMPANY = {"9006", "9500"}


def documented(heading: str) -> set[str]:
    """Read the digits in the table under *heading*; ``a to b`` is a range."""
    table = PAGE.partition(f"### {heading}\n")[2].partition("###")[0]
    found: set[str] = set()
    for row in re.findall(r"^\| ([0-9][0-9, a-z]*) \|", table, re.MULTILINE):
        for first, last in re.findall(r"(\d{4})(?: to (\d{4}))?", row):
            found |= {f"{n:04}" for n in range(int(first), int(last or first) + 1)}

    return found


def test_smsc() -> None:
    """Any other phone is accepted and delivered."""
    magic = {
        digits
        for digits in ALL
        if smsc.refusal_of(f"770100{digits}") or smsc.end_of(f"770100{digits}") != "1,0"
    }

    assert documented("SMSC") == magic


def test_smsclub() -> None:
    """What the gates share is in one book; a few numbers are one gate's own."""
    shared = {
        digits
        for digits in ALL
        if smsclub.refusal(f"38099000{digits}") or smsclub.end_of(f"38099000{digits}") != "DELIVRD"
    }

    assert documented("SMSClub") == shared | IN_COMPANY | OF_ONE_GATE
