"""When a request may go, where, and how often. Knows no provider by name."""
