"""SMSClub's SOAP gate: two operations, typed values, faults."""
