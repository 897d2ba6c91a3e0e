"""How Chinese texts are judged: words, clauses, measures, likeness. Knows no rule."""
