"""How long connections are waited for and kept, whoever carries them."""

CONNECT_SECONDS = 5.0
IDLE_SECONDS = 3.0  # many servers hang up after five, and what is sent just then is unknown
SHARE = 0.8  # of the whole time, for the connection
