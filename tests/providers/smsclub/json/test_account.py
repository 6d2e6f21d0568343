"""The bearer of a token: what a header can carry, and who may see it."""

import pytest

from smsgate.errors import InvalidArgument
from smsgate.providers.smsclub.json.account import SmsClubBearer


@pytest.mark.parametrize("token", ["", "s3cret token", "s3cret\r\nx-header: 1", "s3cret-ї"])
def test_a_token_that_a_header_cannot_carry_is_refused(token: str) -> None:
    """At birth, and without showing it."""
    with pytest.raises(InvalidArgument, match=r"^token: ") as caught:
        SmsClubBearer(token=token)

    assert "s3cret" not in str(caught.value)


def test_the_token_stays_out_of_repr() -> None:
    """Of the account and of its requests."""
    account = SmsClubBearer(token="s3cret")

    assert "s3cret" not in repr(account) + repr(account.request("balance"))
