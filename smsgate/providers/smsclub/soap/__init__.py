"""SMSClub's soap gate."""
