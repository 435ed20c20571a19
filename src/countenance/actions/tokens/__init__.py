"""Tokens: what is asked of a person, and the result that is read when they are done.

A module for each family of tokens; `asked`, `photos` and `answers` are what they share.
"""
