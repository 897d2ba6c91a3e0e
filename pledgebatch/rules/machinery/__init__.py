"""What a rule is made of and how rules are evaluated. Knows no rule."""
