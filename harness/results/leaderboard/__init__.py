"""Leaderboards: from results to one page, and to Markdown, CSV and JSON."""

from harness.results.leaderboard.build import write_leaderboard

__all__ = ["write_leaderboard"]
