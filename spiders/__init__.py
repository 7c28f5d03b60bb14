"""Spiders: one public source a file; an answer of the source goes in, posts come out."""
