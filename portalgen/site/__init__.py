"""A published portal and a theme → pages and all other files (`render`, `data`) → the output folder (`write`)."""
