"""Dated versions → what the client may read of how things came to be: replayed, told, and reckoned from that."""
