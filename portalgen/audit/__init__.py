"""What leaves the team and what stays, reckoned a second time, apart from `publish`, and looked for in the output."""
