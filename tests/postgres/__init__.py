"""Tests of the room `postgres`."""
