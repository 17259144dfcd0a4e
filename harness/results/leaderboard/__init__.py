"""Leaderboards: from records to one page, and to Markdown, CSV and JSON."""

from harness.results.leaderboard.build import leaderboard

__all__ = ["leaderboard"]
