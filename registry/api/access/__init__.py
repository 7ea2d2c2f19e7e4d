"""Who may ask what, how often, and from which pages: before any view sees a request."""
