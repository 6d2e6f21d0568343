"""SMSClub's end of every wire, gate by gate."""

from collections.abc import Mapping

from smsgate.providers.network import Answer

ROUTES: Mapping[str, Answer] = {}
LOGINS: Mapping[str, str] = {}
