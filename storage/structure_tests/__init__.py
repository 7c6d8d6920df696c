"""Structure tests: marks, figures, signature lists."""
