"""Bytes on the wire, as values: no socket, no client, no clock."""
