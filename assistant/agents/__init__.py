"""For agents: the library as tools of the Model Context Protocol, and a file that teaches the command line."""
