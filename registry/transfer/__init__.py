"""Tables that leave the registry as files and come back: CSV and XLSX."""
