"""SMSClub's HTTP gate: forms in windows-1251, answers between two markers."""
