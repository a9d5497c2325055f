"""What leaves the team and what stays, reckoned a second time and apart from `publish`, and looked for in the output."""
