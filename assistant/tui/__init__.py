"""The screen: widgets that draw what the assistant tells, and nothing that knows how it works."""
