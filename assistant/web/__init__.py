"""The screen in a browser of this machine. The only package that imports textual-serve."""
