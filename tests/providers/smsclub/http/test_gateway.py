"""The HTTP gateway and the simulated end, from the caller's side."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from support.loopback import Loopback

from smsgate.errors import (
    InvalidArgument,
    InvalidMessage,
    Refused,
)
from smsgate.message import Message
from smsgate.providers.network import LOGIN, PASSWORD, SENDER, TOKEN
from smsgate.providers.smsclub.http.gateway import SmsClubHttpGateway
from smsgate.wire.http import parse_form


@pytest.fixture(params=[(PASSWORD, None), (None, TOKEN)], ids=["password", "token"])
async def gateway(
    request: pytest.FixtureRequest, loopback: Loopback
) -> AsyncIterator[SmsClubHttpGateway]:
    """Open a gateway in either dialect."""
    password, token = request.param
    async with SmsClubHttpGateway(
        username=LOGIN, password=password, token=token, sender=SENDER, transport=loopback
    ) as opened:
        yield opened


async def test_the_balance_has_money_and_credit(gateway: SmsClubHttpGateway) -> None:
    """Both are `Decimal`, and the price of each part is gone from the first."""
    await gateway.send(Message("380990000001", "я" * 71))

    balance = await gateway.balance()

    assert (balance.amount, balance.credit) == (Decimal("999.1000"), Decimal(0))


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        pytest.param(Message("380990000001", "hi \U0001f600"), r"U\+1F600", id="emoji"),
        pytest.param(
            Message("380990000001", "hi", valid_for=timedelta(seconds=90)), "minutes", id="life"
        ),
    ],
)
async def test_what_cannot_be_carried_never_leaves(
    gateway: SmsClubHttpGateway, loopback: Loopback, message: Message, hint: str
) -> None:
    """Windows-1251 has no emoji, and ``lifetime`` no seconds."""
    with pytest.raises(InvalidMessage, match=hint):
        await gateway.send(message)

    assert loopback.asked == []


async def test_base64_may_go_with_a_token(loopback: Loopback) -> None:
    """The page and the clients disagree, so ``base64`` overrules what goes with the secret."""
    gateway = SmsClubHttpGateway(
        username=LOGIN, token=TOKEN, sender=SENDER, base64=True, transport=loopback
    )

    await gateway.send(Message("380990000001", "hi"))

    assert parse_form(loopback.asked[0])["text"] == "aGk="


async def test_plain_text_may_go_with_a_password(loopback: Loopback) -> None:
    """It works the other way round too; this server reads Base64 there, and says so."""
    gateway = SmsClubHttpGateway(
        username=LOGIN, password=PASSWORD, sender=SENDER, base64=False, transport=loopback
    )

    with pytest.raises(Refused, match="закодирован"):
        await gateway.send(Message("380990000001", "hi"))

    assert parse_form(loopback.asked[0])["text"] == "hi"


@pytest.mark.parametrize(
    ("password", "token"),
    [
        pytest.param(None, None, id="no-secret"),
        pytest.param("sesame", "sesame", id="two-secrets"),
        pytest.param(None, "sesame ұ", id="outside-the-code-page"),
    ],
)
def test_a_login_that_cannot_work_is_refused_at_once(
    password: str | None, token: str | None
) -> None:
    """Before the first message, and without the secret in the error."""
    with pytest.raises(InvalidArgument) as caught:
        SmsClubHttpGateway(username="u", password=password, token=token)

    assert "sesame" not in str(caught.value)


def test_a_dsn_names_a_username() -> None:
    """The user and the password of a DSN are just that; a token is a setting."""
    assert SmsClubHttpGateway.credentials("u", "p") == {"username": "u", "password": "p"}


async def test_a_ref_of_another_gate_is_refused(gateway: SmsClubHttpGateway) -> None:
    """Ids of one gate mean nothing, or something else, to another."""
    with pytest.raises(InvalidArgument, match=r"smsclub\+xml"):
        await gateway.status("smsclub+xml:380990000001:000101")
