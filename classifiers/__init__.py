"""Readers: the text of a post goes in, spans and labels come out."""
