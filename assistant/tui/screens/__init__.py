"""Full screens and what opens above them."""
