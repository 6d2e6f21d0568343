"""
The WSDL of the simulated SOAP gate: rpc/encoded, as PHP services of its time are.

The provider's own is not public, so its names come from the operations' published
arguments, and everything else is our choice. Addresses and ids are of any type, since
one and many are both allowed.
"""

from smsgate.providers.smsclub.soap.endpoint import NAMESPACE
from smsgate.wire.xml import escape

_WSDL = """\
<?xml version="1.0" encoding="UTF-8"?>
<definitions name="soapGateway" targetNamespace="{namespace}" xmlns:tns="{namespace}"
    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <message name="sendSmsRequest">
    <part name="login" type="xsd:string"/>
    <part name="password" type="xsd:string"/>
    <part name="alphaName" type="xsd:string"/>
    <part name="destAddr" type="xsd:anyType"/>
    <part name="text" type="xsd:string"/>
  </message>
  <message name="sendSmsResponse"><part name="return" type="xsd:anyType"/></message>
  <message name="getReportsRequest">
    <part name="login" type="xsd:string"/>
    <part name="password" type="xsd:string"/>
    <part name="smcIds" type="xsd:anyType"/>
  </message>
  <message name="getReportsResponse"><part name="return" type="xsd:anyType"/></message>
  <portType name="soapGatewayPort">{port_operations}
  </portType>
  <binding name="soapGatewayBinding" type="tns:soapGatewayPort">
    <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>{bindings}
  </binding>
  <service name="soapGateway">
    <port name="soapGatewayPort" binding="tns:soapGatewayBinding">
      <soap:address location="{location}"/>
    </port>
  </service>
</definitions>
"""
_PORT_OPERATION = """
    <operation name="{name}">
      <input message="tns:{name}Request"/>
      <output message="tns:{name}Response"/>
    </operation>"""
_BINDING = """
    <operation name="{name}">
      <soap:operation soapAction="{namespace}#{name}"/>
      <input>{encoded}</input>
      <output>{encoded}</output>
    </operation>"""
_ENCODED = (
    '<soap:body use="encoded" namespace="{namespace}" '
    'encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>'
)
_OPERATIONS = ("sendSms", "getReports")


def write_wsdl(location: str) -> bytes:
    """Write the WSDL of a service that is called at *location*."""
    encoded = _ENCODED.format(namespace=NAMESPACE)
    bindings = [
        _BINDING.format(name=name, namespace=NAMESPACE, encoded=encoded) for name in _OPERATIONS
    ]
    return _WSDL.format(
        namespace=NAMESPACE,
        port_operations="".join(_PORT_OPERATION.format(name=name) for name in _OPERATIONS),
        bindings="".join(bindings),
        location=escape(location),
    ).encode()
