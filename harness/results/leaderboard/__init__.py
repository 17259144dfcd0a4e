"""Leaderboards: from results to an HTML page, Markdown, CSV and JSON."""

from harness.results.leaderboard.build import write_leaderboard

__all__ = ["write_leaderboard"]
