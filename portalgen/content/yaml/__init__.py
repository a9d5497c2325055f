"""YAML as a team writes it → plain strings, and the place of each: `places` is the way in."""
