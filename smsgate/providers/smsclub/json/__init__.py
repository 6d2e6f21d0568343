"""SMSClub's json gate."""
