"""Carrier pigeons: a provider that only tests have, in one folder's worth of code."""
