"""What several topics ask of the tables: whose an item is, who approved it, what it was in earlier months."""
