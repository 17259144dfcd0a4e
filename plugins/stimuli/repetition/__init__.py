"""Pictures shown again and again."""
