"""Spiders: an answer of a public source goes in, posts come out.

A source is one file, or a folder whose spider stands in a module of its name; what they share is in
base/. A spider knows neither the store nor the clock of the line, and never takes an empty answer
for a good one.
"""
