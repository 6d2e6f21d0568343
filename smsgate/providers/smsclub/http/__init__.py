"""SMSClub's http gate."""
