"""SMSClub's end of every wire, gate by gate."""

from collections.abc import Mapping

from smsgate.providers.network import LOGIN, PASSWORD, TOKEN, Answer
from smsgate.providers.smsclub.http import simulated as http
from smsgate.providers.smsclub.json import simulated as json
from smsgate.providers.smsclub.soap import simulated as soap
from smsgate.providers.smsclub.xml import simulated as xml

ROUTES: Mapping[str, Answer] = {**http.ROUTES, **xml.ROUTES, **soap.ROUTES, **json.ROUTES}
LOGINS: Mapping[str, str] = {
    **dict.fromkeys(("smsclub+http", "smsclub+xml", "smsclub+soap"), f"{LOGIN}:{PASSWORD}"),
    "smsclub+json": f":{TOKEN}",
}
