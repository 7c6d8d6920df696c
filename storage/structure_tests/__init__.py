"""Structure tests: marks of people, figures, reviews, signature lists."""
