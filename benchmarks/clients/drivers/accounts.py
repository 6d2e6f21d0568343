"""What both ends must agree on."""

TWILIO_SID = f"AC{0:032}"  #: part of the path
