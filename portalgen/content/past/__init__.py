"""What git remembers of content/ → dated versions of its files, and the records in them: `history` is the way in."""
