"""The literature assistant: answering, the engine process, the command line and the screen."""
