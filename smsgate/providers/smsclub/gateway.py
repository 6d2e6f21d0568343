"""SMSClub's gateways, one a gate, by DSN scheme."""

from collections.abc import Mapping

from smsgate.providers.http_gateway import HttpGateway

GATEWAYS: Mapping[str, type[HttpGateway]] = {}
