"""One client's folder → texts (`read`) → records, each fault at its place (`validate`) → linked facts (`resolve`)."""
