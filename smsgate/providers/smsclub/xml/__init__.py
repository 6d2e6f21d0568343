"""SMSClub's XML gate: documents in UTF-8, in a form field or as the whole body."""
