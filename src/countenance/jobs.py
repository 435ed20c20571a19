"""Leased rows in the database, run by any replica."""
