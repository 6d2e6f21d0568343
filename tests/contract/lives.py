"""Everything that can be done with a gateway, one after the other, before the eyes of a net."""

import asyncio
import gc
from collections.abc import Coroutine
from typing import TypeVar

from contract.net import Net
from contract.planted import BATCH, MESSAGE, PHONE, TEXT
from faults.hasty import HastyLoop

from smsgate import Gateway, Message, SmsGateError
from smsgate.policy.limits import forget_limits

Answer = TypeVar("Answer")
_OTHER = Message("380509071725", f"{TEXT}!")


def live(life: Coroutine[object, object, None]) -> None:
    """Live *life* on an event loop that tells all it knows, and on which nobody waits."""
    forget_limits()
    with asyncio.Runner(debug=True, loop_factory=HastyLoop) as runner:
        runner.get_loop().slow_callback_duration = 0.0  # each callback is told of
        runner.run(life)

    gc.collect(1)


async def whole_life(gateway: Gateway, net: Net) -> None:
    """Send, ask, give up, close, and try once more; whatever comes of it is shown."""
    net.show(gateway)
    refs = [f"{scheme}:{PHONE}:4107" for scheme in ("smsc", getattr(gateway, "scheme", "smsc"))]
    async with gateway:
        await show(net, gateway.send(MESSAGE))
        await show(net, outcomes(gateway))
        await show(net, gateway.statuses(refs[-1:]))
        await show(net, gateway.statuses([*refs, "no ref"]))
        await show(net, gateway.balance())
        await show(net, gateway.send(MESSAGE, deadline=0.0))
        await show(net, gateway.send(MESSAGE, deadline=1.0))
        await give_up(net, gateway)

    await show(net, gateway.send(MESSAGE))
    await show(net, gateway.status(refs[-1]))
    net.show(gateway)


async def show(net: Net, action: Coroutine[object, object, object]) -> None:
    """Show *net* what comes of *action*."""
    try:
        net.show(await action)
    except (SmsGateError, asyncio.CancelledError) as error:
        net.show(error)


async def outcomes(gateway: Gateway) -> list[object]:
    """Send many messages, and list what became of each."""
    return [outcome async for outcome in gateway.send_many([*BATCH, _OTHER])]


async def give_up(net: Net, gateway: Gateway) -> None:
    """Send a message, and do not wait for what becomes of it."""
    caller = asyncio.create_task(gateway.send(MESSAGE))
    for _ in range(3):
        await asyncio.sleep(0)

    net.show(caller)
    caller.cancel()
    await asyncio.wait({caller})
    net.show(caller)
