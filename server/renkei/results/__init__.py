"""Answers to SELECT and ASK as files for those who analyse."""
