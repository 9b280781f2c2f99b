"""How the scorer of claims is made; run by hand, never imported by the assistant."""
