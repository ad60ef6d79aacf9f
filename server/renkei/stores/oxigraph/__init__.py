"""Oxigraph inside: a process that loads the release, and the engines it forks."""
