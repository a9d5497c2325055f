"""Markdown as a team writes it → a body without what stays with the team → HTML for a page: `body` is the way in."""
