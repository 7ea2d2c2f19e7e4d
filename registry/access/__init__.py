"""Who asks the API, and how often: tokens and limits."""
