"""SMSClub's JSON gate: a bearer token, and an answer for each phone."""
