"""Rows and documents: the only room that speaks SQL."""
