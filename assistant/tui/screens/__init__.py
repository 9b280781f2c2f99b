"""The screens: the conversation, a paper, the help."""
