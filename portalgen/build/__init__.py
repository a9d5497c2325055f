"""What makes building fast and never different: which clients are built where, and what need not be built again."""
