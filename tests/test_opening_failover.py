"""Several gateways in one line of text, and no password in any error about it."""

import traceback
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import example, given, strategies as st

from smsgate import (
    Accepted,
    FailoverGateway,
    InvalidArgument,
    Message,
    SmscGateway,
    Status,
    open_gateway,
)
from smsgate.opening import VARIABLE
from smsgate.simulator import Simulator, dsns, serve

SECRET = "HUNTER"
NOWHERE = "http://127.0.0.1:9"
SMSC, JSON = "smsc://:key@smsc.ua", "smsclub+json://:token@"


def members(dsn: str) -> list[str]:
    """Open the failover that *dsn* describes, and show the gateways in it."""
    gateway = open_gateway(dsn)
    assert isinstance(gateway, FailoverGateway)
    return [repr(member) for member in gateway.gateways]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{} {}", id="a-space"),
        pytest.param(" {}   {} ", id="spaces"),
        pytest.param("\n  {}\n  {}\n", id="lines"),
        pytest.param("\t{}\r\n{}", id="other-white-space"),
    ],
)
def test_the_gateways_come_in_the_order_written(text: str) -> None:
    """Each is opened as if it stood alone; any white space stands between them."""
    found = members(f"failover({text.format(SMSC, JSON)})")

    assert found == [repr(open_gateway(SMSC)), repr(open_gateway(JSON))]


def test_one_gateway_is_a_list_too() -> None:
    """A list may grow later."""
    assert members(f"failover({SMSC})") == [repr(SmscGateway(api_key="key", host="smsc.ua"))]


def test_every_dsn_of_the_simulator_may_be_in_it() -> None:
    """Every provider can be another's spare."""
    ready = dsns(NOWHERE)

    assert len(members(f"failover({' '.join(ready.values())})")) == len(ready)


def test_it_has_settings_of_its_own() -> None:
    """They stand after the list, and white space after them is none of theirs."""
    gateway = open_gateway(f"failover({SMSC} {JSON})?deadline=20&set_aside=30\n")

    assert isinstance(gateway, FailoverGateway)
    assert (gateway.deadline, gateway.set_aside) == (20.0, 30.0)


def test_brackets_in_a_password() -> None:
    """Only the last bracket ends the list."""
    [found] = members("failover(smsc://me:p)w(@?sender=A)")

    assert found == repr(open_gateway("smsc://me:p)w(@?sender=A"))


@given(st.text(min_size=1))
def test_any_password_fits(password: str) -> None:
    """Percent-encoded, no password breaks a list apart."""
    dsn = f"smsc://me:{quote(password, safe='')}@"
    gateway = open_gateway(f"failover({dsn} {dsn})")

    assert isinstance(gateway, FailoverGateway)
    assert [getattr(member, "password", None) for member in gateway.gateways] == [password] * 2


def test_the_environment_may_hold_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service gets its spare without a change of its code."""
    monkeypatch.setenv(VARIABLE, f"failover({SMSC} {JSON})")

    assert isinstance(open_gateway(), FailoverGateway)


@pytest.mark.parametrize(
    ("dsn", "rule"),
    [
        pytest.param("failover()", "no gateway in it; write failover", id="empty"),
        pytest.param("failover( \n )", "no gateway in it", id="blank"),
        pytest.param(f"failover({SMSC}", "may follow the \\)", id="not-closed"),
        pytest.param(f"failover({SMSC})?sender=A", "unknown setting 'sender'", id="settings"),
        pytest.param(f"failover({SMSC})?deadline=soon", "is not a number", id="no-number"),
        pytest.param(f"failover({SMSC})?deadline=%FF", "%-code in its settings", id="code"),
        pytest.param(f"failover({SMSC})?deadline=5&deadline=6", "more than once", id="twice"),
        pytest.param(f"failover({SMSC})?deadline=0", "deadline: must be more", id="no-time"),
        pytest.param(f"failover({SMSC}) x", "may follow the \\)", id="something-after-it"),
        pytest.param(f"failover({SMSC}, {JSON})", "white space alone", id="comma-and-space"),
        pytest.param(f"failover({SMSC} smsc://)", "gateway 2: smsc: give login", id="which-one"),
        pytest.param(f"failover(failover({SMSC}) {JSON})", "no failover inside", id="nested"),
        pytest.param(f"failover({SMSC} failover({JSON}))", "no failover inside", id="nested-last"),
        pytest.param(f"failover({SMSC},{JSON})", "nothing but .settings may follow", id="comma"),
        pytest.param(f"failover({SMSC} pigeon://)", "each begins with one of smsc://", id="scheme"),
        pytest.param("failover(smsc://me:p w@)", "write %20 for a space", id="space-inside"),
        pytest.param("failover(smsc://:key@?a=1)", "unknown setting 'a'; known", id="setting"),
        pytest.param(f"failover ({SMSC})", "must read scheme://", id="not-quite"),
        pytest.param(f"roundrobin({SMSC} {JSON})", "must read scheme://", id="another-word"),
    ],
)
def test_a_list_that_is_wrong(dsn: str, rule: str) -> None:
    """Each mistake has one sentence that says what to write instead."""
    with pytest.raises(InvalidArgument, match=rule):
        open_gateway(dsn)


PIECES = st.sampled_from([SECRET, SECRET.lower(), "1", " ", "\n", "://", *"/?#@:[]()%&=+", "%ff"])


@given(st.lists(PIECES).map("".join))
@example(f" {SECRET}")
@example(f" {SECRET.lower()}://")
@example(f") {SECRET}")
@example(f"1?{SECRET}=")
def test_no_error_quotes_a_password(password: str) -> None:
    """A password that breaks the list apart is in no message, whichever piece it lands in."""
    for dsn in (f"failover(smsc://me:{password}@smsc.kz {JSON})", f"failover({password}"):
        try:
            said = repr(open_gateway(dsn))
        except InvalidArgument as error:
            said = "".join(traceback.format_exception(error))

        assert SECRET.lower() not in said.lower()


async def test_a_poor_account_and_its_spare() -> None:
    """From one line of text to the status of every message, over real sockets."""
    letters = [Message(f"7701{number:07}", "x") for number in range(250)]
    with serve(Simulator(pace=1e-6, funds=Decimal(0))) as poor, serve(Simulator(pace=1e-6)) as rich:
        text = f"failover({dsns(poor)['smsc']} {dsns(rich)['smsclub+json']})"
        async with open_gateway(text) as gateway:
            outcomes = [outcome async for outcome in gateway.send_many(letters)]
            receipts = [outcome.receipt for outcome in outcomes if isinstance(outcome, Accepted)]
            foreign = "smsc:77010000001:never-sent"
            reports = await gateway.statuses([foreign, *receipts])

    assert {receipt.gateway for receipt in receipts} == {"smsclub+json"}
    assert sorted(receipt.phone for receipt in receipts) == [letter.phone for letter in letters]
    assert [report.status for report in reports] == [
        Status.NOT_FOUND,
        *[Status.DELIVERED] * len(letters),
    ]
