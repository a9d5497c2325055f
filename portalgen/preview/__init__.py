"""Show clients' sites while they are written: made in memory, shown to this machine, never written anywhere."""
