"""Leaderboards: from records to one page, and to Markdown, CSV and JSON."""

from harness.leaderboards.build import leaderboard

__all__ = ["leaderboard"]
