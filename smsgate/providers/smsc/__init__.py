"""SMSC: smsc.kz, smsc.ua, smsc.ru and their sisters, over the HTTP API (``/sys/*.php``)."""
