"""SMSClub: one company, five gates, one vocabulary."""
