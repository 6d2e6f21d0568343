"""SMSClub's xml gate."""
