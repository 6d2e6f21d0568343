"""The contract is kept by every gateway there is, whoever wrote it."""

import pytest
from support.gateways import SCHEMES


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    """Give the DSN scheme of one gateway after the other."""
    return str(request.param)
