"""Related work: gather the papers of a topic, group them into themes, write a section that cites them."""
