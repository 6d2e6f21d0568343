"""Whose limits are whose: gateways, processes, and event loops that are no more."""

import asyncio
import subprocess
import sys

import attrs
import pytest
from support.transports import settle

from smsgate import SmscGateway, SmsClubHttpGateway, SmsClubJsonGateway, SmsClubXmlGateway
from smsgate.policy import limits as registry
from smsgate.policy.limits import Limits, Turn, forget_limits, limits_of
from smsgate.providers.http_gateway import HttpGateway

SECRET = "tok3n/HUNTER2"


def smsc(*, login: str = "demo") -> SmscGateway:
    """Make a gateway of *login*."""
    return SmscGateway(login=login, password="demo")


def test_a_forked_process_has_nobody_under_way() -> None:
    """The turns and the queue are its parent's: none of them is given back here."""
    limits = limits_of("demo")
    with asyncio.Runner() as parent, asyncio.Runner() as child:
        inherited = parent.run(limits.turn(1))
        registry._begin_anew()
        ours = child.run(limits.turn(1))
        inherited.release()

        assert not limits.is_idle

        ours.release()

    assert limits.is_idle


async def test_the_turns_of_a_closed_event_loop_are_taken_back() -> None:
    """A task of it that never began would have given its turn back; nobody will now."""
    limits, lost = Limits(), asyncio.new_event_loop()
    lent = limits.turn(1)
    await asyncio.to_thread(lost.run_until_complete, lent)
    early = asyncio.create_task(limits.turn(1))
    await settle()

    assert not early.done()

    was_idle = limits.is_idle
    lost.close()

    assert (was_idle, limits.is_idle) == (False, True)

    late = asyncio.create_task(limits.turn(1))
    (await early).release()

    assert isinstance(await late, Turn)


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        pytest.param(smsc(), smsc(), True, id="one-login"),
        pytest.param(smsc(), smsc(login="Demo"), True, id="one-login-written-twice"),
        pytest.param(smsc(), smsc(login="other"), False, id="two-logins"),
        pytest.param(smsc(), SmscGateway(api_key="key"), False, id="a-login-and-a-key"),
        pytest.param(
            smsc(), SmsClubHttpGateway(username="demo", password="x"), False, id="two-providers"
        ),
        pytest.param(
            SmsClubHttpGateway(username="demo", token="x"),
            SmsClubXmlGateway(username="demo", password="x"),
            True,
            id="two-gates-of-one-provider",
        ),
        pytest.param(
            SmsClubJsonGateway(token="a"), SmsClubJsonGateway(token="b"), False, id="two-tokens"
        ),
    ],
)
def test_whose_limits_are_whose(one: HttpGateway, other: HttpGateway, *, is_shared: bool) -> None:
    """An account's limits are one object, whichever gateway uses it; no two accounts share."""
    again = [attrs.evolve(gateway)._line.limits for gateway in (one, other)]

    assert (again[0] is again[1]) == is_shared


FORKED = """
import asyncio, os
from smsgate.policy.limits import limits_of

limits = limits_of("demo")
parent = asyncio.Runner()
parent.run(limits.turn(1))
if os.fork() == 0:
    asyncio.run(asyncio.wait_for(limits.turn(1), 5))
    os._exit(limits is not limits_of("demo"))
raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_forked_process_has_turns_of_its_own() -> None:
    """It could not give back those of its parent."""
    assert subprocess.run([sys.executable, "-c", FORKED], check=False).returncode == 0


def test_a_new_process_starts_afresh() -> None:
    """So does a test."""
    before = limits_of("somebody")

    assert limits_of("somebody") is before

    forget_limits()

    assert limits_of("somebody") is not before


def test_no_login_can_be_read_in_the_registry() -> None:
    """A login may be a secret token; who looks at the process from inside does not see it."""
    SmsClubJsonGateway(token=SECRET)
    SmscGateway(api_key=SECRET)

    assert len(registry._all) == 2
    assert SECRET.casefold() not in repr(registry._all).casefold()
