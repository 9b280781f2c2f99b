"""The parts of the conversation's screen."""
