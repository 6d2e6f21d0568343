"""``smsgate bulk``: a file of messages through one gateway, with every row accounted for."""
