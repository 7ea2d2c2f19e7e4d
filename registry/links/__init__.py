"""The link checker: which addresses may be called, what they answer, which are dead."""
