"""What was published → the figures of a drawing: places, lengths, labels. Templates turn them into SVG and tables."""
