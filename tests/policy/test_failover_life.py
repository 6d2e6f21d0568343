"""A failover is made of sound parts, opened and closed as one, and its money is not counted."""

import pytest
from support.clock import NapClock
from support.scripted_gateway import ScriptedGateway
from support.several import failover

from smsgate import FailoverGateway, InvalidArgument, Message, Unreachable, Unsupported

MESSAGE = Message("77010000001", "x")
DOWN = Unreachable("down")


async def test_money_of_several_accounts_is_no_one_sum() -> None:
    """Each account is asked by itself."""
    first = ScriptedGateway("first")
    gateway = failover(first, ScriptedGateway("spare"))

    with pytest.raises(Unsupported, match=r"\(gateways\[i\]\.balance\(\)"):
        await gateway.balance()

    assert gateway.gateways[0] is first
    assert (await gateway.gateways[0].balance()).amount == 7


async def test_all_are_opened_and_closed() -> None:
    """What opens and closes a failover opens and closes what is in it."""
    gateways = [ScriptedGateway("first"), ScriptedGateway("spare")]
    async with failover(*gateways):
        assert [gateway.is_open for gateway in gateways] == [True, True]

    assert [gateway.is_closed for gateway in gateways] == [True, True]


async def test_one_that_cannot_open_now() -> None:
    """A service starts while its first provider is down: that is what the spare is for."""
    first = ScriptedGateway("first", [DOWN], will_not_open=DOWN)
    async with failover(first, ScriptedGateway("spare")) as gateway:
        receipt = await gateway.send(MESSAGE)

    assert receipt.gateway == "spare"


async def test_a_bug_in_opening_closes_what_is_open() -> None:
    """Nobody would close it later: the block was never entered."""
    first = ScriptedGateway("first")
    gateway = failover(first, ScriptedGateway("spare", will_not_open=ZeroDivisionError()))

    with pytest.raises(ZeroDivisionError):
        await gateway.__aenter__()

    assert first.is_closed


async def test_all_are_closed_though_one_fails_to() -> None:
    """Its failure is told when the others are closed."""
    gateways = [
        ScriptedGateway("first", will_not_close=ZeroDivisionError()),
        ScriptedGateway("spare"),
    ]

    with pytest.raises(ZeroDivisionError):
        await failover(*gateways).aclose()

    assert [gateway.is_closed for gateway in gateways] == [True, True]


async def test_no_failure_to_close_is_lost() -> None:
    """Several are told together."""
    failures = [ZeroDivisionError(), LookupError()]

    with pytest.raises(ExceptionGroup) as caught:
        await failover(*(ScriptedGateway("x", will_not_close=f) for f in failures)).aclose()

    assert list(caught.value.exceptions) == failures


def test_at_least_one_gateway() -> None:
    """A list that came out empty is a mistake, and found before the first message."""
    with pytest.raises(InvalidArgument, match="gateways: give at least one"):
        FailoverGateway([])


def test_gateways_are_gateways() -> None:
    """A DSN is not opened here, nor quoted: it holds a password."""
    with pytest.raises(InvalidArgument, match=r"^gateways\[1\]: must be a gateway, not str$"):
        FailoverGateway([ScriptedGateway("first"), "smsc://me:pw@"])  # type: ignore[list-item]


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_set_aside_is_some_time(seconds: float) -> None:
    """For no time, a provider that is down would be asked first by every message."""
    with pytest.raises(InvalidArgument, match="set_aside: must be more than 0"):
        FailoverGateway([ScriptedGateway("first")], set_aside=seconds)


def test_one_gateway_is_no_list() -> None:
    """The mistake is named; so is a class where a gateway should stand."""
    with pytest.raises(InvalidArgument, match="gateways: give a list"):
        FailoverGateway(ScriptedGateway("first"))  # type: ignore[arg-type]

    with pytest.raises(InvalidArgument, match="must be a gateway, not type"):
        FailoverGateway([ScriptedGateway])  # type: ignore[list-item]


async def test_a_deadline_of_its_own() -> None:
    """It holds for a send that has none, over all gateways together."""
    clock = NapClock()
    first = ScriptedGateway("first", [Unreachable("down")], clock=clock, seconds=8)
    spare = ScriptedGateway("spare", clock=clock)
    gateway = FailoverGateway([first, spare], clock=clock, deadline=20)
    await gateway.send(Message("77015555555", "x"))
    await gateway.send(Message("77015555555", "x"), deadline=5)

    assert first.deadlines + spare.deadlines == [20, 12, 5]
