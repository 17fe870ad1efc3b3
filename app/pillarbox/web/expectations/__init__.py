"""Expectations between API and box: read from their shapes, and told as a problem. Imported when first asked for."""
