"""What a question asks: read once, into one record."""
