"""Tests of signing in, roles and scopes."""
