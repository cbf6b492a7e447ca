"""Tests of the room `replicas`."""
