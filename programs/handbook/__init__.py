"""The handbook: chosen programs, each with all that is read of it, to be printed."""
