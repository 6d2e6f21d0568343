"""A question is put until it is answered, within bounds; it can do no harm twice."""

from collections.abc import Sequence
from math import inf

import attrs
import hypothesis
import pytest
from hypothesis import strategies as st
from support.clock import NapClock
from support.gateways import gateway_over
from support.lines import YES, line_over
from support.loopback import Loopback
from support.transports import Answer, ScriptedTransport, always

from smsgate import (
    DeadlineExceeded,
    OutcomeUnknown,
    Refused,
    SmscGateway,
    SmsClubJsonGateway,
    SmsGateError,
    Throttled,
    Unreachable,
)
from smsgate.policy.line import Line
from smsgate.policy.questions import ask, share
from smsgate.providers.http_gateway import HttpGateway
from smsgate.receipt import Ref
from smsgate.wire.codec import Question
from smsgate.wire.http import HttpReply, HttpRequest, Rate

MIRRORS = ("http://1", "http://2", "http://3")
REF = "smsc:77015555555:4107"
DUPLICATE = HttpReply(b'{"error": "duplicate request, wait a minute", "error_code": 9}')
SENT = HttpReply(b'{"status": 0, "last_timestamp": 1741172531}')
SILENCE = OutcomeUnknown("silence")
BUSY = Throttled("busy", retry_after=2.0)


def asking(
    *answers: Answer, clock: NapClock | None = None, timeout: float = 30.0
) -> tuple[Line, ScriptedTransport]:
    """Make a line with mirrors that give *answers* in turn, then a yes for ever."""
    left = iter(answers)
    wire = ScriptedTransport(lambda _, __: next(left, YES))
    line = line_over(wire, base_urls=MIRRORS, clock=clock or NapClock(), timeout=timeout)
    return line, wire


def question(*rates: Rate) -> Question[HttpReply]:
    """Make a question that counts for *rates*, whose answer is the reply as it is."""
    return Question(lambda: HttpRequest("/sys/balance.php", rates=rates), lambda reply: reply)


def servers(wire: ScriptedTransport) -> list[str]:
    """List the servers that were asked, in order."""
    return [base_url for base_url, _ in wire.asked]


@pytest.mark.parametrize("failures", [0, 1, 2])
async def test_without_an_answer_another_server_is_asked(failures: int) -> None:
    """Three tries in all, each on a server that has not failed yet."""
    line, wire = asking(*[SILENCE] * failures)

    assert await ask(line, question()) is YES
    assert servers(wire) == list(MIRRORS[: failures + 1])


async def test_three_tries_are_enough() -> None:
    """Then nothing was learned, and that is said."""
    line, wire = asking(*[SILENCE] * 4)

    with pytest.raises(OutcomeUnknown) as caught:
        await ask(line, question())

    assert caught.value is SILENCE
    assert servers(wire) == list(MIRRORS)


async def test_the_next_question_begins_where_this_one_ended() -> None:
    """A server that failed rests for a while, and the one that answered is kept."""
    line, wire = asking(SILENCE)
    for _ in range(2):
        await ask(line, question())

    assert servers(wire) == ["http://1", "http://2", "http://2"]


async def test_every_try_counts() -> None:
    """The provider counts what it hears, so a try beyond the rate waits as any other would."""
    clock = NapClock()
    line, _ = asking(SILENCE, SILENCE, clock=clock)

    assert await ask(line, question(Rate(("a",), 2, 60.0))) is YES
    assert clock.naps == [60.0]


async def test_a_new_request_for_every_try() -> None:
    """It is encoded anew: what is in it may depend on when it is put."""
    written: list[HttpRequest] = []

    def encode() -> HttpRequest:
        written.append(HttpRequest(f"/{len(written)}"))
        return written[-1]

    line, wire = asking(SILENCE)
    await ask(line, Question(encode, lambda reply: reply))

    assert [request for _, request in wire.asked] == [request.alone() for request in written]


async def test_an_answer_that_is_unreadable_is_none() -> None:
    """It is asked for again, like one that did not come."""
    line, wire = asking(HttpReply(b"<html>"))

    def decode(reply: HttpReply) -> bytes:
        if reply is not YES:
            raise reply.unreadable()

        return reply.body

    assert await ask(line, Question(lambda: HttpRequest("/"), decode)) == b"yes"
    assert len(wire.asked) == 2


async def test_a_no_is_an_answer() -> None:
    """Asked again, it would be the same."""
    line, wire = asking(Refused("no"))

    with pytest.raises(Refused, match=r"^no$"):
        await ask(line, question())

    assert len(wire.asked) == 1


async def test_when_nobody_is_there_it_ends() -> None:
    """Every server was tried already, once."""
    line, wire = asking(*[Unreachable("down")] * 9)

    with pytest.raises(Unreachable):
        await ask(line, question())

    assert servers(wire) == list(MIRRORS)


async def test_a_busy_provider_is_waited_for() -> None:
    """As long as it asks, then twice as long; each time there are three tries again."""
    clock = NapClock()
    line, wire = asking(BUSY, SILENCE, BUSY, SILENCE, SILENCE, clock=clock)

    assert await ask(line, question()) is YES
    assert clock.naps == [2.0, 4.0]
    assert len(wire.asked) == 6


@pytest.mark.parametrize(
    ("patience", "by", "naps"),
    [
        pytest.param(5.0, inf, [2.0], id="timeout"),
        pytest.param(1.0, inf, [], id="short-timeout"),
        pytest.param(30.0, 6.5, [2.0, 4.0], id="deadline"),
        pytest.param(30.0, 1.0, [], id="short-deadline"),
    ],
)
async def test_but_not_for_ever(patience: float, by: float, naps: list[float]) -> None:
    """When waiting would take too long the caller is told how long it would be."""
    clock = NapClock()
    line, _ = asking(*[BUSY] * 9, clock=clock, timeout=patience)

    with pytest.raises(Throttled) as caught:
        await ask(line, question(), by=clock.now() + by)

    assert (clock.naps, caught.value.retry_after) == (naps, 2.0)


async def test_too_late_nothing_is_asked() -> None:
    """The deadline was over before it began."""
    clock = NapClock()
    line, wire = asking(clock=clock)

    with pytest.raises(DeadlineExceeded):
        await ask(line, question(), by=clock.now())

    assert wire.asked == []


async def test_a_rate_beyond_the_deadline_is_not_waited_for() -> None:
    """Its turn would come too late, which is said at once; the place is given back."""
    clock = NapClock()
    line, wire = asking(clock=clock)
    slow = question(Rate(("a",), 1, 60.0))
    await ask(line, slow)

    with pytest.raises(DeadlineExceeded):
        await ask(line, slow, by=clock.now() + 59)

    await ask(line, slow)

    assert (clock.naps, len(wire.asked)) == ([60.0], 2)


async def test_a_slow_server_leaves_time_for_the_others() -> None:
    """Each try has its share of what is left before the deadline."""
    clock, seconds = NapClock(), list[float]()

    @attrs.define
    class Slow(ScriptedTransport):
        async def exchange(
            self, base_url: str, request: HttpRequest, /, *, seconds: float
        ) -> HttpReply:
            given.append(seconds)
            clock.time += seconds
            raise SILENCE

    given = seconds
    line = line_over(Slow(lambda _, __: SILENCE), base_urls=MIRRORS, clock=clock, timeout=100.0)
    with pytest.raises(OutcomeUnknown):
        await ask(line, question(), by=clock.now() + 30)

    assert seconds == [10.0, 10.0, 10.0]


def naps_of(gateway: HttpGateway) -> list[float]:
    """Tell how long a gateway from `gateway_over` waited."""
    assert isinstance(gateway.clock, NapClock)
    return gateway.clock.naps


async def test_a_sixth_status_of_one_message_waits() -> None:
    """SMSC takes five a minute of each message, and locks an address that asks more."""
    gateway = gateway_over(always(SENT), "smsc")
    for _ in range(5):
        await gateway.status(REF)
        await gateway.status("smsc:77015555555:other")

    assert naps_of(gateway) == []

    await gateway.status(REF)

    assert naps_of(gateway) == [61.0]


async def test_a_message_counts_wherever_it_is_asked_about() -> None:
    """Among others in one request it is asked about, too."""
    nothing = HttpReply(b"[]")
    gateway = gateway_over(always(nothing), "smsc")
    for number in range(5):
        await gateway.statuses([REF, f"smsc:77015555555:other{number}"])

    await gateway.status(REF)

    assert naps_of(gateway) == [61.0]


async def test_an_eleventh_balance_waits(loopback: Loopback) -> None:
    """SMSC takes ten a minute."""
    gateway = gateway_over(loopback, "smsc")
    for _ in range(10):
        await gateway.balance()

    assert naps_of(gateway) == []

    await gateway.balance()

    assert naps_of(gateway) == [61.0]


async def test_gateways_of_one_login_share_its_rates(loopback: Loopback) -> None:
    """The provider counts by login, wherever in the process it is used."""
    one, other = gateway_over(loopback, "smsc"), gateway_over(loopback, "smsc")
    for gateway in [one, other] * 5:
        await gateway.balance()

    await one.balance()

    assert (naps_of(one), naps_of(other)) == ([61.0], [])


async def test_a_tenth_request_in_a_second_waits(loopback: Loopback) -> None:
    """The JSON gate takes nine, of whatever kind."""
    gateway = gateway_over(loopback, "smsclub+json")
    for _ in range(9):
        await gateway.balance()

    assert naps_of(gateway) == []

    assert isinstance(gateway, SmsClubJsonGateway)
    await gateway.originators()

    assert naps_of(gateway) == [1.0]


@pytest.mark.parametrize(
    ("gateway", "naps"),
    [
        pytest.param(SmscGateway(api_key="k", statuses_per_minute=2), [61.0], id="statuses"),
        pytest.param(SmscGateway(api_key="k", statuses_per_minute=3), [], id="more-statuses"),
        pytest.param(SmsClubJsonGateway(token="t", requests_per_second=2), [1.0], id="requests"),
        pytest.param(SmsClubJsonGateway(token="t", requests_per_second=3), [], id="more-requests"),
    ],
)
async def test_the_limits_are_settings(gateway: HttpGateway, naps: Sequence[float]) -> None:
    """The provider may grant an account more, or less."""
    wire = always(SENT if gateway.scheme == "smsc" else HttpReply(b'{"success_request":{}}'))
    asked = attrs.evolve(gateway, transport=wire, clock=NapClock())
    for _ in range(3):
        await asked.status(f"{gateway.scheme}:77015555555:4107")

    assert naps_of(asked) == naps


async def test_so_is_that_of_balances(loopback: Loopback) -> None:
    """Two a minute, if the account has no more."""
    gateway = attrs.evolve(gateway_over(loopback, "smsc"))
    slow = SmscGateway(
        login="demo",
        password="demo",
        balances_per_minute=2,
        transport=loopback,
        clock=gateway.clock,
    )
    for _ in range(3):
        await slow.balance()

    assert naps_of(slow) == [61.0]


@pytest.mark.parametrize(("patience", "naps"), [(60.0, []), (61.0, [60.0]), (179.0, [60.0])])
async def test_smsc_calls_a_question_put_too_often_a_duplicate(
    patience: float, naps: list[float]
) -> None:
    """It is not about any message: a minute later the same question is welcome."""
    gateway = attrs.evolve(gateway_over(always(DUPLICATE), "smsc"), timeout=patience)
    for put in (gateway.status(REF), gateway.balance()):
        before = len(naps_of(gateway))
        with pytest.raises(Throttled) as caught:
            await put

        assert (caught.value.retry_after, caught.value.code) == (60.0, "9")
        assert naps_of(gateway)[before:] == naps


async def test_a_question_put_too_often_is_answered_in_the_end() -> None:
    """With a timeout of more than a minute the caller hears nothing of it."""
    answers = iter([DUPLICATE, SENT])
    wire = ScriptedTransport(lambda _, __: next(answers))
    gateway = attrs.evolve(gateway_over(wire, "smsc"), timeout=90.0)

    assert (await gateway.status(REF)).code == "0"
    assert naps_of(gateway) == [60.0]


@pytest.mark.parametrize("error", [SILENCE, Unreachable("down")], ids=repr)
async def test_a_question_that_fails_uses_up_its_rate(error: SmsGateError) -> None:
    """What was on its way may have been counted: two questions are six tries of five."""
    gateway = gateway_over(always(error), "smsc")
    for _ in range(2):
        with pytest.raises(type(error)):
            await gateway.status(REF)

    assert naps_of(gateway) == ([61.0] if error is SILENCE else [])


@hypothesis.given(sizes=st.lists(st.integers(1, 9)), most=st.integers(1, 12))
def test_shares_keep_the_order_and_the_limit(sizes: list[int], most: int) -> None:
    """Every ref is asked about once, in order, and no request has too many ids."""
    refs = [Ref("x", str(place), tuple("1" * n)) for place, n in enumerate(sizes)]

    groups = list(share(refs, most))

    assert [ref for group in groups for ref in group] == refs
    assert all(len(g) == 1 or sum(len(ref.ids) for ref in g) <= most for g in groups)
