"""SMSClub's gateways, one a gate, by DSN scheme."""

from collections.abc import Mapping

from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.smsclub.http.gateway import SmsClubHttpGateway
from smsgate.providers.smsclub.json.gateway import SmsClubJsonGateway
from smsgate.providers.smsclub.soap.gateway import SmsClubSoapGateway
from smsgate.providers.smsclub.xml.gateway import SmsClubXmlGateway

GATEWAYS: Mapping[str, type[HttpGateway]] = {
    gateway.scheme: gateway
    for gateway in (SmsClubHttpGateway, SmsClubXmlGateway, SmsClubSoapGateway, SmsClubJsonGateway)
}
