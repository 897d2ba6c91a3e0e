"""The one declaration of sheets and fields, and how typed text becomes a value of each kind."""
